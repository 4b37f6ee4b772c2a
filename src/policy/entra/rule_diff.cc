// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/rule_diff.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include <fmt/core.h>

#include "base/text.h"
#include "policy/entra/standard_tags.h"
#include "rules/rule_json.h"

namespace tandem::policy::entra {
namespace {

// Half of the flows in common make two rules the same one, changed.
constexpr double kLeastSimilarity = 0.5;

bool isStandard(const rules::SyncRule& rule) {
  return !rule.immutable_tag.empty();
}

std::string sideOf(const rules::SyncRule& rule) {
  return toLowerAscii(fmt::format("{}\n{}", rule.connector, rules::toString(rule.direction)));
}

std::string tagKey(const rules::SyncRule& rule) {
  if (!isStandard(rule)) return {};
  const std::string_view vendor = rule.immutable_tag;
  // Without the direction: a reference does not say it, and its tag does.
  return toLowerAscii(fmt::format("{}\n{}\n{}",
                                  rule.connector,
                                  vendor.substr(0, vendor.find('.')),
                                  tagStem(rule.immutable_tag)));
}

std::string nameKey(const rules::SyncRule& rule) {
  return toLowerAscii(fmt::format("{}\n{}", sideOf(rule), rule.name));
}

std::string shapeKey(const rules::SyncRule& rule) {
  return toLowerAscii(fmt::format("{}\n{}\n{}", sideOf(rule), rule.source_type, rule.target_type));
}

std::set<std::string> flowsOf(const rules::SyncRule& rule) {
  std::set<std::string> flows;
  for (const rules::AttributeMapping& mapping : rule.mappings)
    flows.insert(toLowerAscii(mapping.target) + "\n" + mapping.source);
  return flows;
}

double similarity(const rules::SyncRule& a, const rules::SyncRule& b) {
  const std::set<std::string> left = flowsOf(a);
  const std::set<std::string> right = flowsOf(b);
  if (left.empty() && right.empty()) return 1;
  const auto shared = std::count_if(
      left.begin(), left.end(), [&](const std::string& flow) { return right.contains(flow); });
  return static_cast<double>(shared) /
         static_cast<double>(left.size() + right.size() - static_cast<std::size_t>(shared));
}

class RuleMatching {
 public:
  RuleMatching(const std::vector<ComparedRule>& before, const std::vector<ComparedRule>& after)
      : before_(before), after_(after), partner_(before.size()), taken_(after.size()) {}

  std::vector<RuleDifference> run() {
    matchBy(MatchedBy::kTag, tagKey);
    matchBy(MatchedBy::kName, nameKey);
    matchByContent();
    findMoved();
    std::vector<RuleDifference> differences;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      if (!partner_[i]) {
        differences.push_back(alone(before_[i], ChangeKind::kRemoved));
        continue;
      }
      RuleDifference changed = describe(i);
      if (!changed.changes.empty()) differences.push_back(std::move(changed));
    }
    for (std::size_t i = 0; i < after_.size(); ++i) {
      if (!taken_[i]) differences.push_back(alone(after_[i], ChangeKind::kAdded));
    }
    return differences;
  }

 private:
  struct Partner {
    std::size_t index = 0;
    MatchedBy by = MatchedBy::kNothing;
  };

  void pair(std::size_t before, std::size_t after, MatchedBy by) {
    partner_[before] = Partner{after, by};
    taken_[after] = true;
  }

  // Rules with the same key are paired in their order.
  void matchBy(MatchedBy by, const std::function<std::string(const rules::SyncRule&)>& key_of) {
    std::multimap<std::string, std::size_t> there;
    for (std::size_t i = 0; i < after_.size(); ++i) {
      if (!taken_[i]) there.emplace(key_of(after_[i].body), i);
    }
    for (std::size_t i = 0; i < before_.size(); ++i) {
      const std::string key = key_of(before_[i].body);
      if (partner_[i] || key.empty()) continue;
      const auto found = there.find(key);
      if (found == there.end()) continue;
      pair(i, found->second, by);
      there.erase(found);
    }
  }

  void matchByContent() {
    for (std::size_t i = 0; i < before_.size(); ++i) {
      if (partner_[i] || before_[i].is_reference || isStandard(before_[i].body)) continue;
      double best = 0;
      std::size_t nearest = 0;
      for (std::size_t j = 0; j < after_.size(); ++j) {
        const rules::SyncRule& other = after_[j].body;
        if (taken_[j] || after_[j].is_reference || isStandard(other)) continue;
        if (shapeKey(before_[i].body) != shapeKey(other)) continue;
        const double similar = similarity(before_[i].body, other);
        if (similar <= best) continue;
        best = similar;
        nearest = j;
      }
      if (best >= kLeastSimilarity) pair(i, nearest, MatchedBy::kContent);
    }
  }

  // Precedences of standard rules are renumbered from server to server: only those that stand in
  // another order are moved. They are what is not in a longest increasing subsequence.
  void findMoved() {
    std::vector<std::size_t> standard;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      if (partner_[i] && isStandard(before_[i].body)) standard.push_back(i);
    }
    std::sort(standard.begin(), standard.end(), [&](std::size_t a, std::size_t b) {
      return before_[a].body.precedence < before_[b].body.precedence;
    });
    const auto behind = [&](std::size_t rule) {
      return after_[partner_[rule]->index].body.precedence;
    };
    std::vector<std::size_t> length(standard.size(), 1);
    std::vector<std::size_t> previous(standard.size(), standard.size());
    std::size_t last = standard.size();
    for (std::size_t i = 0; i < standard.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (behind(standard[j]) <= behind(standard[i]) && length[j] + 1 > length[i]) {
          length[i] = length[j] + 1;
          previous[i] = j;
        }
      }
      if (last == standard.size() || length[i] > length[last]) last = i;
    }
    moved_.insert(standard.begin(), standard.end());
    for (std::size_t i = last; i < standard.size(); i = previous[i])
      moved_.erase(standard[i]);
  }

  RuleDifference describe(std::size_t index) const {
    const ComparedRule& before = before_[index];
    const ComparedRule& after = after_[partner_[index]->index];
    RuleDifference difference;
    difference.name = after.body.name;
    difference.connector = after.body.connector;
    difference.standard = isStandard(after.body);
    difference.matched_by = partner_[index]->by;
    difference.changes = changesBetween(before, after);
    const std::int32_t old_precedence = before.body.precedence;
    const std::int32_t new_precedence = after.body.precedence;
    const bool custom = !isStandard(before.body) || !isStandard(after.body);
    if (custom ? old_precedence != new_precedence : moved_.contains(index)) {
      difference.changes.insert(
          difference.changes.begin(),
          {Aspect::kPrecedence,
           fmt::format("precedence {} → {}{}",
                       old_precedence,
                       new_precedence,
                       custom ? "" : ", another place among the standard rules"),
           std::to_string(old_precedence),
           std::to_string(new_precedence)});
    }
    return difference;
  }

  static RuleDifference alone(const ComparedRule& rule, ChangeKind kind) {
    RuleDifference difference;
    difference.kind = kind;
    difference.name = rule.body.name;
    difference.connector = rule.body.connector;
    difference.standard = isStandard(rule.body);
    return difference;
  }

  const std::vector<ComparedRule>& before_;
  const std::vector<ComparedRule>& after_;
  std::vector<std::optional<Partner>> partner_;
  std::vector<bool> taken_;
  std::set<std::size_t> moved_;
};

}  // namespace

std::vector<RuleDifference> compareRules(const std::vector<ComparedRule>& before,
                                         const std::vector<ComparedRule>& after) {
  return RuleMatching(before, after).run();
}

}  // namespace tandem::policy::entra
