// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/diff_report.h"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace tandem::policy::entra {
namespace {

using Json = nlohmann::ordered_json;

std::string titleOf(const RuleDifference& rule) {
  return fmt::format(
      "{} rule \"{}\" ({})", rule.standard ? "standard" : "custom", rule.name, rule.connector);
}

std::string lineOf(const PolicyChange& change) {
  std::string line = fmt::format("  {:<8} {}", wordFor(kChangeKinds, change.kind), change.what);
  if (change.kind == ChangeKind::kChanged) {
    return line + fmt::format(": {} → {}", change.before, change.after);
  }
  const std::string& value = change.kind == ChangeKind::kAdded ? change.after : change.before;
  return value.empty() ? line : line + ": " + value;
}

std::string aboutSide(const DiffSide& side) {
  std::string text = fmt::format("{} ({}, {} rules", side.name, side.format, side.rules);
  if (!side.host.empty()) text += fmt::format(", from {}", side.host);
  if (!side.exported_at.empty()) text += fmt::format(" at {}", side.exported_at);
  if (!side.version.empty()) text += fmt::format(", version {}", side.version);
  return text + ")";
}

std::string summaryOf(const ConfigurationDiff& diff) {
  if (diff.isEmpty()) return "They mean the same.";
  const auto count = [&](ChangeKind kind) {
    return std::count_if(diff.rules.begin(), diff.rules.end(), [&](const RuleDifference& rule) {
      return rule.kind == kind;
    });
  };
  return fmt::format("{} settings differ; rules: {} changed, {} added, {} removed.",
                     diff.settings.size(),
                     count(ChangeKind::kChanged),
                     count(ChangeKind::kAdded),
                     count(ChangeKind::kRemoved));
}

std::string section(std::string_view title, const std::vector<std::string>& lines) {
  if (lines.empty()) return {};
  return fmt::format("\n{}:\n  {}\n", title, fmt::join(lines, "\n  "));
}

Json sideJson(const DiffSide& side) {
  return {{"name", side.name},
          {"format", side.format},
          {"host", side.host},
          {"exportedAt", side.exported_at},
          {"version", side.version},
          {"rules", side.rules}};
}

Json ruleJson(const RuleDifference& rule) {
  Json json{{"change", wordFor(kChangeKinds, rule.kind)},
            {"rule", rule.name},
            {"connector", rule.connector},
            {"standard", rule.standard},
            {"matchedBy", wordFor(kMatches, rule.matched_by)},
            {"changes", Json::array()}};
  for (const RuleChange& change : rule.changes) {
    json["changes"].push_back({{"aspect", wordFor(kAspects, change.aspect)},
                               {"text", change.text},
                               {"before", change.before},
                               {"after", change.after}});
  }
  return json;
}

}  // namespace

std::string diffText(const ConfigurationDiff& diff) {
  std::string text = fmt::format("before: {}\nafter:  {}\n{}\n",
                                 aboutSide(diff.before),
                                 aboutSide(diff.after),
                                 summaryOf(diff));
  if (!diff.settings.empty()) text += "\nSettings:\n";
  for (const PolicyChange& change : diff.settings)
    text += lineOf(change) + "\n";
  if (!diff.rules.empty()) text += "\nRules:\n";
  for (const RuleDifference& rule : diff.rules) {
    text += fmt::format("  {:<8} {}\n", wordFor(kChangeKinds, rule.kind), titleOf(rule));
    for (const RuleChange& change : rule.changes)
      text += fmt::format("           {}\n", change.text);
  }
  if (diff.effect) text += section("Effect " + diff.effect->about, diff.effect->lines);
  text += section("Differs from server to server and means nothing", diff.folded);
  return text + section("Not compared", diff.not_compared);
}

Json diffJson(const ConfigurationDiff& diff) {
  Json json{{"before", sideJson(diff.before)},
            {"after", sideJson(diff.after)},
            {"same", diff.isEmpty()},
            {"changes", Json::array()},
            {"rules", Json::array()},
            {"folded", diff.folded},
            {"notCompared", diff.not_compared}};
  for (const PolicyChange& change : diff.settings) {
    json["changes"].push_back({{"change", wordFor(kChangeKinds, change.kind)},
                               {"what", change.what},
                               {"before", change.before},
                               {"after", change.after}});
  }
  for (const RuleDifference& rule : diff.rules)
    json["rules"].push_back(ruleJson(rule));
  if (diff.effect) {
    json["effect"] = {{"about", diff.effect->about}, {"lines", diff.effect->lines}};
  }
  return json;
}

}  // namespace tandem::policy::entra
