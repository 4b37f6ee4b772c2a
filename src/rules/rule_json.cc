// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_json.h"

#include <array>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "expression/suggestion.h"

namespace tandem::rules {
namespace {

using expression::closest;
using expression::didYouMean;

template <class E>
struct Word {
  std::string_view text;
  E value;
};

constexpr std::array<Word<Direction>, 2> kDirections = {
    {{"Inbound", Direction::kInbound}, {"Outbound", Direction::kOutbound}}};
constexpr std::array<Word<LinkType>, 3> kLinkTypes = {{{"Provision", LinkType::kProvision},
                                                       {"Join", LinkType::kJoin},
                                                       {"StickyJoin", LinkType::kStickyJoin}}};
constexpr std::array<Word<FlowType>, 3> kFlowTypes = {{{"Direct", FlowType::kDirect},
                                                       {"Constant", FlowType::kConstant},
                                                       {"Expression", FlowType::kExpression}}};
constexpr std::array<Word<MergeType>, 4> kMergeTypes = {
    {{"Update", MergeType::kUpdate},
     {"Replace", MergeType::kReplace},
     {"Merge", MergeType::kMerge},
     {"MergeCaseInsensitive", MergeType::kMergeCaseInsensitive}}};

template <class E, std::size_t N>
std::string_view wordFor(const std::array<Word<E>, N>& words, E value) {
  for (const Word<E>& word : words) {
    if (word.value == value) return word.text;
  }
  return {};
}

// Reads the members of one JSON object and remembers which it was asked for, so that the rest can
// be called unknown. Json is nlohmann::json or ordered_json.
template <class Json>
class ObjectReader {
 public:
  ObjectReader(const Json& json, std::string pointer, const Locate& locate, Problems& problems)
      : json_(json), pointer_(std::move(pointer)), locate_(locate), problems_(problems) {
    if (!json_.is_object()) fail("", "expected an object {…}");
  }

  std::string text(const char* key, bool required) {
    const Json* value = member(key, required);
    if (value == nullptr) return {};
    if (value->is_string()) return value->template get<std::string>();
    fail(key, "expected a text in quotes");
    return {};
  }

  // A text, or an array of texts that are the lines of one.
  std::string lines(const char* key) {
    const Json* value = member(key, /*required=*/false);
    if (value == nullptr) return {};
    if (value->is_string()) return value->template get<std::string>();
    std::string all;
    bool good = value->is_array();
    if (good) {
      for (std::size_t i = 0; i < value->size(); ++i) {
        const Json& line = (*value)[i];
        if (!line.is_string()) good = false;
        if (i > 0) all += '\n';
        if (line.is_string()) all += line.template get<std::string>();
      }
    }
    if (!good) fail(key, "expected a text, or an array of texts (its lines)");
    return all;
  }

  bool flag(const char* key) {
    const Json* value = member(key, /*required=*/false);
    if (value == nullptr) return false;
    if (value->is_boolean()) return value->template get<bool>();
    fail(key, "expected true or false");
    return false;
  }

  std::int32_t number(const char* key) {
    const Json* value = member(key, /*required=*/true);
    if (value == nullptr) return 0;
    if (value->is_number_integer()) {
      const auto number = value->template get<std::int64_t>();
      if (number >= 0 && number <= std::numeric_limits<std::int32_t>::max()) {
        return static_cast<std::int32_t>(number);
      }
    }
    fail(key, "expected a whole number from 0 up");
    return 0;
  }

  template <class E, std::size_t N>
  E word(const char* key, const std::array<Word<E>, N>& words, std::optional<E> fallback) {
    const E other = fallback.value_or(words[0].value);
    if (member(key, !fallback.has_value()) == nullptr) return other;
    const std::string given = text(key, /*required=*/false);
    std::string allowed;
    for (const Word<E>& candidate : words) {
      if (equalsIgnoreCaseAscii(candidate.text, given)) return candidate.value;
      allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", candidate.text);
    }
    fail(key, fmt::format("\"{}\" is not one of {}", given, allowed));
    return other;
  }

  // The array under key: each element with the pointer to it.
  template <class F>
  void each(const char* key, F&& use) {
    const Json* value = member(key, /*required=*/false);
    if (value == nullptr) return;
    if (!value->is_array()) return fail(key, "expected an array […]");
    for (std::size_t i = 0; i < value->size(); ++i)
      use((*value)[i], fmt::format("{}/{}/{}", pointer_, key, i));
  }

  bool has(const char* key) const { return json_.is_object() && json_.contains(key); }
  std::string place() const { return locate_(pointer_); }

  void fail(std::string_view key, std::string message) {
    const std::string at = key.empty() ? pointer_ : fmt::format("{}/{}", pointer_, key);
    problems_.push_back({Problem::Severity::kError, locate_(at), std::move(message)});
  }

  void refuseOthers() {
    if (!json_.is_object()) return;
    for (auto it = json_.begin(); it != json_.end(); ++it) {
      bool known = false;
      for (const std::string_view key : asked_)
        known = known || key == it.key();
      if (known) continue;
      fail(it.key(),
           fmt::format("unknown key \"{}\"{}", it.key(), didYouMean(closest(it.key(), asked_))));
    }
  }

 private:
  const Json* member(const char* key, bool required) {
    asked_.emplace_back(key);
    if (!json_.is_object()) return nullptr;
    const auto found = json_.find(key);
    if (found != json_.end()) return &*found;
    if (required) fail("", fmt::format("\"{}\" is missing", key));
    return nullptr;
  }

  const Json& json_;
  std::string pointer_;
  const Locate& locate_;
  Problems& problems_;
  std::vector<std::string_view> asked_;
};

template <class Json>
class RuleReader {
 public:
  RuleReader(const Locate& locate, Problems& problems) : locate_(locate), problems_(problems) {}

  SyncRule read(const Json& json) {
    ObjectReader<Json> in(json, "", locate_, problems_);
    SyncRule rule;
    rule.where = in.place();
    rule.name = in.text("name", /*required=*/true);
    rule.id = in.text("id", /*required=*/true);
    rule.description = in.text("description", /*required=*/false);
    rule.immutable_tag = in.text("immutableTag", /*required=*/false);
    rule.connector = in.text("connector", /*required=*/true);
    rule.direction = in.word("direction", kDirections, std::optional<Direction>());
    rule.source_type = in.text("sourceObjectType", /*required=*/true);
    rule.target_type = in.text("targetObjectType", /*required=*/true);
    rule.link = in.word("linkType", kLinkTypes, std::optional(LinkType::kJoin));
    rule.precedence = in.number("precedence");
    rule.disabled = in.flag("disabled");
    rule.password_sync = in.flag("enablePasswordSync");
    in.each("scopeFilter", [&](const Json& group, const std::string& at) {
      rule.scope.push_back(readGroup<ScopeCondition>(group, at));
    });
    in.each("joinFilter", [&](const Json& group, const std::string& at) {
      rule.join.push_back(readGroup<JoinCondition>(group, at));
    });
    in.each("attributeFlowMappings", [&](const Json& mapping, const std::string& at) {
      rule.mappings.push_back(readMapping(mapping, at));
    });
    in.refuseOthers();
    return rule;
  }

 private:
  template <class Condition>
  std::vector<Condition> readGroup(const Json& group, const std::string& at) {
    std::vector<Condition> conditions;
    if (!group.is_array() || group.empty()) {
      problems_.push_back({Problem::Severity::kError,
                           locate_(at),
                           "expected a group: an array of one or more conditions"});
      return conditions;
    }
    for (std::size_t i = 0; i < group.size(); ++i) {
      ObjectReader<Json> in(group[i], fmt::format("{}/{}", at, i), locate_, problems_);
      Condition condition;
      readCondition(in, condition);
      in.refuseOthers();
      conditions.push_back(std::move(condition));
    }
    return conditions;
  }

  static void readCondition(ObjectReader<Json>& in, ScopeCondition& condition) {
    condition.attribute = in.text("attribute", /*required=*/true);
    condition.comparison = in.text("comparisonOperator", /*required=*/true);
    condition.value = in.text("comparisonValue", /*required=*/false);
  }

  static void readCondition(ObjectReader<Json>& in, JoinCondition& condition) {
    condition.connector_attribute = in.text("csAttribute", /*required=*/true);
    condition.metaverse_attribute = in.text("mvAttribute", /*required=*/true);
    condition.case_sensitive = in.flag("caseSensitive");
  }

  AttributeMapping readMapping(const Json& json, const std::string& at) {
    ObjectReader<Json> in(json, at, locate_, problems_);
    AttributeMapping mapping;
    mapping.where = in.place();
    mapping.target = in.text("destination", /*required=*/true);
    const FlowType fallback = in.has("expression") ? FlowType::kExpression : FlowType::kDirect;
    mapping.flow = in.word("flowType", kFlowTypes, std::optional(fallback));
    const std::string source = in.text("source", mapping.flow != FlowType::kExpression);
    const std::string expression = in.lines("expression");
    if (mapping.flow == FlowType::kExpression) {
      mapping.source = expression;
      if (!in.has("expression")) in.fail("", "\"expression\" is missing");
      if (in.has("source")) in.fail("source", "an Expression has no \"source\"");
    } else {
      mapping.source = source;
      if (in.has("expression")) in.fail("expression", "only flowType Expression has one");
    }
    mapping.merge = in.word("valueMergeType", kMergeTypes, std::optional(MergeType::kUpdate));
    mapping.execute_once = in.flag("executeOnce");
    in.refuseOthers();
    return mapping;
  }

  const Locate& locate_;
  Problems& problems_;
};

using Ordered = nlohmann::ordered_json;

Ordered scopeToJson(const std::vector<ScopeGroup>& groups) {
  Ordered all = Ordered::array();
  for (const ScopeGroup& group : groups) {
    Ordered conditions = Ordered::array();
    for (const ScopeCondition& condition : group) {
      Ordered one;
      one["attribute"] = condition.attribute;
      one["comparisonOperator"] = condition.comparison;
      if (!condition.value.empty()) one["comparisonValue"] = condition.value;
      conditions.push_back(std::move(one));
    }
    all.push_back(std::move(conditions));
  }
  return all;
}

Ordered joinToJson(const std::vector<JoinGroup>& groups) {
  Ordered all = Ordered::array();
  for (const JoinGroup& group : groups) {
    Ordered conditions = Ordered::array();
    for (const JoinCondition& condition : group) {
      Ordered one;
      one["csAttribute"] = condition.connector_attribute;
      one["mvAttribute"] = condition.metaverse_attribute;
      if (condition.case_sensitive) one["caseSensitive"] = true;
      conditions.push_back(std::move(one));
    }
    all.push_back(std::move(conditions));
  }
  return all;
}

Ordered mappingToJson(const AttributeMapping& mapping) {
  Ordered json;
  json["destination"] = mapping.target;
  json["flowType"] = toString(mapping.flow);
  if (mapping.flow != FlowType::kExpression) {
    json["source"] = mapping.source;
  } else if (mapping.source.find('\n') == std::string::npos) {
    json["expression"] = mapping.source;
  } else {
    json["expression"] = split(mapping.source, '\n');
  }
  if (mapping.merge != MergeType::kUpdate) json["valueMergeType"] = toString(mapping.merge);
  if (mapping.execute_once) json["executeOnce"] = true;
  return json;
}

}  // namespace

Locate locateUnder(std::string prefix) {
  return [prefix = std::move(prefix)](std::string_view pointer) {
    return fmt::format("{}{}", prefix, pointer);
  };
}

SyncRule parseRule(const nlohmann::json& json, const Locate& locate, Problems& problems) {
  return RuleReader<nlohmann::json>(locate, problems).read(json);
}

SyncRule parseRule(const nlohmann::ordered_json& json, const Locate& locate, Problems& problems) {
  return RuleReader<nlohmann::ordered_json>(locate, problems).read(json);
}

nlohmann::ordered_json toJson(const SyncRule& rule) {
  Ordered json;
  json["name"] = rule.name;
  json["id"] = rule.id;
  if (!rule.description.empty()) json["description"] = rule.description;
  if (!rule.immutable_tag.empty()) json["immutableTag"] = rule.immutable_tag;
  json["connector"] = rule.connector;
  json["direction"] = toString(rule.direction);
  json["sourceObjectType"] = rule.source_type;
  json["targetObjectType"] = rule.target_type;
  json["linkType"] = toString(rule.link);
  json["precedence"] = rule.precedence;
  if (rule.disabled) json["disabled"] = true;
  if (rule.password_sync) json["enablePasswordSync"] = true;
  if (!rule.scope.empty()) json["scopeFilter"] = scopeToJson(rule.scope);
  if (!rule.join.empty()) json["joinFilter"] = joinToJson(rule.join);
  if (!rule.mappings.empty()) {
    Ordered mappings = Ordered::array();
    for (const AttributeMapping& mapping : rule.mappings)
      mappings.push_back(mappingToJson(mapping));
    json["attributeFlowMappings"] = std::move(mappings);
  }
  return json;
}

std::string_view toString(Direction direction) {
  return wordFor(kDirections, direction);
}

std::string_view toString(LinkType link) {
  return wordFor(kLinkTypes, link);
}

std::string_view toString(FlowType flow) {
  return wordFor(kFlowTypes, flow);
}

std::string_view toString(MergeType merge) {
  return wordFor(kMergeTypes, merge);
}

}  // namespace tandem::rules
