// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_set.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "base/check.h"
#include "rules/flow_plan.h"
#include "rules/flow_run.h"
#include "rules/rule_compiler.h"
#include "rules/scope.h"

namespace tandem::rules {
namespace {

// Remembers answers for one object: a stamp per question, so that nothing is cleared between
// objects.
class Memo {
 public:
  explicit Memo(std::size_t questions) : answers_(questions) {}
  void beginObject() { ++object_; }
  // True or False when it was asked before.
  std::optional<bool> find(std::uint32_t question) const {
    const std::uint64_t answer = answers_[question];
    return answer >> 1 == object_ ? std::optional((answer & 1) != 0) : std::nullopt;
  }
  bool put(std::uint32_t question, bool answer) {
    answers_[question] = object_ << 1 | (answer ? 1 : 0);
    return answer;
  }

 private:
  std::vector<std::uint64_t> answers_;
  std::uint64_t object_ = 0;
};

class Buffers final : public Evaluation {
 public:
  Buffers(const CompiledRules& rules, const expression::Surroundings& surroundings)
      : owner(&rules),
        conditions(rules.conditions.size()),
        scopes(rules.scopes.size()),
        plans(rules) {
    flow.work = expression::Workspace(surroundings);
  }

  void layOut(std::string_view record) {
    attributes.load(record);
    laid_out = record;
  }

  // What was in scope is mostly what flows next: its attributes need not be laid out again. Taken
  // once, since the caller may use the record's buffer for another object after that.
  void load(FlowSource& source, const SourceObject& object, ConnectorObjectId id, bool imported) {
    const bool same =
        laid_out.data() == object.record.data() && laid_out.size() == object.record.size();
    if (same) {
      std::swap(source.attributes, attributes);
      laid_out = {};
    } else {
      source.attributes.load(object.record);
    }
    source.look(object, id, imported);
  }

  const CompiledRules* owner;  // the rule set that it was made for
  expression::SlotTable attributes;
  std::string_view laid_out;  // the record in attributes, until a flow has taken them
  std::string scratch;
  Memo conditions;
  Memo scopes;
  std::vector<std::uint32_t> in_scope[2];  // by direction
  FlowPlans plans;
  FlowBuffers flow;
};

// Rules of one connector and direction by the type of their source objects.
struct Bucket {
  std::unordered_map<std::int64_t, std::vector<std::uint32_t>> by_type;
  std::vector<std::uint32_t> any_type;
};

}  // namespace

struct RuleSet::Impl {
  CompiledRules rules;
  std::unordered_map<std::int64_t, Bucket> buckets;
  std::unordered_map<std::int64_t, std::uint32_t> by_id;
  std::vector<std::uint32_t> inbound_joins;

  static std::int64_t bucketKey(ConnectorId connector, Direction direction) {
    return connector.raw() * 2 + (direction == Direction::kOutbound ? 1 : 0);
  }

  void fillIndexes() {
    for (std::uint32_t i = 0; i < rules.rules.size(); ++i) {
      const RuleFacts& facts = rules.rules[i].facts;
      by_id.emplace(facts.id.raw(), i);
      if (facts.direction == Direction::kInbound && !facts.joins.empty())
        inbound_joins.push_back(i);
      Bucket& bucket = buckets[bucketKey(facts.connector, facts.direction)];
      if (facts.source_type.raw() == 0) {
        bucket.any_type.push_back(i);
      } else {
        bucket.by_type[facts.source_type.raw()].push_back(i);
      }
    }
    for (auto& [key, bucket] : buckets) {
      for (auto& [type, list] : bucket.by_type) {
        list.insert(list.end(), bucket.any_type.begin(), bucket.any_type.end());
        std::sort(list.begin(), list.end());
      }
    }
  }

  std::span<const std::uint32_t> rulesFor(ConnectorId connector,
                                          Direction direction,
                                          ObjectTypeId type) const {
    const auto bucket = buckets.find(bucketKey(connector, direction));
    if (bucket == buckets.end()) return {};
    const auto list = bucket->second.by_type.find(type.raw());
    return list == bucket->second.by_type.end() ? bucket->second.any_type : list->second;
  }

  bool conditionHolds(Buffers& buffers, std::uint32_t index, const ScopedObject& object) const {
    if (const auto known = buffers.conditions.find(index)) return *known;
    return buffers.conditions.put(index, holds(rules.conditions[index], object, buffers.scratch));
  }

  bool groupHolds(Buffers& buffers,
                  const std::vector<std::uint32_t>& group,
                  const ScopedObject& object) const {
    return std::all_of(group.begin(), group.end(), [&](std::uint32_t condition) {
      return conditionHolds(buffers, condition, object);
    });
  }

  bool scopeHolds(Buffers& buffers, std::uint32_t index, const ScopedObject& object) const {
    if (const auto known = buffers.scopes.find(index)) return *known;
    const Scope& scope = rules.scopes[index];
    const bool any =
        scope.empty() || std::any_of(scope.begin(), scope.end(), [&](const auto& group) {
          return groupHolds(buffers, group, object);
        });
    return buffers.scopes.put(index, any);
  }

  Buffers& buffersOf(Evaluation& evaluation) const {
    auto& buffers = static_cast<Buffers&>(evaluation);
    TANDEM_CHECK(buffers.owner == &rules);
    return buffers;
  }

  // Calls use with each source attribute that rules of this side read in scope and flows.
  template <class F>
  void eachRead(const CompiledRule& rule, F&& use) const {
    for (const auto& group : rules.scopes[rule.scope]) {
      for (const std::uint32_t condition : group)
        use(rules.conditions[condition].attribute.id);
    }
    for (const Mapping& mapping : rule.mappings) {
      if (mapping.flow == FlowType::kDirect) use(mapping.source.id);
      if (!mapping.program) continue;
      for (const AttributeId attribute : mapping.program->attributesRead())
        use(attribute);
    }
  }
};

RuleSet::RuleSet() : impl_(std::make_unique<Impl>()) {}
RuleSet::~RuleSet() = default;

std::unique_ptr<RuleSet> RuleSet::compile(std::span<const SyncRule> rules,
                                          const CompileContext& context,
                                          Problems& problems) {
  Problems found;
  std::unique_ptr<RuleSet> set(new RuleSet());
  set->impl_->rules = compileRules(rules, context, found);
  set->impl_->fillIndexes();
  const bool failed = hasErrors(found);
  problems.insert(problems.end(), found.begin(), found.end());
  return failed ? nullptr : std::move(set);
}

std::size_t RuleSet::size() const {
  return impl_->rules.rules.size();
}

const RuleFacts& RuleSet::rule(std::uint32_t index) const {
  return impl_->rules.rules[index].facts;
}

const RuleFacts* RuleSet::findRule(RuleId id) const {
  const auto found = impl_->by_id.find(id.raw());
  return found == impl_->by_id.end() ? nullptr : &rule(found->second);
}

std::span<const std::uint32_t> RuleSet::inboundJoins() const {
  return impl_->inbound_joins;
}

std::vector<AttributeId> RuleSet::attributesRead(ConnectorId connector) const {
  std::set<AttributeId> all;
  for (const CompiledRule& rule : impl_->rules.rules) {
    if (rule.facts.connector != connector) continue;
    // An outbound join looks at objects that this connector has imported.
    for (const JoinKeys& keys : rule.facts.joins) {
      for (const JoinKey& key : keys)
        all.insert(key.connector_attribute);
    }
    if (rule.facts.direction != Direction::kInbound) continue;
    impl_->eachRead(rule, [&](AttributeId attribute) {
      if (attribute.isValid()) all.insert(attribute);
    });
  }
  return {all.begin(), all.end()};
}

std::vector<AttributeId> RuleSet::attributesWritten(ConnectorId connector) const {
  std::set<AttributeId> all;
  for (const CompiledRule& rule : impl_->rules.rules) {
    if (rule.facts.connector != connector || rule.facts.direction != Direction::kOutbound) continue;
    for (const Mapping& mapping : rule.mappings) {
      if (!mapping.target_is_dn) all.insert(mapping.target.id);
    }
  }
  return {all.begin(), all.end()};
}

std::vector<AttributeId> RuleSet::joinAttributes() const {
  std::set<AttributeId> all;
  for (const CompiledRule& rule : impl_->rules.rules) {
    if (rule.facts.direction != Direction::kInbound) continue;
    for (const JoinKeys& keys : rule.facts.joins) {
      for (const JoinKey& key : keys)
        all.insert(key.metaverse_attribute);
    }
  }
  return {all.begin(), all.end()};
}

std::vector<std::string> RuleSet::memberOfGroups(ConnectorId connector) const {
  std::set<std::string> all;
  for (const CompiledRule& rule : impl_->rules.rules) {
    if (rule.facts.connector != connector || rule.facts.direction != Direction::kInbound) continue;
    for (const auto& group : impl_->rules.scopes[rule.scope]) {
      for (const std::uint32_t index : group) {
        const Condition& condition = impl_->rules.conditions[index];
        if (condition.comparison == Comparison::kIsMemberOf) all.insert(condition.value);
      }
    }
  }
  return {all.begin(), all.end()};
}

std::uint64_t RuleSet::fingerprint() const {
  return impl_->rules.fingerprint;
}

std::unique_ptr<Evaluation> RuleSet::newEvaluation(
    const expression::Surroundings& surroundings) const {
  return std::make_unique<Buffers>(impl_->rules, surroundings);
}

std::span<const std::uint32_t> RuleSet::inScope(Evaluation& evaluation,
                                                ConnectorId connector,
                                                Direction direction,
                                                const SourceObject& object) const {
  Buffers& buffers = impl_->buffersOf(evaluation);
  std::vector<std::uint32_t>& result = buffers.in_scope[direction == Direction::kOutbound ? 1 : 0];
  result.clear();
  buffers.layOut(object.record);
  buffers.conditions.beginObject();
  buffers.scopes.beginObject();
  const ScopedObject scoped{buffers.attributes, object.dn, object.references};
  for (const std::uint32_t rule : impl_->rulesFor(connector, direction, object.type)) {
    if (impl_->scopeHolds(buffers, impl_->rules.rules[rule].scope, scoped)) result.push_back(rule);
  }
  return result;
}

std::string RuleSet::whyNotInScope(Evaluation& evaluation,
                                   std::uint32_t rule,
                                   const SourceObject& object) const {
  Buffers& buffers = impl_->buffersOf(evaluation);
  const CompiledRule& compiled = impl_->rules.rules[rule];
  const ObjectTypeId wanted = compiled.facts.source_type;
  if (wanted.raw() != 0 && wanted != object.type) {
    const auto name = [this](ObjectTypeId type) -> std::string {
      return type.raw() == 0
                 ? "unknown"
                 : impl_->rules.object_types->name(static_cast<std::uint32_t>(type.raw()));
    };
    return fmt::format(
        "the rule is for objects of type {}, this is a {}", name(wanted), name(object.type));
  }
  buffers.layOut(object.record);
  buffers.conditions.beginObject();
  buffers.scopes.beginObject();
  const ScopedObject scoped{buffers.attributes, object.dn, object.references};
  if (impl_->scopeHolds(buffers, compiled.scope, scoped)) return {};
  std::string why;
  for (const auto& group : impl_->rules.scopes[compiled.scope]) {
    for (const std::uint32_t index : group) {
      if (impl_->conditionHolds(buffers, index, scoped)) continue;
      const Condition& condition = impl_->rules.conditions[index];
      why += fmt::format("{}{} does not hold: {}",
                         why.empty() ? "" : "; ",
                         condition.text,
                         describeValue(condition, scoped));
      break;
    }
  }
  return why;
}

void RuleSet::flowIn(Evaluation& evaluation,
                     std::span<const Contributor> contributors,
                     std::string_view existing,
                     bool creating,
                     FlowResult& result) const {
  Buffers& buffers = impl_->buffersOf(evaluation);
  buffers.plans.beginKey();
  for (const Contributor& contributor : contributors)
    buffers.plans.addContributor(contributor.rules_in_scope);
  const FlowPlan& plan = buffers.plans.find();
  if (buffers.flow.sources.size() < contributors.size()) {
    buffers.flow.sources.resize(contributors.size());
  }
  buffers.flow.trace = evaluation.trace;
  for (std::size_t i = 0; i < contributors.size(); ++i) {
    buffers.load(
        buffers.flow.sources[i], contributors[i].object, contributors[i].id, plan.reads_imported);
  }
  buffers.laid_out = {};
  FlowRun(impl_->rules, buffers.flow, existing, creating, result).run(plan);
}

void RuleSet::flowOut(Evaluation& evaluation,
                      ConnectorId /*connector*/,
                      const SourceObject& metaverse_object,
                      std::span<const std::uint32_t> rules,
                      std::string_view existing,
                      bool creating,
                      FlowResult& result) const {
  Buffers& buffers = impl_->buffersOf(evaluation);
  buffers.plans.beginKey();
  buffers.plans.addContributor(rules);
  const FlowPlan& plan = buffers.plans.find();
  if (buffers.flow.sources.empty()) buffers.flow.sources.resize(1);
  buffers.flow.trace = evaluation.trace;
  buffers.load(buffers.flow.sources[0], metaverse_object, ConnectorObjectId(), plan.reads_imported);
  buffers.laid_out = {};
  FlowRun flow(impl_->rules, buffers.flow, existing, creating, result);
  flow.writeAbsence();
  flow.run(plan);
}

}  // namespace tandem::rules
