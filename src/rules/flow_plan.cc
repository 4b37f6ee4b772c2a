// SPDX-License-Identifier: Apache-2.0
#include "rules/flow_plan.h"

#include <algorithm>
#include <map>

#include "base/hash.h"

namespace tandem::rules {
namespace {

// Separates contributors in a key; no rule has this index.
constexpr std::uint32_t kNextContributor = 0xFFFFFFFF;
// Rules that ask for chance attributes could make any number of combinations.
constexpr std::size_t kPlansMax = 4096;

}  // namespace

std::size_t FlowPlans::KeyHash::operator()(const std::vector<std::uint32_t>& key) const {
  return hash64({reinterpret_cast<const char*>(key.data()), key.size() * sizeof(key[0])});
}

void FlowPlans::addContributor(std::span<const std::uint32_t> rules) {
  key_.insert(key_.end(), rules.begin(), rules.end());
  key_.push_back(kNextContributor);
}

const FlowPlan& FlowPlans::find() {
  if (last_ != nullptr && key_ == last_key_) return *last_;
  if (plans_.size() >= kPlansMax) plans_.clear();
  std::unique_ptr<FlowPlan>& plan = plans_[key_];
  if (plan == nullptr) plan = std::make_unique<FlowPlan>(make());
  last_key_ = key_;
  last_ = plan.get();
  return *plan;
}

FlowPlan FlowPlans::make() const {
  FlowPlan plan;
  std::map<std::uint32_t, PlannedTarget> by_attribute;
  constexpr std::uint32_t kDnLast = 0xFFFFFFFF;
  std::uint32_t contributor = 0;
  for (const std::uint32_t rule : key_) {
    if (rule == kNextContributor) {
      ++contributor;
      continue;
    }
    for (const Mapping& mapping : rules_.rules[rule].mappings) {
      PlannedTarget& target =
          by_attribute[mapping.target_is_dn ? kDnLast : mapping.target.id.raw()];
      target.attribute = mapping.target;
      target.is_dn = mapping.target_is_dn;
      target.merge = mapping.merge;
      target.candidates.push_back({&mapping, rules_.rules[rule].facts.id, contributor});
      plan.reads_imported =
          plan.reads_imported || (mapping.program && mapping.program->readsImported());
    }
  }
  for (auto& [attribute, target] : by_attribute) {
    // Rules are numbered by precedence; of one rule that applies to two objects of a connector the
    // earlier contributor wins.
    std::stable_sort(
        target.candidates.begin(), target.candidates.end(), [](const auto& a, const auto& b) {
          return a.mapping->rule < b.mapping->rule;
        });
    plan.targets.push_back(std::move(target));
  }
  return plan;
}

}  // namespace tandem::rules
