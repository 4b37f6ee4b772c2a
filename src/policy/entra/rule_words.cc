// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/rule_words.h"

#include <limits>
#include <span>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "expression/suggestion.h"
#include "rules/rule_json.h"
#include "rules/scope.h"

namespace tandem::policy::entra {
namespace {

template <class E>
void readWord(std::string_view text,
              std::string_view what,
              std::span<const E> all,
              const WordPlace& at,
              E& field) {
  std::vector<std::string_view> words;
  for (const E candidate : all) {
    if (equalsIgnoreCaseAscii(rules::toString(candidate), trimAscii(text))) {
      field = candidate;
      return;
    }
    words.push_back(rules::toString(candidate));
  }
  at.error(fmt::format("\"{}\" is no {}; it is one of {}", text, what, fmt::join(words, ", ")));
}

}  // namespace

void WordPlace::error(std::string message) const {
  problems.push_back({Problem::Severity::kError, where, std::move(message)});
}

void WordPlace::warning(std::string message) const {
  problems.push_back({Problem::Severity::kWarning, where, std::move(message)});
}

void readDirection(std::string_view text, const WordPlace& at, rules::Direction& field) {
  static constexpr rules::Direction kAll[] = {rules::Direction::kInbound,
                                              rules::Direction::kOutbound};
  readWord<rules::Direction>(text, "direction", kAll, at, field);
}

void readLinkType(std::string_view text, const WordPlace& at, rules::LinkType& field) {
  static constexpr rules::LinkType kAll[] = {
      rules::LinkType::kProvision, rules::LinkType::kJoin, rules::LinkType::kStickyJoin};
  readWord<rules::LinkType>(text, "link type", kAll, at, field);
}

void readMergeType(std::string_view text, const WordPlace& at, rules::MergeType& field) {
  static constexpr rules::MergeType kAll[] = {rules::MergeType::kUpdate,
                                              rules::MergeType::kReplace,
                                              rules::MergeType::kMerge,
                                              rules::MergeType::kMergeCaseInsensitive};
  readWord<rules::MergeType>(text, "merge type", kAll, at, field);
}

void readFlowType(std::string_view text, const WordPlace& at, rules::FlowType& field) {
  static constexpr rules::FlowType kAll[] = {
      rules::FlowType::kDirect, rules::FlowType::kConstant, rules::FlowType::kExpression};
  readWord<rules::FlowType>(text, "flow type", kAll, at, field);
}

void readFlag(std::string_view text, std::string_view name, const WordPlace& at, bool& field) {
  text = trimAscii(text);
  if (equalsIgnoreCaseAscii(text, "true") || text == "1") {
    field = true;
  } else if (equalsIgnoreCaseAscii(text, "false") || text == "0") {
    field = false;
  } else {
    at.error(fmt::format("\"{}\" should be True or False, but it is \"{}\"", name, text));
  }
}

void readPrecedence(std::string_view text, const WordPlace& at, std::int32_t& field) {
  const auto number = parseInteger(trimAscii(text));
  if (!number || *number < 0 || *number > std::numeric_limits<std::int32_t>::max()) {
    at.error(
        fmt::format("the precedence should be a whole number from 0 up, but it is \"{}\"", text));
    return;
  }
  field = static_cast<std::int32_t>(*number);
}

void readVersion(std::string_view text, const WordPlace& at, std::int64_t& field) {
  if (const auto number = parseInteger(trimAscii(text))) {
    field = *number;
  } else {
    at.error(fmt::format("the version should be a whole number, but it is \"{}\"", text));
  }
}

void readId(std::string_view text, std::string_view name, const WordPlace& at, std::string& field) {
  if (auto id = normalGuid(text)) {
    field = *std::move(id);
  } else {
    at.error(fmt::format("\"{}\" should be a GUID, but it is \"{}\"", name, text));
  }
}

void readOperator(std::string_view text, const WordPlace& at, std::string& field) {
  const std::string_view stored = rules::storedOperator(trimAscii(text));
  if (stored.empty()) return at.error(rules::unknownOperator(text));
  field = stored;
}

void checkRule(EntraRule& rule, Problems& problems) {
  const WordPlace at{rule.body.where, problems};
  rule.sources.resize(rule.body.mappings.size());
  if (rule.internal_id.empty()) rule.internal_id = rule.body.id;
  const std::string name =
      rule.body.name.empty() ? "a rule" : fmt::format("the rule \"{}\"", rule.body.name);
  const auto require = [&](const std::string& field, std::string_view what) {
    if (field.empty()) at.error(fmt::format("{} has no {}", name, what));
  };
  require(rule.body.name, "name");
  require(rule.body.id, "identifier");
  if (rule.is_reference) return;
  require(rule.body.connector, "connector");
  require(rule.body.source_type, "source object type");
  require(rule.body.target_type, "target object type");
  for (std::size_t i = 0; i < rule.body.mappings.size(); ++i) {
    const rules::AttributeMapping& mapping = rule.body.mappings[i];
    const WordPlace there{mapping.where.empty() ? rule.body.where : mapping.where, problems};
    if (mapping.target.empty()) there.error("a flow has no target attribute");
    if (mapping.flow == rules::FlowType::kDirect && mapping.source.empty()) {
      there.error(fmt::format("the direct flow to {} names no source attribute", mapping.target));
    }
  }
}

}  // namespace tandem::policy::entra
