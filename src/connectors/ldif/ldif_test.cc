// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/ldif/ldif_connector.h"
#include "connectors/ldif/ldif_folder.h"
#include "connectors/ldif/ldif_parser.h"
#include "testing/collecting_sink.h"

namespace tandem::connectors::ldif {
namespace {

using tandem::testing::CollectingSink;
using ::testing::HasSubstr;

struct Parsed {
  std::vector<std::pair<std::string, std::vector<std::pair<std::string, std::string>>>> entries;
  std::string error;
};

Parsed parse(const std::string& text) {
  std::istringstream in(text);
  LdifParser parser(in, "a.ldif");
  LdifRecord record;
  Parsed parsed;
  for (;;) {
    const Result<bool> more = parser.next(record);
    if (!more.ok()) parsed.error = more.error().message();
    if (!more.ok() || !more.value()) return parsed;
    auto& entry = parsed.entries.emplace_back();
    entry.first = record.dn();
    for (std::size_t i = 0; i < record.size(); ++i)
      entry.second.emplace_back(record.at(i).name, record.at(i).value);
  }
}

TEST(LdifParser, ReadsFoldedLinesCommentsBase64AndCrLf) {
  const Parsed parsed = parse(
      "\xEF\xBB\xBFversion: 1\r\n# a comment\r\n  that is folded\r\n\r\n"
      "dn: CN=Ada,\r\n DC=x\r\ncn: Ada\r\ndescription:: w4XDhA==\r\nempty:\r\n"
      "userCertificate;binary:: AAE=\r\n# inside\r\nmail:a@x\r\n\r\n\r\n"
      "dn:: Q049w4U=\r\ncn: last line without end");
  EXPECT_EQ(parsed.error, "");
  ASSERT_EQ(parsed.entries.size(), 2U);
  EXPECT_EQ(parsed.entries[0].first, "CN=Ada,DC=x");
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"cn", "Ada"},
      {"description", "ÅÄ"},
      {"empty", ""},
      {"userCertificate", std::string("\0\1", 2)},
      {"mail", "a@x"}};
  EXPECT_EQ(parsed.entries[0].second, expected);
  EXPECT_EQ(parsed.entries[1].first, "CN=Å");
  EXPECT_EQ(parsed.entries[1].second[0].second, "last line without end");
}

TEST(LdifParser, SkipsWhatLdapsearchPrintsAroundEntries) {
  const Parsed parsed = parse(
      "# extended LDIF\n#\n\ndn: CN=a\ncn: a\n\nref: ldap://other/DC=x\n\nsearch: 2\nresult: 0 "
      "Success\n");
  EXPECT_EQ(parsed.error, "");
  EXPECT_EQ(parsed.entries.size(), 1U);
}

TEST(LdifParser, ErrorsNameTheLineAndSayWhatToDo) {
  const auto errorOf = [](const std::string& text) { return parse(text).error; };
  EXPECT_THAT(errorOf("dn: CN=a\ncn: a\n\ncn: b\n"), HasSubstr("a.ldif:4: expected \"dn:\""));
  EXPECT_THAT(errorOf("dn: CN=a\nno colon\n"), HasSubstr("a.ldif:2: "));
  EXPECT_THAT(errorOf("dn: CN=a\n;binary:: AAE=\n"), HasSubstr("not allowed"));
  EXPECT_THAT(errorOf("dn: CN=a\njpegPhoto:< file:///etc/passwd\n"), HasSubstr("by URL"));
  EXPECT_THAT(errorOf("dn: CN=a\ncn:: %%%\n"), HasSubstr("not base64"));
  EXPECT_THAT(errorOf("dn: CN=a\nchangetype: delete\n"), HasSubstr("change record"));
  EXPECT_THAT(errorOf("dn: CN=a\ncontrol: 1.2.3\nchangetype: delete\n"),
              HasSubstr("change record"));
  EXPECT_THAT(errorOf("dn: CN=a\ncn: a\ndn: CN=b\n"), HasSubstr("empty line is missing"));
  EXPECT_THAT(errorOf("dn:: /w==\n"), HasSubstr("not UTF-8"));
  EXPECT_THAT(errorOf("version: 2\n"), HasSubstr("version 1"));
  EXPECT_THAT(errorOf(std::string("\xFF\xFE"
                                  "d\0n\0",
                                  6)),
              HasSubstr("UTF-16"));
}

TEST(LdifParser, ReadsBackWhatIsWritten) {
  for (const std::string value :
       {"plain", " leading", "trailing ", ":colon", "<less", "Ł", "a\nb", "", "x: y"}) {
    std::string text = "dn: CN=a\n";
    appendLdifLine(text, "v", value);
    const Parsed parsed = parse(text);
    ASSERT_EQ(parsed.error, "") << value;
    EXPECT_EQ(parsed.entries[0].second[0].second, value);
  }
}

class LdifConnectorTest : public ::testing::Test {
 protected:
  LdifConnectorTest() {
    std::string pattern = ::testing::TempDir() + "ldif_XXXXXX";
    folder_ = mkdtemp(pattern.data());
    settings_.folder = folder_;
  }
  ~LdifConnectorTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
  }
  static std::string user(const std::string& dn, const std::string& guid_letter) {
    return "dn: " + dn +
           "\nobjectClass: top\nobjectClass: user\nobjectGUID: 6cf906fc-acbb-4200-a22" +
           guid_letter + "-9fd4478b0798\ncn: x\n\n";
  }
  Result<ImportOutcome> import(CollectingSink& sink,
                               Watermark from = std::nullopt,
                               bool full = true) {
    if (!connector_) connector_ = LdifConnector::open(settings_, attributes_, types_).value();
    ImportRequest request;
    request.full = full;
    request.from = std::move(from);
    request.attributes = {attributes_.intern("cn")};
    return connector_->import(request, sink);
  }

  std::string folder_;
  LdifSettings settings_;
  directory::AttributeTable attributes_;
  directory::NameTable types_;
  std::unique_ptr<LdifConnector> connector_;
};

TEST_F(LdifConnectorTest, ReadsEveryFileOfTheFolderByName) {
  write("b.ldif", user("CN=b,OU=O,DC=x", "b"));
  write("a.ldif", user("CN=a,OU=O,DC=x", "a"));
  write("notes.txt", "not LDIF");
  CollectingSink sink;
  const auto outcome = import(sink);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  EXPECT_TRUE(outcome.value().complete);
  EXPECT_TRUE(outcome.value().was_full);
  EXPECT_EQ(outcome.value().full_import_reason, "");
  ASSERT_EQ(sink.items.size(), 2U);
  EXPECT_EQ(sink.items[0].dn, "CN=a,OU=O,DC=x");
  EXPECT_EQ(sink.items[0].anchor.size(), 16U);
}

TEST_F(LdifConnectorTest, ADeltaOfAnUnchangedFolderPassesNothing) {
  write("a.ldif", user("CN=a,DC=x", "a"));
  CollectingSink first;
  const auto outcome = import(first);
  CollectingSink second;
  const auto again = import(second, outcome.value().watermark, /*full=*/false);
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(second.items.empty());
  EXPECT_FALSE(again.value().was_full);
  EXPECT_EQ(again.value().watermark, outcome.value().watermark);
}

TEST_F(LdifConnectorTest, ADeltaOfAChangedFolderReadsEverythingAndSaysWhy) {
  write("a.ldif", user("CN=a,DC=x", "a"));
  CollectingSink first;
  const auto outcome = import(first);
  write("a.ldif", user("CN=a,DC=x", "a") + user("CN=b,DC=x", "b"));
  CollectingSink second;
  const auto again = import(second, outcome.value().watermark, /*full=*/false);
  EXPECT_EQ(second.items.size(), 2U);
  EXPECT_TRUE(again.value().was_full);
  EXPECT_THAT(again.value().full_import_reason, HasSubstr("files have changed"));
  EXPECT_EQ(second.full_reason, again.value().full_import_reason);
  EXPECT_EQ(first.items[0].changed_at, 0);
  EXPECT_EQ(second.items[1].changed_at, changeTimeOf(folder_ + "/a.ldif"));
  EXPECT_NE(second.items[1].changed_at, 0);

  CollectingSink third;
  settings_.containers.excluded = {"OU=Away,DC=x"};
  connector_.reset();
  EXPECT_THAT(import(third, again.value().watermark, false).value().full_import_reason,
              HasSubstr("containers of this connector have changed"));
  EXPECT_EQ(third.items[0].changed_at, 0);
}

TEST_F(LdifConnectorTest, FiltersByContainerTypeAndBase) {
  settings_.containers.excluded = {"OU=Out,DC=x"};
  settings_.base = "DC=x";
  write("a.ldif",
        user("CN=a,OU=Out,DC=x", "a") + user("CN=b,DC=x", "b") + user("CN=c,DC=y", "c") +
            "dn: CN=d,DC=x\nobjectClass: printQueue\n\n"
            "dn: OU=Sub,DC=x\nobjectClass: organizationalUnit\nobjectGUID: "
            "6cf906fc-acbb-4200-a225-9fd4478b0700\n");
  CollectingSink sink;
  ASSERT_TRUE(import(sink).ok());
  ASSERT_EQ(sink.items.size(), 2U);
  EXPECT_EQ(sink.items[0].dn, "CN=b,DC=x");
  EXPECT_TRUE(sink.items[1].is_container);
  EXPECT_EQ(sink.filtered, 3U);
}

TEST_F(LdifConnectorTest, AnErrorEndsTheImportWithFileAndLine) {
  write("a.ldif", user("CN=a,DC=x", "a") + "dn: CN=b\nbroken\n");
  CollectingSink sink;
  const auto outcome = import(sink);
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message(), HasSubstr("a.ldif:8"));
}

TEST_F(LdifConnectorTest, AnEmptyFolderIsAnErrorAndNoMassDeletion) {
  CollectingSink sink;
  EXPECT_THAT(import(sink).error().message(), HasSubstr("nothing is taken for deleted"));
  settings_.folder = folder_ + "/absent";
  connector_.reset();
  EXPECT_THAT(import(sink).error().message(), HasSubstr("absent"));
}

TEST_F(LdifConnectorTest, AnEntryWithoutAnchorIsAnErrorItemWithItsLine) {
  write("a.ldif", "dn: CN=a,DC=x\nobjectClass: user\n");
  CollectingSink sink;
  ASSERT_TRUE(import(sink).ok());
  ASSERT_EQ(sink.items.size(), 1U);
  EXPECT_EQ(sink.items[0].error_type, "missing-anchor-component");
  EXPECT_THAT(sink.items[0].error_message, HasSubstr("a.ldif:1:"));
}

TEST_F(LdifConnectorTest, TellsTheDomainFromTheFirstEntry) {
  write("a.ldif", user("CN=a,OU=O,DC=corp,DC=example,DC=com", "a"));
  connector_ = LdifConnector::open(settings_, attributes_, types_).value();
  const auto parameters = connector_->parameters().value();
  EXPECT_THAT(parameters, ::testing::Contains(::testing::Pair("Domain.FQDN", "corp.example.com")));
  EXPECT_THAT(parameters, ::testing::Contains(::testing::Pair("Forest.Netbios", "CORP")));
  EXPECT_THAT(parameters,
              ::testing::Contains(::testing::Pair("Domain.LDAP", "DC=corp,DC=example,DC=com")));
}

TEST_F(LdifConnectorTest, TestConnectionFindsTheBrokenFile) {
  write("a.ldif", user("CN=a,DC=x", "a"));
  write("b.ldif", "nonsense\n");
  connector_ = LdifConnector::open(settings_, attributes_, types_).value();
  const auto findings = connector_->testConnection();
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_TRUE(findings[0].isOk());
  EXPECT_EQ(findings[0].detail, "2 files in " + settings_.folder + ", 1 entries");
  EXPECT_EQ(findings[1].verdict, TestVerdict::kRefused);
  EXPECT_TRUE(findings[1].check.ends_with("b.ldif"));
}

}  // namespace
}  // namespace tandem::connectors::ldif
