// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_diff.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/policy_check.h"
#include "policy/sample_policy.h"

namespace tandem::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

PolicyDocument sample() {
  return *checkPolicy(kSamplePolicy, "p.json").document;
}

std::vector<std::string> linesOf(const PolicyDocument& after) {
  std::vector<std::string> lines;
  for (const PolicyChange& change : comparePolicies(sample(), after)) {
    std::string line(wordFor(kChangeKinds, change.kind));
    line += " " + change.what;
    if (!change.before.empty() || !change.after.empty()) {
      line += ": " + change.before + " -> " + change.after;
    }
    lines.push_back(line);
  }
  return lines;
}

TEST(PolicyDiff, TheSameIsNoChange) {
  PolicyDocument after = sample();
  after.exported.emplace().by = "ada";
  after.standard_rules.in_full = standardRulesInForce(after);
  EXPECT_THAT(linesOf(after), IsEmpty());
}

TEST(PolicyDiff, SettingsAreNamedAsInTheFile) {
  PolicyDocument after = sample();
  after.scheduler.cycle_interval = std::chrono::minutes(15);
  after.thresholds.deletions.count = 20;
  after.connectors[0].ldap.connect_address.clear();
  after.connectors[0].name = "renamed";
  EXPECT_THAT(linesOf(after),
              ElementsAre("changed connectors[corp.example.com].name: corp.example.com -> renamed",
                          "removed connectors[corp.example.com].connectAddress: 192.0.2.10 -> ",
                          "changed scheduler.cycleInterval: 00:30:00 -> 00:15:00",
                          "changed thresholds.deletions.count: 500 -> 20"));
}

TEST(PolicyDiff, ListsAreComparedByWhatTheyHold) {
  PolicyDocument after = sample();
  after.connectors[0].partitions[0].include.push_back("OU=Labs,DC=corp,DC=example,DC=com");
  after.connectors.erase(after.connectors.begin() + 1);
  after.rules[0].name = "another name";
  after.rules[0].mappings[0].source = "Trim([division])";
  after.run_profiles.push_back({"Both", "files", {RunStep::kFullImport}});
  EXPECT_THAT(
      linesOf(after),
      ElementsAre("added connectors[corp.example.com].partitions[DC=corp,DC=example,DC=com].include"
                  "[OU=Labs,DC=corp,DC=example,DC=com]",
                  "removed connectors[ldap.example.org]",
                  "changed rules[In from files - Department].name: In from files - Department -> "
                  "another name",
                  "changed rules[In from files - Department].attributeFlowMappings[department]"
                  ".expression: Trim([company]) -> Trim([division])",
                  "added runProfiles[Both]"));
}

TEST(PolicyDiff, AnotherOrderIsAChange) {
  PolicyDocument after = sample();
  std::swap(after.connectors[2], after.connectors[0]);
  EXPECT_EQ(linesOf(after).size(), 1U);
}

TEST(PolicyDiff, AnotherReleasesStandardRulesAreNamed) {
  PolicyDocument document = sample();
  document.standard_rules.in_full = standardRulesInForce(document);
  EXPECT_THAT(otherStandardRules(document), IsEmpty());
  rules::SyncRule& edited = document.standard_rules.in_full.front();
  edited.precedence += 1;
  EXPECT_THAT(otherStandardRules(document), ElementsAre(edited.name));
}

}  // namespace
}  // namespace tandem::policy
