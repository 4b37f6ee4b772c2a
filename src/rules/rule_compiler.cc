// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_compiler.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"
#include "expression/suggestion.h"
#include "rules/flow_types.h"
#include "rules/rule_json.h"
#include "rules/rule_names.h"
#include "rules/scope.h"

namespace tandem::rules {
namespace {

using directory::AttributeDefinition;
using directory::ValueType;

// Raised when what an evaluation gives changes without any rule changing, so that everything is
// synchronized anew.
constexpr std::string_view kSemantics = "tandem-rules-1";

bool isSameMerge(MergeType a, MergeType b) {
  const auto effective = [](MergeType type) {
    return type == MergeType::kReplace ? MergeType::kUpdate : type;
  };
  return effective(a) == effective(b);
}

class RuleCompiler {
 public:
  RuleCompiler(const CompileContext& context, Problems& problems)
      : context_(context), problems_(problems) {
    TANDEM_CHECK(context.attributes != nullptr && context.object_types != nullptr &&
                 context.metaverse_schema != nullptr);
  }

  CompiledRules compile(std::span<const SyncRule> rules) {
    result_.attributes = context_.attributes;
    result_.object_types = context_.object_types;
    std::vector<const SyncRule*> enabled;
    for (const SyncRule& rule : rules) {
      if (!rule.disabled) enabled.push_back(&rule);
    }
    std::stable_sort(enabled.begin(), enabled.end(), [](const SyncRule* a, const SyncRule* b) {
      return a->precedence < b->precedence;
    });
    checkUnique(rules, enabled);
    for (const SyncRule* rule : enabled)
      compileRule(*rule);
    checkMergeTypes();
    result_.fingerprint = hash64(fingerprint_);
    return std::move(result_);
  }

 private:
  // ------------------------------------------------------------ reporting

  void report(const std::string& where, std::string message, bool warning = false) {
    problems_.push_back({warning ? Problem::Severity::kWarning : Problem::Severity::kError,
                         where.empty() ? rule_->where : where,
                         fmt::format("rule \"{}\": {}", rule_->name, message)});
  }

  void reportMapping(const AttributeMapping& mapping, std::string_view message, bool warning) {
    report(mapping.where, fmt::format("target {}: {}", mapping.target, message), warning);
  }

  // ------------------------------------------------------------ rules

  void checkUnique(std::span<const SyncRule> rules, const std::vector<const SyncRule*>& enabled) {
    std::map<std::string, const SyncRule*> by_id;
    for (const SyncRule& rule : rules) {
      rule_ = &rule;
      const auto [other, added] = by_id.emplace(toLowerAscii(rule.id), &rule);
      if (!added) {
        report(rule.where,
               fmt::format("its id {} is also that of rule \"{}\"", rule.id, other->second->name));
      }
    }
    for (std::size_t i = 1; i < enabled.size(); ++i) {
      if (enabled[i]->precedence != enabled[i - 1]->precedence) continue;
      rule_ = enabled[i];
      report(rule_->where,
             fmt::format("its precedence {} is also that of rule \"{}\"; give each rule its own",
                         rule_->precedence,
                         enabled[i - 1]->name));
    }
  }

  void compileRule(const SyncRule& rule) {
    rule_ = &rule;
    const auto connector = context_.connectors.find(rule.connector);
    if (connector == context_.connectors.end()) {
      std::vector<std::string_view> names;
      for (const auto& [name, id] : context_.connectors)
        names.push_back(name);
      return report(
          rule.where,
          fmt::format("there is no connector \"{}\"{}",
                      rule.connector,
                      expression::didYouMean(expression::closest(rule.connector, names))));
    }
    const auto schema = context_.connector_schemas.find(connector->second);
    if (schema == context_.connector_schemas.end()) {
      return report(rule.where,
                    fmt::format("the schema of connector \"{}\" is not known", rule.connector));
    }
    const auto found = context_.parameters.find(connector->second);
    const RuleNames::Parameters* const parameters =
        found == context_.parameters.end() ? nullptr : &found->second;
    const RuleNames cs(*context_.attributes, *schema->second, parameters);
    const RuleNames mv(*context_.attributes, *context_.metaverse_schema, parameters);
    const bool inbound = rule.direction == Direction::kInbound;
    const RuleNames& source = inbound ? cs : mv;
    const RuleNames& target = inbound ? mv : cs;

    CompiledRule compiled;
    compiled.facts = factsOf(rule, connector->second, cs, mv);
    compiled.scope = compileScope(rule, source);
    addFingerprint(rule, connector->second);
    for (const AttributeMapping& mapping : rule.mappings) {
      auto one = compileMapping(mapping, source, target);
      if (!one) continue;
      one->rule = static_cast<std::uint32_t>(result_.rules.size());
      compiled.mappings.push_back(std::move(*one));
    }
    checkRepeatedTargets(compiled);
    result_.rules.push_back(std::move(compiled));
  }

  RuleFacts factsOf(const SyncRule& rule,
                    ConnectorId connector,
                    const RuleNames& cs,
                    const RuleNames& mv) {
    RuleFacts facts;
    if (context_.rule_id) facts.id = context_.rule_id(rule);
    facts.name = rule.name;
    facts.connector = connector;
    facts.direction = rule.direction;
    facts.link = rule.link;
    facts.precedence = rule.precedence;
    facts.source_type = typeOf(rule.source_type, rule.direction == Direction::kOutbound);
    facts.target_type = typeOf(rule.target_type, rule.direction == Direction::kInbound);
    for (const JoinGroup& group : rule.join)
      facts.joins.push_back(compileJoin(group, cs, mv));
    if (rule.link == LinkType::kProvision && facts.target_type.raw() == 0) {
      report(rule.where, "a rule with link type Provision needs a target object type");
    }
    return facts;
  }

  ObjectTypeId typeOf(const std::string& name, bool in_metaverse) {
    if (name == "*" && in_metaverse) return {};
    if (name.empty() || name == "*") {
      report(rule_->where,
             name.empty() ? "an object type is missing"
                          : "only the object type of the metaverse's side may be \"*\"");
      return {};
    }
    return ObjectTypeId(context_.object_types->intern(name));
  }

  JoinKeys compileJoin(const JoinGroup& group, const RuleNames& cs, const RuleNames& mv) {
    JoinKeys keys;
    for (const JoinCondition& condition : group) {
      const auto cs_side = joinAttribute(condition.connector_attribute, cs, "connector space");
      const auto mv_side = joinAttribute(condition.metaverse_attribute, mv, "metaverse");
      if (!cs_side || !mv_side) continue;
      if (cs_side->type != mv_side->type) {
        report(rule_->where,
               fmt::format("join {} = {}: {} never equals {}",
                           condition.connector_attribute,
                           condition.metaverse_attribute,
                           directory::toString(cs_side->type),
                           directory::toString(mv_side->type)));
      }
      keys.push_back({cs_side->id, mv_side->id, condition.case_sensitive});
    }
    return keys;
  }

  std::optional<AttributeDefinition> joinAttribute(const std::string& name,
                                                   const RuleNames& names,
                                                   std::string_view side) {
    const auto attribute = names.attribute(name);
    if (!attribute) {
      report(rule_->where,
             fmt::format("join: the {} has no attribute \"{}\"{}",
                         side,
                         name,
                         expression::didYouMean(names.nearestAttribute(name))));
    } else if (attribute->type == ValueType::kReference) {
      report(rule_->where, fmt::format("join: {} is a reference; join by a value", name));
    }
    return attribute;
  }

  std::uint32_t compileScope(const SyncRule& rule, const RuleNames& source) {
    Scope scope;
    for (const ScopeGroup& group : rule.scope) {
      std::vector<std::uint32_t> conditions;
      for (const ScopeCondition& written : group) {
        std::string problem;
        std::optional<Condition> condition = compileCondition(written, source, problem);
        if (!condition) {
          report(rule.where, "scope: " + problem);
          continue;
        }
        conditions.push_back(indexOf(result_.conditions, std::move(*condition)));
      }
      scope.push_back(std::move(conditions));
    }
    return indexOf(result_.scopes, std::move(scope));
  }

  // Where the same thing stands already, or at the end.
  template <class T>
  static std::uint32_t indexOf(std::vector<T>& all, T one) {
    const auto found = std::find(all.begin(), all.end(), one);
    const auto index = static_cast<std::uint32_t>(found - all.begin());
    if (found == all.end()) all.push_back(std::move(one));
    return index;
  }

  // ------------------------------------------------------------ mappings

  std::optional<Mapping> compileMapping(const AttributeMapping& mapping,
                                        const RuleNames& source,
                                        const RuleNames& target) {
    Mapping result;
    result.merge = mapping.merge;
    result.execute_once = mapping.execute_once;
    result.flow = mapping.flow;
    result.written = mapping.source;
    if (equalsIgnoreCaseAscii(mapping.target, "dn")) {
      if (rule_->direction == Direction::kInbound) {
        reportMapping(mapping, "a metaverse object has no dn", /*warning=*/false);
        return std::nullopt;
      }
      result.target_is_dn = true;
      result.target.type = ValueType::kString;
    } else {
      const auto found = target.attribute(mapping.target);
      if (!found) {
        reportMapping(mapping,
                      fmt::format("there is no such attribute{}",
                                  expression::didYouMean(target.nearestAttribute(mapping.target))),
                      /*warning=*/false);
        return std::nullopt;
      }
      result.target = *found;
    }
    return compileSource(mapping, source, result) ? std::optional(std::move(result)) : std::nullopt;
  }

  bool compileSource(const AttributeMapping& mapping, const RuleNames& source, Mapping& result) {
    switch (mapping.flow) {
      case FlowType::kDirect:
        return compileDirect(mapping, source, result);
      case FlowType::kConstant:
        return compileConstant(mapping, result);
      case FlowType::kExpression:
        return compileExpression(mapping, source, result);
    }
    return false;
  }

  bool compileDirect(const AttributeMapping& mapping, const RuleNames& source, Mapping& result) {
    if (equalsIgnoreCaseAscii(mapping.source, "dn")) {
      result.source_is_dn = true;
      result.source.type = ValueType::kString;
    } else {
      const auto found = source.attribute(mapping.source);
      if (!found) {
        reportMapping(mapping,
                      fmt::format("there is no attribute \"{}\"{}",
                                  mapping.source,
                                  expression::didYouMean(source.nearestAttribute(mapping.source))),
                      /*warning=*/false);
        return false;
      }
      result.source = *found;
    }
    const bool to_reference = result.target.type == ValueType::kReference;
    const bool from_reference = result.source.type == ValueType::kReference;
    if (to_reference && !from_reference) {
      compileComputed(
          mapping, expression::TypeSet::of(expression::kindOf(result.source.type)), result);
      return true;
    }
    if (!from_reference && !canBecome(expression::kindOf(result.source.type), result.target.type)) {
      reportMapping(mapping,
                    fmt::format("a {} attribute cannot flow to a {} one; convert it with an "
                                "expression",
                                directory::toString(result.source.type),
                                directory::toString(result.target.type)),
                    /*warning=*/false);
      return false;
    }
    if (result.source.multi && !result.target.multi && !from_reference) {
      reportMapping(mapping,
                    fmt::format("{} may have several values, the target takes one: objects with "
                                "more will fail. Choose with Item([{}],1)",
                                mapping.source,
                                mapping.source),
                    /*warning=*/true);
    }
    return true;
  }

  bool compileConstant(const AttributeMapping& mapping, Mapping& result) {
    std::string bytes = mapping.source;
    switch (result.target.type) {
      case ValueType::kString:
        break;
      case ValueType::kBoolean: {
        const bool is_true = equalsIgnoreCaseAscii(mapping.source, "True");
        if (!is_true && !equalsIgnoreCaseAscii(mapping.source, "False")) {
          reportMapping(mapping, "the constant must be True or False", /*warning=*/false);
          return false;
        }
        bytes = directory::encodeBoolean(is_true);
        break;
      }
      case ValueType::kInteger: {
        const auto number = parseInteger(trimAscii(mapping.source));
        if (!number) {
          reportMapping(mapping, "the constant must be a whole number", /*warning=*/false);
          return false;
        }
        bytes = directory::encodeInteger(*number);
        break;
      }
      case ValueType::kBinary:
      case ValueType::kReference:
        reportMapping(mapping,
                      fmt::format("a {} attribute cannot have a constant value",
                                  directory::toString(result.target.type)),
                      /*warning=*/false);
        return false;
    }
    if (bytes.empty()) {
      reportMapping(mapping,
                    "the constant is empty; to clear the attribute use the expression "
                    "AuthoritativeNull",
                    /*warning=*/false);
      return false;
    }
    appendVarint(result.constant, bytes.size());
    result.constant += bytes;
    return true;
  }

  bool compileExpression(const AttributeMapping& mapping,
                         const RuleNames& source,
                         Mapping& result) {
    expression::Compilation compiled = expression::compile(mapping.source, source);
    for (const expression::Finding& finding : compiled.findings) {
      reportMapping(mapping, "expression " + expression::toString(finding), finding.is_warning);
    }
    if (!compiled.program) return false;
    if (const std::string_view random = compiled.program->randomFunction();
        !random.empty() && !mapping.execute_once) {
      reportMapping(
          mapping,
          fmt::format("{}() gives another value at each synchronization of the object, and "
                      "each is exported; set \"executeOnce\" to keep the first",
                      random),
          /*warning=*/true);
    }
    if (!canYield(compiled.program->resultTypes(), result.target.type)) {
      reportMapping(mapping,
                    fmt::format("the expression gives {}, and the target is a {} attribute",
                                expression::toText(compiled.program->resultTypes()),
                                directory::toString(result.target.type)),
                    /*warning=*/false);
      return false;
    }
    if (result.target.type == ValueType::kReference)
      compileComputed(mapping, compiled.program->resultTypes(), result);
    result.program = std::move(compiled.program);
    return true;
  }

  // A reference that may be the text of a DN, which names an object of the source's directory. The
  // metaverse has no DNs, so on the way out there is nothing that a text could name.
  void compileComputed(const AttributeMapping& mapping,
                       expression::TypeSet results,
                       Mapping& result) {
    if (!yieldsOtherThanLinks(results)) return;
    if (rule_->direction == Direction::kOutbound) {
      reportMapping(mapping,
                    "on the way out a reference can only be taken over from a reference attribute: "
                    "where there is another value, the object will fail",
                    /*warning=*/true);
      return;
    }
    result.computed = context_.attributes->intern(mapping.target + std::string(kComputedSuffix));
    if (yieldsOtherThanNames(results)) {
      reportMapping(mapping,
                    "a reference is made of the text of a DN or taken over from a reference "
                    "attribute: where there is another value, the object will fail",
                    /*warning=*/true);
    }
  }

  // ------------------------------------------------------------ across mappings

  void checkRepeatedTargets(const CompiledRule& compiled) {
    std::set<AttributeId> seen;
    for (const Mapping& mapping : compiled.mappings) {
      const bool merges = !isSameMerge(mapping.merge, MergeType::kUpdate);
      const AttributeId key = mapping.target_is_dn ? AttributeId() : mapping.target.id;
      if (seen.insert(key).second || merges) continue;
      report(rule_->where,
             fmt::format("target {} has two mappings, and only one can win", targetName(mapping)));
    }
  }

  std::string targetName(const Mapping& mapping) const {
    return mapping.target_is_dn ? "dn" : context_.attributes->name(mapping.target.id);
  }

  // Flows to one attribute of one kind of object either all merge or all replace one another.
  void checkMergeTypes() {
    std::map<std::pair<std::int64_t, std::uint32_t>, const Mapping*> first_by_target;
    std::map<const Mapping*, const RuleFacts*> rule_of;
    for (const CompiledRule& rule : result_.rules) {
      // Inbound flows of all connectors meet in the metaverse, outbound ones in their connector.
      const bool inbound = rule.facts.direction == Direction::kInbound;
      const std::int64_t side =
          (inbound ? 0 : rule.facts.connector.raw() + 1) * 1'000'000 + rule.facts.target_type.raw();
      for (const Mapping& mapping : rule.mappings) {
        rule_of[&mapping] = &rule.facts;
        const auto [first, added] =
            first_by_target.emplace(std::pair(side, mapping.target.id.raw()), &mapping);
        if (added || isSameMerge(first->second->merge, mapping.merge)) continue;
        problems_.push_back(
            {Problem::Severity::kError,
             fmt::format("rule \"{}\"", rule.facts.name),
             fmt::format("target {}: merges as {}, but rule \"{}\" as {}; all flows to one "
                         "attribute must agree",
                         targetName(mapping),
                         toString(mapping.merge),
                         rule_of[first->second]->name,
                         toString(first->second->merge))});
      }
    }
  }

  // All that can change an outcome: the rule without its texts for people, its parameters, and the
  // types of what it names.
  void addFingerprint(const SyncRule& rule, ConnectorId connector) {
    if (fingerprint_.empty()) {
      fingerprint_ = kSemantics;
      addSchema(*context_.metaverse_schema);
    }
    if (seen_connectors_.insert(connector).second) {
      addText(fmt::format("connector {}", connector.raw()));
      addSchema(*context_.connector_schemas.at(connector));
      const auto parameters = context_.parameters.find(connector);
      if (parameters != context_.parameters.end()) {
        for (const auto& [name, value] : parameters->second) {
          addText(name);
          addText(value);
        }
      }
    }
    addText(rule.id);
    addText(fmt::format("{} {} {} {}",
                        connector.raw(),
                        toString(rule.direction),
                        toString(rule.link),
                        rule.precedence));
    addText(rule.source_type);
    addText(rule.target_type);
    for (const ScopeGroup& group : rule.scope) {
      addText("scope");
      for (const ScopeCondition& condition : group) {
        addText(condition.attribute);
        addText(condition.comparison);
        addText(condition.value);
      }
    }
    for (const JoinGroup& group : rule.join) {
      addText("join");
      for (const JoinCondition& condition : group) {
        addText(condition.connector_attribute);
        addText(condition.metaverse_attribute);
        addText(condition.case_sensitive ? "exact" : "folded");
      }
    }
    for (const AttributeMapping& mapping : rule.mappings) {
      addText(mapping.target);
      addText(fmt::format(
          "{} {} {}", toString(mapping.flow), toString(mapping.merge), mapping.execute_once));
      addText(mapping.source);
    }
  }

  void addSchema(const directory::Schema& schema) {
    for (const AttributeDefinition& one : schema.definitions()) {
      addText(fmt::format("{} {} {}", one.id.raw(), directory::toString(one.type), one.multi));
    }
  }

  void addText(std::string_view text) {
    appendVarint(fingerprint_, text.size());
    fingerprint_ += text;
  }

  const CompileContext& context_;
  Problems& problems_;
  CompiledRules result_;
  const SyncRule* rule_ = nullptr;
  std::set<ConnectorId> seen_connectors_;
  std::string fingerprint_;
};

}  // namespace

CompiledRules compileRules(std::span<const SyncRule> rules,
                           const CompileContext& context,
                           Problems& problems) {
  return RuleCompiler(context, problems).compile(rules);
}

}  // namespace tandem::rules
