// SPDX-License-Identifier: Apache-2.0
//
// The server configuration folder: what is read, what is refused with which line, and that writing
// loses nothing.
#include "policy/entra/folder.h"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>

#include "platform/files.h"
#include "policy/entra/connector_xml.h"
#include "policy/entra/export_for_test.h"
#include "policy/entra/read_configuration.h"
#include "policy/entra/rule_xml.h"

namespace tandem::policy::entra {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string problemsWith(std::string_view from, std::string_view to) {
  Problems problems;
  readExport(problems, replaced(kCustomRuleXml, from, to));
  return linesOf(problems);
}

class Folder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "tandem-entra-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

TEST(FolderReader, ReadsConnectorsSettingsAndRules) {
  Problems problems;
  const EntraConfiguration read = readExport(problems);
  EXPECT_EQ(linesOf(problems), "");
  EXPECT_EQ(read.metadata.host, "SYNC01");
  EXPECT_EQ(*read.setting("microsoft.synchronize.timeinterval"), "00:45:00");
  ASSERT_THAT(read.connectors, SizeIs(2));
  const EntraConnector& directory = read.connectors[0];
  EXPECT_EQ(directory.kind, EntraConnectorKind::kActiveDirectory);
  EXPECT_EQ(directory.login_user, "MSOL_000000000001");
  EXPECT_TRUE(directory.password_hash_sync);
  EXPECT_THAT(directory.attributes, ElementsAre("title", "badgeColour"));
  EXPECT_THAT(directory.partitions[0].inclusions,
              ElementsAre("OU=People,DC=corp,DC=example,DC=com"));
  EXPECT_THAT(directory.schema, SizeIs(1));
  EXPECT_EQ(read.connectors[1].kind, EntraConnectorKind::kEntra);
  ASSERT_THAT(read.rules, SizeIs(2));
  const rules::SyncRule& rule = read.rules[0].body;
  EXPECT_EQ(rule.description, "Titles & more");
  EXPECT_EQ(rule.mappings[0].flow, rules::FlowType::kExpression);
  EXPECT_EQ(rule.mappings[1].flow, rules::FlowType::kConstant);
  EXPECT_TRUE(rule.mappings[1].execute_once);
  EXPECT_EQ(rule.mappings[2].flow, rules::FlowType::kDirect);
  EXPECT_TRUE(rule.join[0][0].case_sensitive);
  EXPECT_EQ(rule.scope[0][0].comparison, "ISBITNOTSET");  // as servers store it
  EXPECT_THAT(rule.scope[0], SizeIs(2));
}

TEST(FolderReader, SaysWhereAndWhatToDo) {
  EXPECT_THAT(problemsWith("ISNOTBITSET", "ISBITNOTSETT"),
              AllOf(HasSubstr("Rule_1.xml:31:1"), HasSubstr("did you mean \"ISBITNOTSET\"")));
  EXPECT_THAT(problemsWith("<direction>Inbound", "<direction>Sideways"),
              AllOf(HasSubstr("Rule_1.xml:8:1"), HasSubstr("Inbound, Outbound")));
  EXPECT_THAT(problemsWith("<precedence>50<", "<precedence>high<"), HasSubstr("Rule_1.xml:14:1"));
  EXPECT_THAT(problemsWith("{cccccccc-0000-4000-8000-000000000001}", "{cccc}"),
              HasSubstr("\"id\" should be a GUID"));
  EXPECT_THAT(problemsWith("{aaaaaaaa-0000-4000-8000-000000000001}",
                           "{eeeeeeee-0000-4000-8000-000000000001}"),
              HasSubstr("which is not in the export"));
  EXPECT_THAT(problemsWith("</synchronizationRule>", ""), HasSubstr("ends too early"));
  EXPECT_THAT(
      problemsWith("<linkType>Join</linkType>", "<future>1</future><linkType>Join</linkType>"),
      HasSubstr("warning Rule_1.xml:13:1 <future> is not known here"));
}

TEST(FolderReader, TheSameIdTwiceIsRefused) {
  EXPECT_THAT(problemsWith("{cccccccc-0000-4000-8000-000000000001}</id>",
                           "{dddddddd-0000-4000-8000-000000000001}</id>"),
              AllOf(HasSubstr("Rule_2.xml:1:1"), HasSubstr("stands in Rule_1.xml:1:1 already")));
}

TEST(FolderReader, CircularPrecedenceIsRefused) {
  Problems problems;
  readExport(
      problems,
      replaced(kCustomRuleXml,
               "<precedence-after>{00000000-0000-0000-0000-000000000000}",
               "<precedence-after>{dddddddd-0000-4000-8000-000000000001}"),
      replaced(
          kStandardRuleXml,
          "<precedence>100</precedence>",
          "<precedence>100</precedence><precedence-after>{cccccccc-0000-4000-8000-000000000001}"
          "</precedence-after>"));
  EXPECT_THAT(
      linesOf(problems),
      HasSubstr("behind each other in a circle: \"In from corp - Title\", then \"In from AD - "
                "User Join\", then \"In from corp - Title\""));
}

TEST(FolderReader, EntitiesAndDepthAreRefused) {
  const auto refused = [](const std::string& text) {
    Problems problems;
    EXPECT_FALSE(parseXml(text, "x.xml", problems));
    return linesOf(problems);
  };
  EXPECT_THAT(refused("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY x \"xx\"><!ENTITY y "
                      "\"&x;&x;&x;\">]>\n<a>&y;</a>"),
              AllOf(HasSubstr("x.xml:2:1"), HasSubstr("document type")));
  EXPECT_THAT(refused("<a>&unknown;</a>"), HasSubstr("x.xml:1:1"));
  std::string deep;
  for (int i = 0; i < 100; ++i)
    deep += "<a>";
  EXPECT_THAT(refused(deep), HasSubstr("x.xml:1:1"));
  EXPECT_THAT(refused("\xFF\xFE<"), HasSubstr("UTF-16 text is broken"));
  EXPECT_THAT(refused("<a>\n\xE4</a>"), AllOf(HasSubstr("x.xml:2:1"), HasSubstr("neither UTF-8")));
  EXPECT_THAT(refused("no xml"), HasSubstr("no well-formed XML"));
}

TEST(FolderReader, AllEncodingsOfWindowsAreTheSame) {
  const std::string ascii = "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n<a>x</a>";
  std::string little = "\xFF\xFE";
  std::string big = "\xFE\xFF";
  for (const char c : ascii) {
    little += {c, '\0'};
    big += {'\0', c};
  }
  for (const std::string& bytes : {ascii, "\xEF\xBB\xBF" + ascii, little, big, little.substr(2)}) {
    Problems problems;
    const std::optional<XmlElement> root = parseXml(bytes, "x.xml", problems);
    ASSERT_TRUE(root) << linesOf(problems);
    EXPECT_EQ(root->text, "x");
  }
}

// Without what it was read from, everything comes from the values.
TEST(FolderWriter, LosesNothingOfTheValues) {
  Problems problems;
  EntraConfiguration read = readExport(problems);
  for (EntraRule& rule : read.rules) {
    rule.original.reset();
    const EntraRule again = readRuleXml(ruleXml(rule), "x", problems);
    EXPECT_TRUE(sameRule(again, rule)) << rule.body.name;
  }
  for (const EntraConnector& connector : read.connectors)
    EXPECT_EQ(readConnectorXml(connectorXml(connector), "x", problems), connector);
  EntraConfiguration settings;
  readSettingsXml(settingsXml(read), settings);
  EXPECT_EQ(settings.settings, read.settings);
  EXPECT_EQ(settings.metadata, read.metadata);
  EXPECT_THAT(linesOf(problems), IsEmpty());
}

TEST(FolderWriter, RefusesWhatXmlCannotHold) {
  XmlElement root;
  root.name = "a";
  root.text = "tab\tline\nreturn\r<&>\"";
  Problems problems;
  EXPECT_EQ(*parseXml(*writeXml(root), "x", problems), root);
  root.text = std::string("\x01", 1);
  EXPECT_FALSE(writeXml(root));
}

TEST_F(Folder, GivesBackWhatItReadWordForWord) {
  const std::string first = folder_ + "/first";
  std::filesystem::create_directories(first + "/SynchronizationRules");
  const std::string file = first + "/SynchronizationRules/r.xml";
  const std::string rule =
      replaced(kStandardRuleXml, "<precedence>", "<future>1</future><precedence>");
  ASSERT_TRUE(platform::writeFileDurably(file, rule, 0600).ok());
  const auto read = readConfiguration(folder_);  // the one folder in it
  ASSERT_TRUE(read.ok()) << read.error().message();
  ASSERT_TRUE(read.value().configuration) << linesOf(read.value().problems);
  const std::string second = folder_ + "/second";
  ASSERT_TRUE(writeFolder(*read.value().configuration, second).ok());
  Problems problems;
  const std::string written =
      platform::readFile(second +
                             "/SynchronizationRules/"
                             "SynchronizationRule_{dddddddd-0000-4000-8000-000000000001}.xml",
                         1 << 20)
          .value();
  EXPECT_EQ(*parseXml(written, "a", problems), *parseXml(rule, "b", problems));
  EXPECT_FALSE(writeFolder(*read.value().configuration, second).ok());  // it is there
}

TEST_F(Folder, WhatIsNoExportIsRefused) {
  const auto read = readConfiguration(folder_);
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().message(), HasSubstr("SynchronizationRules"));
}

}  // namespace
}  // namespace tandem::policy::entra
