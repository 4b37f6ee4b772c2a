// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/error_groups.h"
#include "cli/format.h"
#include "cli/progress_line.h"
#include "cli/run_statistics.h"
#include "cli/table.h"

namespace tandem::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Format, CountsDurationsAndTimes) {
  EXPECT_EQ(formatCount(0), "0");
  EXPECT_EQ(formatCount(1234567), "1,234,567");
  EXPECT_EQ(formatCount(-1234), "-1,234");
  EXPECT_EQ(formatDuration(0.42), "0.4 s");
  EXPECT_EQ(formatDuration(9.99), "10 s");
  EXPECT_EQ(formatDuration(65), "1 min 05 s");
  EXPECT_EQ(formatDuration(7380), "2 h 03 min");
  EXPECT_EQ(formatDuration(90000), "1 d 01 h");
  EXPECT_EQ(formatDuration(-1), "-");
  EXPECT_EQ(formatTime(0), "-");
  EXPECT_EQ(formatTime(1700000000), "2023-11-14 22:13:20Z");
}

TEST(Format, WidthCountsColumnsNotBytes) {
  EXPECT_EQ(displayWidth("Zoë"), 3U);
  EXPECT_EQ(displayWidth("e\xCC\x81"), 1U);  // e with a combining accent
  EXPECT_EQ(displayWidth("中文"), 4U);
  EXPECT_EQ(fitTo("Müller-Lüdenscheidt", 8), "Müller-…");
  EXPECT_EQ(fitTo("中文字", 4), "中…");
  EXPECT_EQ(fitTo("short", 8), "short");
}

TEST(Format, WrapKeepsWordsWhole) {
  EXPECT_EQ(wrap("one two three", 9, "  "), "  one two\n  three");
  EXPECT_EQ(wrap("a\nb", 10, ""), "a\nb");
  EXPECT_EQ(wrap("averylongword x", 5, ""), "averylongword\nx");
  EXPECT_EQ(wrap("why \"a b c\" now", 7, ""), "why\n\"a b c\"\nnow");
  EXPECT_EQ(wrap("why \"a b c d\" now", 7, ""), "why \"a\nb c d\"\nnow");
  EXPECT_EQ(wrap("5\" of two three", 6, ""), "5\" of\ntwo\nthree");
  EXPECT_EQ(wrapHanging("- ", "one two three", 9, "  "), "- one two\n  three");
}

TEST(Table, CutsOnlyLongColumnsAndOnlyOnATerminal) {
  Table table({{"ID", Column::Kind::kNumber}, {"DN", Column::Kind::kLong}});
  table.add({"7", "CN=Somebody,OU=People,DC=corp,DC=example,DC=com"});
  table.add({"123", "CN=Ä"});
  EXPECT_THAT(table.render(0), HasSubstr("DC=example,DC=com"));
  EXPECT_EQ(table.render(24),
            " ID  DN\n"
            "---  -------------------\n"
            "  7  CN=Somebody,OU=Peo…\n"
            "123  CN=Ä\n");
}

TEST(Table, ListAlignsNames) {
  EXPECT_EQ(renderList({{"A", "1"}, {"Longer", "2"}}), "A      : 1\nLonger : 2\n");
}

TEST(Progress, OnATerminalDrawsOverOneLine) {
  std::ostringstream out;
  double now = 0;
  ProgressLine line(out, /*is_terminal=*/true, 80, [&] { return now; });
  line.update("corp: Full Import", 0, 1000);
  now = 0.05;
  line.update("corp: Full Import", 10, 1000);  // too soon
  now = 2;
  line.update("corp: Full Import", 500, 1000);
  line.clear();
  EXPECT_THAT(out.str(), HasSubstr("corp: Full Import: 500 of 1,000 (50 %), 250/s, 2.0 s left"));
  EXPECT_THAT(out.str(), Not(HasSubstr("Import: 10 ")));
  EXPECT_THAT(out.str(), Not(HasSubstr("\n")));
}

TEST(Progress, ElsewherePrintsALineNowAndThen) {
  std::ostringstream out;
  double now = 0;
  ProgressLine line(out, /*is_terminal=*/false, 0, [&] { return now; });
  for (int i = 0; i < 250; ++i) {
    now = i * 0.1;
    line.update("entra: Export", i, 0);
  }
  EXPECT_EQ(out.str(), "entra: Export: 100, 10/s\nentra: Export: 200, 10/s\n");
}

TEST(RunStatistics, UseTheLabelsOfTheOperationsTab) {
  const auto statistics = statisticsOf({{"stage-add", 3},
                                        {"disconnector-projected-flow", 2},
                                        {"disconnector-joined-flow", 1},
                                        {"connector-flow", 0},
                                        {"outbound/entra/provisioned-add-flow", 2},
                                        {"something-new", 9}});
  ASSERT_EQ(statistics.size(), 5U);
  EXPECT_EQ(statistics[0].label, "Adds");
  EXPECT_EQ(statistics[1].label, "Projections");
  EXPECT_EQ(statistics[2].label, "Joins");
  EXPECT_EQ(statistics[3].section, "Outbound: entra");
  EXPECT_EQ(statistics[3].label, "Provisioning Adds");
  EXPECT_EQ(statistics[4].label, "something-new");
}

TEST(ErrorGroups, OneCauseIsOneLineHoweverManyObjects) {
  std::vector<store::RunErrorRow> errors;
  errors.push_back({directory::ConnectorObjectId(1), "CN=a", "cd-error", "", "one"});
  for (int i = 0; i < 5; ++i) {
    errors.push_back({directory::ConnectorObjectId(10 + i),
                      "CN=b" + std::to_string(i),
                      "permission-issue",
                      "Authorization_RequestDenied",
                      "no right. Next: grant it"});
  }
  const std::vector<ErrorGroup> groups = groupErrors(errors);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(titleOf(groups[0]), "permission-issue (Authorization_RequestDenied): 5 objects");
  EXPECT_EQ(groups[0].examples.size(), kExamplesMax);
  EXPECT_EQ(groups[0].examples[0], "#10 CN=b0");
  EXPECT_EQ(groups[0].message, "no right. Next: grant it");
  EXPECT_EQ(titleOf(groups[1]), "cd-error: 1 object");
}

}  // namespace
}  // namespace tandem::cli
