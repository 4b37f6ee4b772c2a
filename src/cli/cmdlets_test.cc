// SPDX-License-Identifier: Apache-2.0
#include "cli/cmdlets.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command.h"

namespace tandem::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Words = std::vector<std::string>;

Words translated(const Words& arguments) {
  auto result = translateCmdlet(arguments);
  if (!result.ok()) return {"error: " + result.error().message()};
  return result.value();
}

TEST(Cmdlets, StartSyncCycleIsCycle) {
  EXPECT_THAT(translated({"Start-ADSyncSyncCycle", "-PolicyType", "Initial"}),
              ElementsAre("cycle", "initial"));
  EXPECT_THAT(translated({"Start-ADSyncSyncCycle", "Delta"}), ElementsAre("cycle", "delta"));
  EXPECT_THAT(translated({"Start-ADSyncSyncCycle"}), ElementsAre("cycle", "delta"));
}

TEST(Cmdlets, LetterCaseShortNamesAndColonsAreAsInPowerShell) {
  EXPECT_THAT(translated({"start-adsyncsynccycle", "-policy:DELTA"}),
              ElementsAre("cycle", "delta"));
  EXPECT_THAT(
      translated(
          {"Invoke-ADSyncRunProfile", "-RunProfileName", "Full Import", "-connectorname", "corp"}),
      ElementsAre("run", "corp", "Full Import"));
}

TEST(Cmdlets, BooleansAreTranslated) {
  EXPECT_THAT(translated({"Set-ADSyncScheduler",
                          "-SyncCycleEnabled",
                          "$False",
                          "-CustomizedSyncCycleInterval",
                          "00:15:00"}),
              ElementsAre("scheduler", "set", "--enabled", "false", "--interval", "00:15:00"));
}

TEST(Cmdlets, OurOwnOptionsMayStandAmongTheParameters) {
  EXPECT_THAT(translated({"--json", "Get-ADSyncScheduler", "--home", "/x"}),
              ElementsAre("scheduler", "show", "--json", "--home", "/x"));
}

TEST(Cmdlets, MistakesSayWhatWasMeant) {
  EXPECT_THAT(translated({"Start-ADSyncSyncCycl"})[0],
              HasSubstr("did you mean \"Start-ADSyncSyncCycle\"?"));
  EXPECT_THAT(translated({"Start-ADSyncSyncCycle", "-PolcyType", "Delta"})[0],
              HasSubstr("did you mean \"PolicyType\"?"));
  EXPECT_THAT(translated({"Invoke-ADSyncRunProfile", "corp"})[0],
              HasSubstr("needs -RunProfileName"));
  EXPECT_THAT(translated({"Set-ADSyncScheduler", "-SyncCycleEnabled"})[0],
              HasSubstr("needs a value"));
}

TEST(Cmdlets, OtherArgumentsStayAsTheyAre) {
  EXPECT_THAT(translated({"search", "get-adsync"}), ElementsAre("search", "get-adsync"));
  EXPECT_THAT(translated({}), ElementsAre());
}

TEST(Cmdlets, EachNamesACommandThatExists) {
  std::set<std::string> commands;
  for (const CommandEntry& entry : allCommands()) {
    commands.insert(std::string(entry.noun) + (entry.verb.empty() ? "" : " ") +
                    std::string(entry.verb));
  }
  for (const Cmdlet& cmdlet : allCmdlets()) {
    const std::string command(cmdlet.command.substr(0, cmdlet.command.find(" --")));
    EXPECT_EQ(commands.count(command), 1U) << cmdlet.name << " → " << command;
  }
}

}  // namespace
}  // namespace tandem::cli
