// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "expression/lexer.h"
#include "policy/entra/rule_diff.h"
#include "policy/entra/standard_tags.h"
#include "rules/rule_json.h"

namespace tandem::policy::entra {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kOperatorWords{{
    {"EQUAL", "is"},
    {"NOTEQUAL", "is not"},
    {"LESSTHAN", "is less than"},
    {"LESSTHAN_OR_EQUAL", "is at most"},
    {"GREATERTHAN", "is more than"},
    {"GREATERTHAN_OR_EQUAL", "is at least"},
    {"CONTAINS", "contains"},
    {"NOTCONTAINS", "does not contain"},
    {"STARTSWITH", "starts with"},
    {"NOTSTARTSWITH", "does not start with"},
    {"ENDSWITH", "ends with"},
    {"NOTENDSWITH", "does not end with"},
    {"ISNULL", "has no value"},
    {"ISNOTNULL", "has a value"},
    {"ISIN", "is one of"},
    {"ISNOTIN", "is none of"},
    {"ISBITSET", "has the bit"},
    {"ISBITNOTSET", "does not have the bit"},
    {"ISMEMBEROF", "is a member of"},
    {"ISNOTMEMBEROF", "is no member of"},
}};

std::string inWords(const rules::ScopeCondition& condition) {
  for (const auto& [name, words] : kOperatorWords) {
    if (!equalsIgnoreCaseAscii(name, condition.comparison)) continue;
    const std::string_view subject =
        words.starts_with("is a member") || words.starts_with("is no member")
            ? std::string_view("the object")
            : std::string_view(condition.attribute);
    if (words.ends_with("value")) return fmt::format("{} {}", subject, words);
    return fmt::format("{} {} \"{}\"", subject, words, condition.value);
  }
  return fmt::format("{} {} \"{}\"", condition.attribute, condition.comparison, condition.value);
}

// Sorted: in a group the order of conditions means nothing.
std::vector<std::string> wordsOf(const rules::ScopeGroup& group) {
  std::vector<std::string> words;
  for (const rules::ScopeCondition& condition : group)
    words.push_back(inWords(condition));
  std::sort(words.begin(), words.end());
  return words;
}

std::vector<std::vector<std::string>> wordsOf(const std::vector<rules::ScopeGroup>& scope) {
  std::vector<std::vector<std::string>> groups;
  for (const rules::ScopeGroup& group : scope)
    groups.push_back(wordsOf(group));
  std::sort(groups.begin(), groups.end());
  return groups;
}

template <class T>
std::vector<T> without(const std::vector<T>& all, const std::vector<T>& those) {
  std::vector<T> rest;
  std::set_difference(all.begin(), all.end(), those.begin(), those.end(), std::back_inserter(rest));
  return rest;
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " and "));
}

std::string wordsOf(const rules::JoinGroup& group) {
  std::vector<std::string> words;
  for (const rules::JoinCondition& one : group) {
    words.push_back(fmt::format("{} = {}{}",
                                one.connector_attribute,
                                one.metaverse_attribute,
                                one.case_sensitive ? " (letter case counts)" : ""));
  }
  return joined(words);
}

std::string wordsOf(const rules::AttributeMapping& mapping) {
  switch (mapping.flow) {
    case rules::FlowType::kDirect:
      return mapping.source;
    case rules::FlowType::kConstant:
      return fmt::format("the constant \"{}\"", mapping.source);
    case rules::FlowType::kExpression:
      return mapping.source;
  }
  return {};
}

bool sameSource(const rules::AttributeMapping& a, const rules::AttributeMapping& b) {
  if (a.flow != b.flow) return false;
  if (a.flow == rules::FlowType::kExpression) return sameExpression(a.source, b.source);
  if (a.flow == rules::FlowType::kDirect) return equalsIgnoreCaseAscii(a.source, b.source);
  return a.source == b.source;
}

bool sameMapping(const rules::AttributeMapping& a, const rules::AttributeMapping& b) {
  return equalsIgnoreCaseAscii(a.target, b.target) && sameSource(a, b) && a.merge == b.merge &&
         a.execute_once == b.execute_once;
}

class RuleComparison {
 public:
  RuleComparison(const rules::SyncRule& before, const rules::SyncRule& after)
      : before_(before), after_(after) {}

  void compareFrame() {
    if (before_.disabled != after_.disabled) {
      add(Aspect::kState, after_.disabled ? "is now disabled" : "is now enabled");
    }
    compareNames();
  }

  void compareContent() {
    if (before_.description != after_.description) add(Aspect::kName, "has another description");
    change(Aspect::kType, "source object type", before_.source_type, after_.source_type);
    change(Aspect::kType, "target object type", before_.target_type, after_.target_type);
    change(Aspect::kType,
           "link type",
           std::string(rules::toString(before_.link)),
           std::string(rules::toString(after_.link)));
    if (before_.password_sync != after_.password_sync) {
      add(Aspect::kType,
          after_.password_sync ? "now synchronizes passwords" : "no longer synchronizes passwords");
    }
    compareScope();
    compareJoins();
    compareFlows();
  }

  std::vector<RuleChange> take() { return std::move(changes_); }

 private:
  void add(Aspect aspect, std::string text, std::string before = {}, std::string after = {}) {
    changes_.push_back({aspect, std::move(text), std::move(before), std::move(after)});
  }

  void change(Aspect aspect,
              std::string_view what,
              const std::string& before,
              const std::string& after) {
    if (equalsIgnoreCaseAscii(before, after)) return;
    add(aspect, fmt::format("{} is now {}, not {}", what, after, before), before, after);
  }

  void compareNames() {
    if (before_.name != after_.name) {
      add(Aspect::kName, fmt::format("was called \"{}\"", before_.name), before_.name, after_.name);
    }
    if (!equalsIgnoreCaseAscii(before_.immutable_tag, after_.immutable_tag)) {
      add(Aspect::kName,
          fmt::format("tag {} → {}",
                      before_.immutable_tag.empty() ? "none" : before_.immutable_tag,
                      after_.immutable_tag.empty() ? "none" : after_.immutable_tag),
          before_.immutable_tag,
          after_.immutable_tag);
    }
  }

  void compareScope() {
    const auto before = wordsOf(before_.scope);
    const auto after = wordsOf(after_.scope);
    if (before == after) return;
    if (after.empty()) return add(Aspect::kScope, "now takes every object of its type");
    if (before.empty()) add(Aspect::kScope, "no longer takes every object of its type");
    if (before.size() == 1 && after.size() == 1) {
      for (const std::string& gone : without(before.front(), after.front()))
        add(Aspect::kScope, fmt::format("no longer asks that {}", gone), gone, "");
      for (const std::string& added : without(after.front(), before.front()))
        add(Aspect::kScope, fmt::format("now also asks that {}", added), "", added);
      // The same conditions another number of times.
      return;
    }
    for (const auto& gone : without(before, after))
      add(Aspect::kScope,
          fmt::format("no longer takes objects where {}", joined(gone)),
          joined(gone),
          "");
    for (const auto& added : without(after, before))
      add(Aspect::kScope, fmt::format("takes objects where {}", joined(added)), "", joined(added));
  }

  void compareJoins() {
    std::vector<std::string> before;
    std::vector<std::string> after;
    for (const rules::JoinGroup& group : before_.join)
      before.push_back(wordsOf(group));
    for (const rules::JoinGroup& group : after_.join)
      after.push_back(wordsOf(group));
    if (before == after) return;
    const std::string old_order = fmt::format("{}", fmt::join(before, ", then "));
    const std::string new_order = fmt::format("{}", fmt::join(after, ", then "));
    if (after.empty()) return add(Aspect::kJoin, "no longer joins", old_order, "");
    if (before.empty()) {
      return add(Aspect::kJoin, fmt::format("now joins by {}", new_order), "", new_order);
    }
    if (before.size() == after.size()) return compareJoinsOneByOne(before, after);
    add(Aspect::kJoin,
        fmt::format("now joins by {}; before by {}", new_order, old_order),
        old_order,
        new_order);
  }

  void compareJoinsOneByOne(const std::vector<std::string>& before,
                            const std::vector<std::string>& after) {
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i] == after[i]) continue;
      add(Aspect::kJoin,
          before.size() == 1
              ? fmt::format("now joins by {}; before by {}", after[i], before[i])
              : fmt::format("join {} is now by {}; before by {}", i + 1, after[i], before[i]),
          before[i],
          after[i]);
    }
  }

  // By target; several flows to one target are paired by what they are before they are called
  // changed.
  void compareFlows() {
    std::vector<const rules::AttributeMapping*> gone;
    std::vector<const rules::AttributeMapping*> added;
    for (const rules::AttributeMapping& mapping : after_.mappings)
      added.push_back(&mapping);
    for (const rules::AttributeMapping& mapping : before_.mappings) {
      const auto same = std::find_if(added.begin(), added.end(), [&](const auto* other) {
        return sameMapping(mapping, *other);
      });
      if (same != added.end()) {
        added.erase(same);
      } else {
        gone.push_back(&mapping);
      }
    }
    for (const rules::AttributeMapping* old : gone) {
      const auto changed = std::find_if(added.begin(), added.end(), [&](const auto* other) {
        return equalsIgnoreCaseAscii(old->target, other->target);
      });
      if (changed == added.end()) {
        add(Aspect::kFlow,
            fmt::format("no longer sets {} (was {})", old->target, wordsOf(*old)),
            wordsOf(*old),
            "");
        continue;
      }
      compareFlow(*old, **changed);
      added.erase(changed);
    }
    for (const rules::AttributeMapping* flow : added) {
      add(Aspect::kFlow,
          fmt::format("now sets {} to {}", flow->target, wordsOf(*flow)),
          "",
          wordsOf(*flow));
    }
  }

  void compareFlow(const rules::AttributeMapping& before, const rules::AttributeMapping& after) {
    if (!sameSource(before, after)) {
      add(Aspect::kFlow,
          fmt::format("{} is now {}; before {}", after.target, wordsOf(after), wordsOf(before)),
          wordsOf(before),
          wordsOf(after));
    }
    if (before.merge != after.merge) {
      add(Aspect::kFlow,
          fmt::format("values of {} are now combined by {}, not {}",
                      after.target,
                      rules::toString(after.merge),
                      rules::toString(before.merge)),
          std::string(rules::toString(before.merge)),
          std::string(rules::toString(after.merge)));
    }
    if (before.execute_once != after.execute_once) {
      add(Aspect::kFlow,
          after.execute_once
              ? fmt::format("{} is now set only when the object is made", after.target)
              : fmt::format("{} is now kept up to date", after.target));
    }
  }

  const rules::SyncRule& before_;
  const rules::SyncRule& after_;
  std::vector<RuleChange> changes_;
};

}  // namespace

bool sameExpression(const std::string& a, const std::string& b) {
  if (a == b) return true;
  expression::Lexer left(a);
  expression::Lexer right(b);
  while (true) {
    const auto one = left.next();
    const auto other = right.next();
    if (!one || !other) return false;
    if (one->kind != other->kind || one->text != other->text || one->integer != other->integer) {
      return false;
    }
    if (one->kind == expression::TokenKind::kEnd) return true;
  }
}

std::vector<RuleChange> changesBetween(const ComparedRule& before, const ComparedRule& after) {
  RuleComparison comparison(before.body, after.body);
  comparison.compareFrame();
  if (!before.is_reference && !after.is_reference) comparison.compareContent();
  return comparison.take();
}

}  // namespace tandem::policy::entra
