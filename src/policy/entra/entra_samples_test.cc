// SPDX-License-Identifier: Apache-2.0
//
// The export of a real server. It is not part of the project: the folder that TANDEM_SAMPLES names
// holds it, and without it this is skipped.
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>

#include "platform/files.h"
#include "policy/entra/configuration_diff.h"
#include "policy/entra/connector_xml.h"
#include "policy/entra/conversion.h"
#include "policy/entra/diff_report.h"
#include "policy/entra/export_for_test.h"
#include "policy/entra/rule_xml.h"
#include "policy/policy_check.h"
#include "policy/policy_writer.h"

namespace tandem::policy::entra {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class EntraSamples : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const samples = std::getenv("TANDEM_SAMPLES");
    if (samples == nullptr) GTEST_SKIP() << "TANDEM_SAMPLES is not set";
    folder_ = std::string(samples) + "/entra-connect/contoso";
    if (!std::filesystem::exists(folder_)) GTEST_SKIP() << "no " << folder_;
    auto read = readConfiguration(folder_);
    ASSERT_TRUE(read.ok()) << read.error().message();
    read_ = std::move(read).value();
    ASSERT_TRUE(read_.configuration) << linesOf(read_.problems);
  }
  std::string folder_;
  ReadConfiguration read_;
};

TEST_F(EntraSamples, IsReadCompletely) {
  EXPECT_EQ(linesOf(read_.problems), "");
  const EntraConfiguration& server = *read_.configuration;
  EXPECT_THAT(server.rules, SizeIs(62));
  EXPECT_THAT(server.connectors, SizeIs(2));
  EXPECT_THAT(server.settings, SizeIs(37));
  EXPECT_THAT(server.metaverse_schema, SizeIs(219));
  std::size_t mappings = 0;
  std::size_t expressions = 0;
  for (const EntraRule& rule : server.rules) {
    mappings += rule.body.mappings.size();
    for (const rules::AttributeMapping& mapping : rule.body.mappings)
      expressions += mapping.flow == rules::FlowType::kExpression ? 1 : 0;
  }
  EXPECT_EQ(mappings, 1200U);
  EXPECT_EQ(expressions, 391U);
}

// Every rule, written from its values, is the element that the server wrote.
TEST_F(EntraSamples, RulesAreWrittenAsTheServerWritesThem) {
  for (EntraRule& rule : read_.configuration->rules) {
    const XmlElement original = *rule.original;
    rule.original.reset();
    EXPECT_EQ(ruleXml(rule), original) << rule.body.name;
  }
}

TEST_F(EntraSamples, ConnectorsAndSettingsSurviveTheirWriters) {
  Problems problems;
  for (const EntraConnector& connector : read_.configuration->connectors)
    EXPECT_EQ(readConnectorXml(connectorXml(connector), "x", problems), connector);
  EntraConfiguration again;
  readSettingsXml(settingsXml(*read_.configuration), again);
  EXPECT_EQ(again.settings, read_.configuration->settings);
  EXPECT_THAT(problems, IsEmpty());
}

TEST_F(EntraSamples, BecomesAPolicyThatIsGood) {
  const Conversion made = convert(*read_.configuration, {});
  const ReadPolicy checked = checkPolicy(writePolicy(made.document), "p.json");
  EXPECT_TRUE(checked.document) << linesOf(checked.problems);
  EntraConfiguration exported = fromPolicy(made.document);
  exported.format = Format::kFolder;
  ReadConfiguration before;
  before.policy = made.document;
  ReadConfiguration after;
  after.format = Format::kFolder;
  after.configuration = std::move(exported);
  const ConfigurationDiff diff = compareConfigurations(before, "a", after, "b");
  EXPECT_TRUE(diff.isEmpty()) << diffText(diff);
}

// All 62 rules compile in full, but for flows of attributes that public Graph does not have.
TEST_F(EntraSamples, ItsRulesInFullBecomeAPolicyThatIsGood) {
  const Conversion made = convert(*read_.configuration, {StandardRuleChoice::kTheirs, nullptr});
  const ReadPolicy checked = checkPolicy(writePolicy(made.document), "p.json");
  EXPECT_TRUE(checked.document) << linesOf(checked.problems);
  EXPECT_THAT(made.document.rules, SizeIs(61));  // devices join by an attribute that is not there
}

TEST_F(EntraSamples, ADifferenceOfTwoServersIsFoundAtOnce) {
  const auto started = std::chrono::steady_clock::now();
  auto other = readConfiguration(folder_);
  ASSERT_TRUE(other.ok());
  other.value().configuration->rules[5].body.mappings.pop_back();
  const ConfigurationDiff diff = compareConfigurations(read_, "a", other.value(), "b");
  const auto took = std::chrono::steady_clock::now() - started;
  ASSERT_THAT(diff.rules, SizeIs(1));
  EXPECT_THAT(diff.rules[0].changes, SizeIs(1));
  // A second is promised for two servers; a debug build under load gets five.
  EXPECT_LT(took, std::chrono::seconds(5));
}

}  // namespace
}  // namespace tandem::policy::entra
