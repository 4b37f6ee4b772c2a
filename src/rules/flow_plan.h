// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "rules/compiled_rule.h"

namespace tandem::rules {

// A mapping, and which of the contributing objects it reads.
struct Candidate {
  const Mapping* mapping = nullptr;
  RuleId rule;  // the mapping's, as lineage names it
  std::uint32_t contributor = 0;
};

// One target attribute with its candidates, by precedence.
struct PlannedTarget {
  directory::AttributeDefinition attribute;
  bool is_dn = false;
  MergeType merge = MergeType::kUpdate;
  std::vector<Candidate> candidates;
};

// What is to be evaluated for objects whose contributors are in scope of the same rules. Sorting
// out targets and precedence depends on nothing else, so it is done once and not for each object.
struct FlowPlan {
  std::vector<PlannedTarget> targets;  // ascending by attribute, as records are; dn last
  bool reads_imported = false;
};

// Plans by the rules in scope. Few combinations occur among many objects.
class FlowPlans {
 public:
  explicit FlowPlans(const CompiledRules& rules) : rules_(rules) {}

  // A key is built by beginContributor() and addRules(), one contributor after the other.
  void beginKey() { key_.clear(); }
  void addContributor(std::span<const std::uint32_t> rules);
  // The reference is good until the next call.
  const FlowPlan& find();

 private:
  struct KeyHash {
    std::size_t operator()(const std::vector<std::uint32_t>& key) const;
  };

  FlowPlan make() const;

  const CompiledRules& rules_;
  std::vector<std::uint32_t> key_;
  std::vector<std::uint32_t> last_key_;
  const FlowPlan* last_ = nullptr;
  std::unordered_map<std::vector<std::uint32_t>, std::unique_ptr<FlowPlan>, KeyHash> plans_;
};

}  // namespace tandem::rules
