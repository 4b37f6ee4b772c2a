// SPDX-License-Identifier: Apache-2.0
//
// JSON as a person wrote it: every value and key with its place, members in their order, numbers as
// their text. The usual libraries drop the places, and a problem without its line is half a
// message.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tandem::policy {

struct Position {  // both from 1; a column is a Unicode code point, as editors count
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct JsonMember;

struct JsonNode {
  enum class Kind : std::uint8_t {
    kNull,
    kBoolean,
    kNumber,
    kString,
    kArray,
    kObject
  };
  Kind kind = Kind::kNull;
  Position at;
  bool boolean = false;
  std::string text;  // a string's value, a number's literal
  std::vector<JsonNode> items;
  std::vector<JsonMember> members;  // in file order; a repeated key stands twice

  const JsonNode* find(std::string_view name) const;  // the first; nullptr when absent
};

struct JsonMember {
  std::string name;
  Position at;
  JsonNode value;
};

struct JsonSyntaxError {
  Position at;
  std::string message;
};

// RFC 8259, strictly: no comments, no trailing commas, valid UTF-8, at most 64 levels deep. A byte
// order mark is skipped.
std::variant<JsonNode, JsonSyntaxError> parseJson(std::string_view text);

// "a string", "an object", … for messages.
std::string_view describe(JsonNode::Kind kind);

}  // namespace tandem::policy
