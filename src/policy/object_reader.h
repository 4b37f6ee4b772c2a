// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/findings.h"
#include "policy/json_document.h"
#include "policy/policy_document.h"

namespace tandem::policy {

// Reads the members of one JSON object into fields and leaves a field alone when its key is absent
// or its value is wrong; the latter is reported. Keys that nobody asked for are reported by
// finish(), with what was probably meant.
class ObjectReader {
 public:
  ObjectReader(const JsonNode& node, Findings& findings);

  const JsonNode& node() const { return node_; }
  // The value under key, or nullptr. Marks the key as known; a required one is reported when
  // absent.
  const JsonNode* member(std::string_view key, bool required = false);

  void text(std::string_view key, std::string& field, bool required = false);
  void flag(std::string_view key, bool& field);
  void number(std::string_view key, std::uint32_t& field, std::uint32_t least, std::uint32_t most);
  void texts(std::string_view key, std::vector<std::string>& field);
  void timeSpan(std::string_view key, std::chrono::seconds& field, std::chrono::seconds least);
  // Each element of the array, and each must be an object.
  void objects(std::string_view key, const std::function<void(ObjectReader&)>& use);
  void object(std::string_view key, const std::function<void(ObjectReader&)>& use);

  template <class E, std::size_t N>
  void word(std::string_view key,
            const std::array<Word<E>, N>& words,
            E& field,
            bool required = false) {
    const JsonNode* const value = member(key, required);
    if (value == nullptr || !expect(*value, JsonNode::Kind::kString, key)) return;
    std::vector<std::string_view> allowed;
    for (const Word<E>& candidate : words) {
      if (candidate.text == value->text) {
        field = candidate.value;
        return;
      }
      allowed.push_back(candidate.text);
    }
    refuseWord(*value, key, allowed);
  }

  // The rest cannot be judged; finish() will say nothing about it.
  void skipRest() { skipped_ = true; }
  void finish();
  bool expect(const JsonNode& value, JsonNode::Kind kind, std::string_view key);
  Findings& findings() { return findings_; }

 private:
  void refuseWord(const JsonNode& value,
                  std::string_view key,
                  const std::vector<std::string_view>& allowed);

  const JsonNode& node_;
  Findings& findings_;
  std::vector<std::string_view> asked_;
  bool skipped_ = false;
};

}  // namespace tandem::policy
