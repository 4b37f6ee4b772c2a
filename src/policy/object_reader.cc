// SPDX-License-Identifier: Apache-2.0
#include "policy/object_reader.h"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "expression/suggestion.h"
#include "policy/duration.h"

namespace tandem::policy {

using Kind = JsonNode::Kind;

ObjectReader::ObjectReader(const JsonNode& node, Findings& findings)
    : node_(node), findings_(findings) {}

const JsonNode* ObjectReader::member(std::string_view key, bool required) {
  asked_.push_back(key);
  const JsonNode* const value = node_.find(key);
  if (value == nullptr && required) {
    findings_.error(node_.at, fmt::format("\"{}\" is missing", key));
  }
  return value;
}

bool ObjectReader::expect(const JsonNode& value, Kind kind, std::string_view key) {
  if (value.kind == kind) return true;
  findings_.error(
      value.at,
      fmt::format("\"{}\" should be {}, but it is {}", key, describe(kind), describe(value.kind)));
  return false;
}

void ObjectReader::text(std::string_view key, std::string& field, bool required) {
  const JsonNode* const value = member(key, required);
  if (value == nullptr || !expect(*value, Kind::kString, key)) return;
  if (required && trimAscii(value->text).empty()) {
    findings_.error(value->at, fmt::format("\"{}\" is empty", key));
  }
  field = value->text;
}

void ObjectReader::flag(std::string_view key, bool& field) {
  const JsonNode* const value = member(key);
  if (value != nullptr && expect(*value, Kind::kBoolean, key)) field = value->boolean;
}

void ObjectReader::number(std::string_view key,
                          std::uint32_t& field,
                          std::uint32_t least,
                          std::uint32_t most) {
  const JsonNode* const value = member(key);
  if (value == nullptr || !expect(*value, Kind::kNumber, key)) return;
  const auto number = parseInteger(value->text);
  if (!number || *number < least || *number > most) {
    findings_.error(value->at,
                    fmt::format("\"{}\" should be a whole number from {} to {}, but it is {}",
                                key,
                                least,
                                most,
                                value->text));
    return;
  }
  field = static_cast<std::uint32_t>(*number);
}

void ObjectReader::texts(std::string_view key, std::vector<std::string>& field) {
  const JsonNode* const value = member(key);
  if (value == nullptr || !expect(*value, Kind::kArray, key)) return;
  std::vector<std::string> all;
  for (const JsonNode& item : value->items) {
    if (!expect(item, Kind::kString, key)) return;
    all.push_back(item.text);
  }
  field = std::move(all);
}

void ObjectReader::timeSpan(std::string_view key,
                            std::chrono::seconds& field,
                            std::chrono::seconds least) {
  const JsonNode* const value = member(key);
  if (value == nullptr || !expect(*value, Kind::kString, key)) return;
  const auto span = parseTimeSpan(value->text);
  if (!span) {
    findings_.error(value->at,
                    fmt::format("\"{}\" should be a time span like \"00:30:00\" or \"7.00:00:00\" "
                                "(days.hours:minutes:seconds), but it is \"{}\"",
                                key,
                                value->text));
  } else if (*span < least) {
    findings_.error(value->at,
                    fmt::format("\"{}\" is shorter than {}", key, formatTimeSpan(least)));
  } else {
    field = *span;
  }
}

void ObjectReader::objects(std::string_view key, const std::function<void(ObjectReader&)>& use) {
  const JsonNode* const value = member(key);
  if (value == nullptr || !expect(*value, Kind::kArray, key)) return;
  for (const JsonNode& item : value->items) {
    if (!expect(item, Kind::kObject, key)) continue;
    ObjectReader reader(item, findings_);
    use(reader);
    reader.finish();
  }
}

void ObjectReader::object(std::string_view key, const std::function<void(ObjectReader&)>& use) {
  const JsonNode* const value = member(key);
  if (value == nullptr || !expect(*value, Kind::kObject, key)) return;
  ObjectReader reader(*value, findings_);
  use(reader);
  reader.finish();
}

void ObjectReader::refuseWord(const JsonNode& value,
                              std::string_view key,
                              const std::vector<std::string_view>& allowed) {
  findings_.error(value.at,
                  fmt::format("\"{}\" is no value of \"{}\"{}; it is one of {}",
                              value.text,
                              key,
                              expression::didYouMean(expression::closest(value.text, allowed)),
                              fmt::join(allowed, ", ")));
}

void ObjectReader::finish() {
  for (std::size_t i = 0; i < node_.members.size(); ++i) {
    const JsonMember& member = node_.members[i];
    if (!skipped_ && std::find(asked_.begin(), asked_.end(), member.name) == asked_.end()) {
      findings_.error(
          member.at,
          fmt::format("unknown key \"{}\"{}",
                      member.name,
                      expression::didYouMean(expression::closest(member.name, asked_))));
    }
    for (std::size_t earlier = 0; earlier < i; ++earlier) {
      if (node_.members[earlier].name != member.name) continue;
      findings_.error(member.at,
                      fmt::format("\"{}\" stands here again; it is in line {} already",
                                  member.name,
                                  node_.members[earlier].at.line));
      break;
    }
  }
}

}  // namespace tandem::policy
