// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/rule_conversion.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "policy/entra/known_attributes.h"
#include "policy/entra/rule_attributes.h"
#include "policy/entra/standard_tags.h"
#include "policy/policy_check.h"
#include "rules/rule_json.h"

namespace tandem::policy::entra {
namespace {

constexpr std::int32_t kFirstStandard = 100;
constexpr std::size_t kNamesShown = 12;

std::string subjectOf(const EntraRule& rule) {
  return fmt::format("rule \"{}\"", rule.body.name);
}

std::string listed(std::vector<std::string> names) {
  const std::size_t more = names.size() > kNamesShown ? names.size() - kNamesShown : 0;
  if (more > 0) names.resize(kNamesShown);
  return fmt::format(
      "{}{}", fmt::join(names, ", "), more > 0 ? fmt::format(", and {} more", more) : "");
}

class RuleConversion {
 public:
  RuleConversion(const EntraConfiguration& from,
                 StandardRuleChoice choice,
                 PolicyDocument& document,
                 Report& report)
      : from_(from), choice_(choice), document_(document), report_(report) {
    for (const ConnectorPolicy& connector : document.connectors)
      names_.emplace(connector.id, connector.name);
    const bool theirs = choice_ == StandardRuleChoice::kTheirs;
    document_.standard_rules.include = !theirs;
    if (!theirs) ours_ = standardRulesInForce(document_);
    for (const rules::SyncRule& rule : document_.rules)
      taken_.insert(rule.precedence);
  }

  void run() {
    for (const EntraRule& rule : from_.rules) {
      const auto connector = names_.find(rule.body.connector);
      if (connector == names_.end()) {
        notCarried(rule,
                   "its connector is not in the policy",
                   "is the directory synchronized in another way?",
                   "left out");
      } else if (!rule.isStandard()) {
        addInFull(rule, connector->second);
      } else if (choice_ == StandardRuleChoice::kTheirs) {
        addTheirs(rule, connector->second);
      } else {
        useOurs(rule, connector->second);
      }
    }
    disableOurs();
    reportMissingFlows();
  }

 private:
  void notCarried(const EntraRule& rule,
                  std::string text,
                  std::string question,
                  std::string other) {
    report_.push_back({Outcome::kNotCarried,
                       subjectOf(rule),
                       std::move(text),
                       std::move(question),
                       std::move(other),
                       rule.body.where});
  }

  void put(const EntraRule& rule, const std::string& connector, std::int32_t precedence) {
    rules::SyncRule& added = document_.rules.emplace_back(rule.body);
    added.connector = connector;
    added.precedence = precedence;
    taken_.insert(precedence);
    leaveOutUnknownFlows(rule, *document_.findConnector(connector), added);
  }

  // One flow that cannot be would keep the whole policy from being used.
  void leaveOutUnknownFlows(const EntraRule& rule,
                            const ConnectorPolicy& connector,
                            rules::SyncRule& added) {
    std::vector<std::string> unknown;
    std::vector<std::string> left_out;
    std::erase_if(added.mappings, [&](const rules::AttributeMapping& mapping) {
      const std::vector<std::string> missing = known_.missingFor(mapping, added, connector);
      if (missing.empty()) return false;
      left_out.push_back(mapping.target);
      for (const std::string& name : missing) {
        if (!containsName(unknown, name)) unknown.push_back(name);
      }
      return true;
    });
    if (left_out.empty()) return;
    notCarried(rule,
               fmt::format("{} of its flows name attributes that {} does not have here: {}",
                           left_out.size(),
                           connector.isSource() ? "the directory" : "the tenant",
                           listed(unknown)),
               "are these attributes needed?",
               fmt::format("not set: {}", listed(left_out)));
  }

  void addInFull(const EntraRule& rule, const std::string& connector) {
    const std::vector<std::string> missing =
        known_.missingFor(rule.body, *document_.findConnector(connector));
    if (missing.empty()) return addWithPrecedence(rule, connector);
    notCarried(rule,
               fmt::format("its scope or join names attributes that are not known here: {}",
                           listed(missing)),
               "is what it does needed?",
               "left out");
  }

  void addWithPrecedence(const EntraRule& rule, const std::string& connector) {
    const std::int32_t wanted = rule.body.precedence;
    const bool fits = wanted < kFirstStandard || choice_ == StandardRuleChoice::kTheirs;
    if (fits && !taken_.contains(wanted)) {
      put(rule, connector, wanted);
      report_.push_back({Outcome::kCarried,
                         subjectOf(rule),
                         fmt::format("precedence {}, {} flows", wanted, rule.body.mappings.size()),
                         "",
                         "",
                         rule.body.where});
      return;
    }
    const std::optional<std::int32_t> free = freePrecedence(fits ? wanted : kFirstStandard - 1);
    if (!free) {
      return notCarried(rule,
                        "all precedences from 0 to 99 are taken",
                        "which rules can be made one, to free a precedence?",
                        "left out");
    }
    put(rule, connector, *free);
    report_.push_back(
        {Outcome::kAdapted,
         subjectOf(rule),
         fits
             ? fmt::format("precedence {} is taken; it is {}", wanted, *free)
             : fmt::format("its precedence {} is one of standard rules; it is {}, and so wins over "
                           "all of them",
                           wanted,
                           *free),
         "is the new order of the rules right?",
         fmt::format("precedence {}", *free),
         rule.body.where});
  }

  // The next free one behind it, or the nearest before it.
  std::optional<std::int32_t> freePrecedence(std::int32_t wanted) const {
    const std::int32_t last = choice_ == StandardRuleChoice::kTheirs
                                  ? wanted + static_cast<std::int32_t>(kFirstStandard)
                                  : kFirstStandard - 1;
    for (std::int32_t candidate = wanted; candidate <= last; ++candidate) {
      if (!taken_.contains(candidate)) return candidate;
    }
    for (std::int32_t candidate = wanted; candidate >= 0; --candidate) {
      if (!taken_.contains(candidate)) return candidate;
    }
    return std::nullopt;
  }

  void addTheirs(const EntraRule& rule, const std::string& connector) {
    if (rule.is_reference) {
      return notCarried(rule,
                        fmt::format("the export only names it ({}); its content is Microsoft's",
                                    rule.body.immutable_tag),
                        "is there a server configuration folder, which has the content?",
                        "left out");
    }
    addInFull(rule, connector);
  }

  const rules::SyncRule* findOurs(std::string_view stem, const std::string& connector) const {
    const auto found = std::find_if(ours_.begin(), ours_.end(), [&](const rules::SyncRule& rule) {
      return rule.connector == connector &&
             equalsIgnoreCaseAscii(tagStem(rule.immutable_tag), stem);
    });
    return found == ours_.end() ? nullptr : &*found;
  }

  void useOurs(const EntraRule& rule, const std::string& connector) {
    const std::string_view stem = ourStem(rule.body.immutable_tag);
    const rules::SyncRule* const ours = stem.empty() ? nullptr : findOurs(stem, connector);
    if (ours == nullptr) {
      return notCarried(
          rule,
          fmt::format("there is no standard rule for {}{}", rule.body.immutable_tag, workOf(rule)),
          rule.body.disabled ? "none: it was switched off" : "is what it does needed?",
          "left out; --standard-rules theirs takes all of theirs instead of ours");
    }
    std::vector<const EntraRule*>& same_work = same_work_[ours];
    same_work.push_back(&rule);
    if (isOurTag(rule.body.immutable_tag)) {
      report_.push_back({Outcome::kCarried,
                         subjectOf(rule),
                         fmt::format("the standard rule {}", ours->immutable_tag),
                         "",
                         "",
                         rule.body.where});
      return;
    }
    report_.push_back({Outcome::kAdapted,
                       subjectOf(rule),
                       fmt::format("{} becomes our \"{}\" ({})",
                                   rule.body.immutable_tag,
                                   ours->name,
                                   ours->immutable_tag),
                       "",
                       "",
                       rule.body.where});
  }

  // What a person must know to say whether it is needed.
  static std::string workOf(const EntraRule& rule) {
    if (rule.is_reference) return {};
    if (rule.body.mappings.empty()) return "; it joins objects and sets nothing";
    std::vector<std::string> targets;
    for (const rules::AttributeMapping& mapping : rule.body.mappings)
      targets.push_back(mapping.target);
    return fmt::format("; it sets {}", listed(std::move(targets)));
  }

  // A policy disables a standard rule by its name, for all connectors at once: only where all that
  // it stands for were off may it be off.
  void disableOurs() {
    std::map<std::string, std::vector<const EntraRule*>> by_name;
    for (const auto& [ours, theirs] : same_work_) {
      std::vector<const EntraRule*>& all = by_name[ours->name];
      all.insert(all.end(), theirs.begin(), theirs.end());
    }
    for (const auto& [name, theirs] : by_name) {
      const auto off = std::count_if(
          theirs.begin(), theirs.end(), [](const EntraRule* rule) { return rule->body.disabled; });
      if (off == 0) continue;
      if (off == std::ssize(theirs)) {
        document_.standard_rules.disabled.push_back(name);
        continue;
      }
      for (const EntraRule* rule : theirs) {
        if (!rule->body.disabled) continue;
        notCarried(*rule,
                   fmt::format(
                       "it was off, but our \"{}\" also does the work of rules that were on", name),
                   fmt::format("which of its flows must not happen? Disable \"{}\" and put a copy "
                               "without them under rules",
                               name),
                   "the rule is on");
      }
    }
  }

  using Kind = std::tuple<std::string, rules::Direction, std::string, std::string>;

  static Kind kindOf(const rules::SyncRule& rule, const std::string& connector) {
    return {connector, rule.direction, rule.source_type, rule.target_type};
  }

  // What their standard rules set and ours do not, object type by object type: rule by rule it
  // would say more than is true, because ours are cut in another way.
  void reportMissingFlows() {
    std::map<Kind, std::vector<std::string>> set_by_ours;
    for (const auto& list : {&ours_, &document_.rules}) {
      for (const rules::SyncRule& rule : *list) {
        for (const rules::AttributeMapping& mapping : rule.mappings)
          set_by_ours[kindOf(rule, rule.connector)].push_back(mapping.target);
      }
    }
    std::map<Kind, std::vector<std::string>> missing;
    for (const auto& [ours, theirs] : same_work_) {
      for (const EntraRule* rule : theirs) {
        const Kind kind = kindOf(rule->body, ours->connector);
        for (const rules::AttributeMapping& mapping : rule->body.mappings) {
          if (rule->body.disabled || containsName(set_by_ours[kind], mapping.target)) continue;
          std::vector<std::string>& names = missing[kind];
          if (!containsName(names, mapping.target)) names.push_back(mapping.target);
        }
      }
    }
    for (auto& [kind, names] : missing) {
      const auto& [connector, direction, source, target] = kind;
      report_.push_back({Outcome::kNotCarried,
                         fmt::format("standard flows, connector \"{}\", {} {} → {}",
                                     connector,
                                     rules::toString(direction),
                                     source,
                                     target),
                         fmt::format("our rules do not set {}", listed(names)),
                         "is one of these attributes used?",
                         "not set; write a rule for those that are, with precedence 0 to 99",
                         ""});
    }
  }

  const EntraConfiguration& from_;
  StandardRuleChoice choice_;
  PolicyDocument& document_;
  Report& report_;
  std::map<std::string, std::string> names_;  // connector ids and their names in the policy
  std::vector<rules::SyncRule> ours_;
  std::set<std::int32_t> taken_;
  KnownAttributes known_;
  std::map<const rules::SyncRule*, std::vector<const EntraRule*>> same_work_;
};

}  // namespace

void convertRules(const EntraConfiguration& configuration,
                  StandardRuleChoice choice,
                  PolicyDocument& document,
                  Report& report) {
  RuleConversion(configuration, choice, document, report).run();
}

}  // namespace tandem::policy::entra
