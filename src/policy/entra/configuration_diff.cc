// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/configuration_diff.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "policy/entra/conversion.h"
#include "policy/entra/rule_attributes.h"
#include "policy/entra/rule_diff.h"
#include "policy/entra/settings_conversion.h"
#include "policy/entra/standard_tags.h"
#include "policy/policy_check.h"

namespace tandem::policy::entra {
namespace {

constexpr std::size_t kNamesShown = 20;

// Another value on every server, or the server's own bookkeeping.
constexpr std::array<std::string_view, 5> kFoldedSettings{
    "Microsoft.Synchronize.NextStartTime",
    "Microsoft.Synchronize.SchedulerSuspended",
    "Microsoft.Synchronize.StagingMode",
    "Microsoft.Synchronize.ServerConfigurationVersion",
    "Microsoft.OptionalFeature.AutoUpgradeState"};

bool isFoldedSetting(std::string_view name) {
  return std::any_of(kFoldedSettings.begin(), kFoldedSettings.end(), [&](std::string_view one) {
    return equalsIgnoreCaseAscii(one, name);
  });
}

std::string listed(const std::vector<std::string>& names) {
  const std::vector<std::string> shown(
      names.begin(),
      names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kNamesShown)));
  if (shown.size() == names.size()) return fmt::format("{}", fmt::join(shown, ", "));
  return fmt::format("{}, and {} more", fmt::join(shown, ", "), names.size() - shown.size());
}

std::vector<std::string> missingIn(const std::vector<std::string>& all,
                                   const std::vector<std::string>& those) {
  std::vector<std::string> rest;
  for (const std::string& one : all) {
    if (!containsName(those, one)) rest.push_back(one);
  }
  return rest;
}

DiffSide sideOf(const std::string& name, Format format, const EntraConfiguration& from) {
  return {name,
          std::string(describe(format)),
          from.metadata.host,
          from.metadata.exported_at,
          from.metadata.version,
          from.rules.size()};
}

// Files of rules alone, and settings files, do not hold everything that a folder does.
bool holdsSelections(Format format) {
  return format == Format::kFolder || format == Format::kPolicy;
}

class ConfigurationComparison {
 public:
  ConfigurationComparison(const EntraConfiguration& before,
                          const EntraConfiguration& after,
                          ConfigurationDiff& diff)
      : before_(before), after_(after), diff_(diff) {}

  void run(bool with_settings) {
    matchConnectors();
    if (with_settings) {
      compareConnectors();
      compareSettings();
    }
    compareRuleSets();
    foldIds();
  }

 private:
  void add(ChangeKind kind, std::string what, std::string before, std::string after) {
    diff_.settings.push_back({kind, std::move(what), std::move(before), std::move(after)});
  }

  void change(const std::string& what, const std::string& before, const std::string& after) {
    if (equalsIgnoreCaseAscii(before, after)) return;
    add(before.empty()  ? ChangeKind::kAdded
        : after.empty() ? ChangeKind::kRemoved
                        : ChangeKind::kChanged,
        what,
        before,
        after);
  }

  void changeList(const std::string& what,
                  const std::vector<std::string>& before,
                  const std::vector<std::string>& after) {
    const std::vector<std::string> gone = missingIn(before, after);
    const std::vector<std::string> added = missingIn(after, before);
    if (!gone.empty()) add(ChangeKind::kRemoved, what, listed(gone), "");
    if (!added.empty()) add(ChangeKind::kAdded, what, "", listed(added));
  }

  // Which connector of the one side is which of the other: the tenant, then by forest or name, then
  // by id, then the only ones left of their kind. Rules are compared under one name for both.
  void matchConnectors() {
    const auto pairs = [&](const auto& same) {
      for (const EntraConnector& old : before_.connectors) {
        if (partner_.contains(&old)) continue;
        for (const EntraConnector& other : after_.connectors) {
          if (taken_.contains(&other) || old.kind != other.kind || !same(old, other)) continue;
          partner_.emplace(&old, &other);
          taken_.insert(&other);
          break;
        }
      }
    };
    pairs([](const EntraConnector& a, const EntraConnector&) {
      return a.kind == EntraConnectorKind::kEntra;
    });
    pairs([](const EntraConnector& a, const EntraConnector& b) {
      return equalsIgnoreCaseAscii(a.name, b.name) ||
             (!a.forest_name.empty() && equalsIgnoreCaseAscii(a.forest_name, b.forest_name));
    });
    pairs([](const EntraConnector& a, const EntraConnector& b) { return a.id == b.id; });
    pairs([&](const EntraConnector& a, const EntraConnector&) {
      const auto of_kind = [&](const std::vector<EntraConnector>& all) {
        return std::count_if(
            all.begin(), all.end(), [&](const EntraConnector& one) { return one.kind == a.kind; });
      };
      return of_kind(before_.connectors) == 1 && of_kind(after_.connectors) == 1;
    });
    for (const EntraConnector& connector : before_.connectors)
      name_of_[connector.id] = connector.name;
    // Last, so that what both have is named as it is after.
    for (const EntraConnector& connector : after_.connectors)
      name_of_[connector.id] = connector.name;
    for (const auto& [old, other] : partner_)
      name_of_[old->id] = other->name;
  }

  void compareConnectors() {
    if (!before_.has_connectors || !after_.has_connectors) {
      diff_.not_compared.emplace_back("connectors and settings: one of the two holds rules alone");
      return;
    }
    for (const EntraConnector& old : before_.connectors) {
      const auto found = partner_.find(&old);
      if (found == partner_.end()) {
        add(ChangeKind::kRemoved, fmt::format("connector \"{}\"", old.name), "", "");
      } else {
        compareConnector(old, *found->second);
      }
    }
    for (const EntraConnector& other : after_.connectors) {
      if (!taken_.contains(&other)) {
        add(ChangeKind::kAdded, fmt::format("connector \"{}\"", other.name), "", "");
      }
    }
    if (!holdsSelections(before_.format) || !holdsSelections(after_.format)) {
      diff_.not_compared.emplace_back(
          "object types, attributes and run profiles: a settings file does not hold them");
    }
  }

  void compareConnector(const EntraConnector& old, const EntraConnector& other) {
    const std::string what = fmt::format("connector \"{}\"", other.name);
    change(what + ", name", old.name, other.name);
    std::vector<std::string> seen;
    for (const EntraPartition& partition : old.partitions) {
      if (!partition.selected) continue;
      seen.push_back(partition.name);
      const EntraPartition* const there = selectedPartition(other, partition.name);
      const std::string place = fmt::format("{}, partition {}", what, partition.name);
      if (there == nullptr) {
        add(ChangeKind::kRemoved, place, "", "");
        continue;
      }
      changeList(place + ", included containers", partition.inclusions, there->inclusions);
      changeList(place + ", excluded containers", partition.exclusions, there->exclusions);
      if (comparesSelections()) {
        changeList(place + ", object types", partition.object_classes, there->object_classes);
      }
    }
    for (const EntraPartition& partition : other.partitions) {
      if (partition.selected && !containsName(seen, partition.name)) {
        add(ChangeKind::kAdded, fmt::format("{}, partition {}", what, partition.name), "", "");
      }
    }
    if (!comparesSelections()) return;
    if (old.kind == EntraConnectorKind::kActiveDirectory) {
      changeList(what + ", selected attributes", old.attributes, other.attributes);
    }
    compareRunProfiles(what, old, other);
    compareParameters(what, old, other);
    if (old.login_user != other.login_user) {
      diff_.folded.push_back(fmt::format("{}: the account", what));
    }
  }

  bool comparesSelections() const {
    return holdsSelections(before_.format) && holdsSelections(after_.format);
  }
  bool isMixed() const {
    return (before_.format == Format::kPolicy) != (after_.format == Format::kPolicy);
  }

  static const EntraPartition* selectedPartition(const EntraConnector& connector,
                                                 std::string_view name) {
    for (const EntraPartition& partition : connector.partitions) {
      if (partition.selected && equalsIgnoreCaseAscii(partition.name, name)) return &partition;
    }
    return nullptr;
  }

  static std::string stepsOf(const EntraRunProfile& profile) {
    std::vector<std::string> steps;
    for (const EntraRunStep& step : profile.steps) {
      std::string words = step.subtype.empty() ? step.type : step.type + " " + step.subtype;
      // One step a partition: the partitions are compared by themselves.
      if (steps.empty() || steps.back() != words) steps.push_back(std::move(words));
    }
    return fmt::format("{}", fmt::join(steps, ", "));
  }

  void compareRunProfiles(const std::string& what,
                          const EntraConnector& old,
                          const EntraConnector& other) {
    std::map<std::string, std::pair<std::string, std::string>> profiles;
    for (const EntraRunProfile& profile : old.run_profiles)
      profiles[profile.name].first = stepsOf(profile);
    for (const EntraRunProfile& profile : other.run_profiles)
      profiles[profile.name].second = stepsOf(profile);
    for (const auto& [name, steps] : profiles)
      change(fmt::format("{}, run profile \"{}\"", what, name), steps.first, steps.second);
  }

  // What connects, what the server computes and what is secret is its own; the rest are settings.
  static std::map<std::string, std::string> settingsOf(const EntraConnector& connector) {
    std::map<std::string, std::string> settings;
    for (const Parameter& one : connector.parameters) {
      if (one.encrypted || one.intrinsic || one.use == "connectivity") continue;
      settings[one.name] = one.value;
    }
    return settings;
  }

  void compareParameters(const std::string& what,
                         const EntraConnector& old,
                         const EntraConnector& other) {
    const std::map<std::string, std::string> before = settingsOf(old);
    std::map<std::string, std::string> after = settingsOf(other);
    for (const auto& [name, value] : before) {
      change(fmt::format("{}, {}", what, name), value, after[name]);
      after.erase(name);
    }
    for (const auto& [name, value] : after)
      change(fmt::format("{}, {}", what, name), "", value);
  }

  void compareSettings() {
    if (!before_.has_settings || !after_.has_settings) {
      if (before_.has_connectors && after_.has_connectors) {
        diff_.not_compared.emplace_back("global settings: one of the two does not hold them");
      }
      return;
    }
    std::vector<std::string> only_theirs;
    for (const Parameter& setting : before_.settings)
      compareSetting(setting.name, &setting.value, after_.setting(setting.name), only_theirs);
    for (const Parameter& setting : after_.settings) {
      if (before_.setting(setting.name) == nullptr) {
        compareSetting(setting.name, nullptr, &setting.value, only_theirs);
      }
    }
    if (!only_theirs.empty()) {
      diff_.not_compared.push_back("settings that a policy does not have: " + listed(only_theirs));
    }
  }

  void compareSetting(const std::string& name,
                      const std::string* before,
                      const std::string* after,
                      std::vector<std::string>& only_theirs) {
    const std::string old = before == nullptr ? "" : *before;
    const std::string other = after == nullptr ? "" : *after;
    if (isMixed() && !isHeldByPolicy(name)) {
      if (!trimAscii(old + other).empty()) only_theirs.push_back(name);
    } else if (isFoldedSetting(name)) {
      if (!equalsIgnoreCaseAscii(old, other)) {
        diff_.folded.push_back(fmt::format("{}: {} → {}", name, old, other));
      }
    } else if (!isOff(old) || !isOff(other)) {
      change(name, old, other);
    }
  }

  // Older servers do not have the switch, which is then off.
  static bool isOff(const std::string& value) {
    return value.empty() || equalsIgnoreCaseAscii(value, "false") ||
           value == wordFor(kSignInMethods, SignInMethod::kNotConfigured);
  }

  std::vector<ComparedRule> rulesOf(const EntraConfiguration& from) const {
    std::vector<ComparedRule> rules;
    for (const EntraRule& rule : from.rules) {
      ComparedRule& compared = rules.emplace_back(ComparedRule{rule.body, rule.is_reference});
      const auto name = name_of_.find(rule.body.connector);
      if (name != name_of_.end()) compared.body.connector = name->second;
    }
    return rules;
  }

  void compareRuleSets() {
    std::vector<ComparedRule> before = rulesOf(before_);
    std::vector<ComparedRule> after = rulesOf(after_);
    compareAcrossVendors(before, after);
    std::vector<RuleDifference> rest = compareRules(before, after);
    diff_.rules.insert(diff_.rules.end(),
                       std::make_move_iterator(rest.begin()),
                       std::make_move_iterator(rest.end()));
    const bool references = std::any_of(before.begin(), before.end(), isReference) ||
                            std::any_of(after.begin(), after.end(), isReference);
    if (references) {
      diff_.not_compared.emplace_back(
          "the content of standard rules: a settings file only names them");
    }
  }

  static bool isReference(const ComparedRule& rule) { return rule.is_reference; }

  // Our standard rules are cut otherwise than theirs. One of ours stands for one or several of
  // theirs; comparing their flows one by one would say more than is true.
  void compareAcrossVendors(std::vector<ComparedRule>& before, std::vector<ComparedRule>& after) {
    const bool ours_after = hasOurs(after) && !hasOurs(before);
    const bool ours_before = hasOurs(before) && !hasOurs(after);
    if (!ours_after && !ours_before) return;
    std::vector<ComparedRule>& theirs = ours_after ? before : after;
    std::vector<ComparedRule>& ours = ours_after ? after : before;
    std::set<const ComparedRule*> matched;
    std::vector<ComparedRule> left;
    for (ComparedRule& rule : theirs) {
      const ComparedRule* const same = sameWork(rule, ours);
      if (same == nullptr) {
        left.push_back(std::move(rule));
        continue;
      }
      matched.insert(same);
      if (rule.body.disabled != same->body.disabled) addSwitched(rule, *same, ours_after);
    }
    if (matched.empty()) return;
    const std::string all_theirs = fmt::format("{} of Entra Connect", theirs.size() - left.size());
    const std::string all_ours = fmt::format("{} of Tandem that do their work", matched.size());
    add(ChangeKind::kChanged,
        "standard rules",
        ours_after ? all_theirs : all_ours,
        ours_after ? all_ours : all_theirs);
    theirs = std::move(left);
    std::erase_if(ours, [&](const ComparedRule& rule) { return matched.contains(&rule); });
    diff_.not_compared.emplace_back(
        "the flows of standard rules: Entra Connect's and Tandem's are cut in different ways; "
        "'tandem policy convert' lists what ours do not set");
  }

  static bool hasOurs(const std::vector<ComparedRule>& rules) {
    return std::any_of(rules.begin(), rules.end(), [](const ComparedRule& rule) {
      return isOurTag(rule.body.immutable_tag);
    });
  }

  static const ComparedRule* sameWork(const ComparedRule& theirs,
                                      const std::vector<ComparedRule>& ours) {
    if (theirs.body.immutable_tag.empty()) return nullptr;
    const std::string_view stem = ourStem(theirs.body.immutable_tag);
    for (const ComparedRule& rule : ours) {
      if (!stem.empty() && equalsIgnoreCaseAscii(tagStem(rule.body.immutable_tag), stem) &&
          equalsIgnoreCaseAscii(rule.body.connector, theirs.body.connector)) {
        return &rule;
      }
    }
    return nullptr;
  }

  void addSwitched(const ComparedRule& theirs, const ComparedRule& ours, bool ours_after) {
    RuleDifference difference;
    difference.name = theirs.body.name;
    difference.connector = theirs.body.connector;
    difference.standard = true;
    difference.matched_by = MatchedBy::kTag;
    const bool off = ours_after ? ours.body.disabled : theirs.body.disabled;
    difference.changes.push_back(
        {Aspect::kState,
         fmt::format("is now {} (our \"{}\")", off ? "disabled" : "enabled", ours.body.name),
         "",
         ""});
    diff_.rules.push_back(std::move(difference));
  }

  void foldIds() {
    std::size_t other_ids = 0;
    for (const auto& [old, other] : partner_) {
      if (old->id != other->id) ++other_ids;
    }
    if (other_ids > 0) diff_.folded.push_back(fmt::format("the ids of {} connectors", other_ids));
  }

  const EntraConfiguration& before_;
  const EntraConfiguration& after_;
  ConfigurationDiff& diff_;
  std::map<const EntraConnector*, const EntraConnector*> partner_;
  std::set<const EntraConnector*> taken_;
  std::map<std::string, std::string> name_of_;
};

// Settings of two policies have the names of the policy; ids and rules are told in their own way.
void comparePolicySettings(const PolicyDocument& before,
                           const PolicyDocument& after,
                           ConfigurationDiff& diff) {
  for (PolicyChange& change : comparePolicies(before, after)) {
    if (change.what.starts_with("rules[") || change.what == "rules") continue;
    if (change.what.starts_with("connectors[") && change.what.ends_with("].id")) {
      diff.folded.push_back(change.what);
    } else {
      diff.settings.push_back(std::move(change));
    }
  }
}

}  // namespace

ConfigurationDiff compareConfigurations(const ReadConfiguration& before,
                                        const std::string& before_name,
                                        const ReadConfiguration& after,
                                        const std::string& after_name) {
  const auto configurationOf = [](const ReadConfiguration& read) {
    return read.policy ? fromPolicy(*read.policy) : *read.configuration;
  };
  const EntraConfiguration old = configurationOf(before);
  const EntraConfiguration other = configurationOf(after);
  ConfigurationDiff diff;
  diff.before = sideOf(before_name, before.format, old);
  diff.after = sideOf(after_name, after.format, other);
  const bool policies = before.policy && after.policy;
  if (policies) comparePolicySettings(*before.policy, *after.policy, diff);
  ConfigurationComparison(old, other, diff).run(/*with_settings=*/!policies);
  return diff;
}

}  // namespace tandem::policy::entra
