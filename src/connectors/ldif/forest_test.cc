// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldif/forest.h"

#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/ldif/ldif_connector.h"
#include "connectors/ldif/ldif_parser.h"
#include "directory/dn.h"
#include "testing/collecting_sink.h"

namespace tandem::connectors::ldif {
namespace {

using tandem::testing::CollectingSink;

std::string textOf(const ForestPlan& plan) {
  std::ostringstream out;
  Forest(plan).writeTo(out);
  return out.str();
}

TEST(Forest, IsTheSameForTheSameSeed) {
  ForestPlan plan;
  plan.people = 60;
  const std::string text = textOf(plan);
  EXPECT_EQ(text, textOf(plan));
  plan.seed = 2;
  EXPECT_NE(text, textOf(plan));
}

TEST(Forest, NamesAddressesAndAccountsAreUnique) {
  ForestPlan plan;
  plan.people = 20000;
  const Forest forest(plan);
  std::set<std::string> names;
  std::set<std::string> mails;
  std::set<std::string> accounts;
  for (std::uint64_t i = 0; i < plan.people; ++i) {
    const Person person = forest.person(i);
    EXPECT_TRUE(names.insert(directory::dnKey(person.dn)).second) << person.dn;
    EXPECT_TRUE(mails.insert(person.mail).second) << person.mail;
    EXPECT_TRUE(accounts.insert(person.account).second) << person.account;
    EXPECT_LE(person.account.size(), 20U);
    EXPECT_LE(person.common_name.size(), 64U) << person.common_name;
  }
}

TEST(Forest, EveryReferenceIsThereAndManagersComeFirst) {
  for (const ForestFlavour flavour : {ForestFlavour::kActiveDirectory, ForestFlavour::kOpenLdap}) {
    ForestPlan plan;
    plan.people = 700;
    plan.flavour = flavour;
    std::istringstream in(textOf(plan));
    LdifParser parser(in, "forest");
    LdifRecord record;
    std::set<std::string> seen;
    for (;;) {
      const Result<bool> more = parser.next(record);
      ASSERT_TRUE(more.ok()) << more.error().message();
      if (!more.value()) break;
      const auto dn = directory::Dn::parse(record.dn());
      ASSERT_TRUE(dn.ok()) << record.dn();
      EXPECT_TRUE(seen.empty() || seen.contains(dn.value().parent().key())) << record.dn();
      for (std::size_t i = 0; i < record.size(); ++i) {
        const LdifRecord::Line line = record.at(i);
        if (line.name != "manager" && line.name != "member") continue;
        EXPECT_TRUE(seen.contains(directory::dnKey(line.value))) << line.value;
      }
      EXPECT_TRUE(seen.insert(dn.value().key()).second) << record.dn();
    }
  }
}

class ForestFolderTest : public ::testing::Test {
 protected:
  ForestFolderTest() {
    std::string pattern = ::testing::TempDir() + "forest_XXXXXX";
    folder_ = mkdtemp(pattern.data());
    plan_.people = 1000;
  }
  ~ForestFolderTest() override { std::filesystem::remove_all(folder_); }

  std::size_t importInto(CollectingSink& sink) {
    directory::AttributeTable attributes;
    directory::NameTable types;
    LdifSettings settings;
    settings.folder = folder_;
    auto connector = LdifConnector::open(settings, attributes, types).value();
    ImportRequest request;
    for (const char* name : {"cn", "title", "member", "manager", "userAccountControl"})
      request.attributes.push_back(attributes.intern(name));
    const auto outcome = connector->import(request, sink);
    EXPECT_TRUE(outcome.ok()) << outcome.error().message();
    std::size_t errors = 0;
    for (const ImportItem& item : sink.items)
      errors += item.error_type.empty() ? 0U : 1U;
    return errors;
  }

  ForestPlan plan_;
  std::string folder_;
};

TEST_F(ForestFolderTest, IsReadWholeByTheConnector) {
  const ForestCounts counts = Forest(plan_).writeFolder(folder_).value();
  EXPECT_EQ(counts.people, 1000U);
  EXPECT_GE(counts.disabled, 60U);
  EXPECT_LE(counts.disabled, 140U);
  CollectingSink sink;
  EXPECT_EQ(importInto(sink), 0U);
  EXPECT_EQ(sink.items.size(),
            counts.people + counts.groups + counts.contacts + counts.containers + counts.unsynced);
  const ImportItem* staff = sink.find(Forest(plan_).largeGroupDn());
  ASSERT_NE(staff, nullptr);
  EXPECT_EQ(staff->references.size(), 1000U);
}

TEST_F(ForestFolderTest, CanBeChangedEntryByEntry) {
  const Forest forest(plan_);
  ASSERT_TRUE(forest.writeFolder(folder_).ok());
  const Person joiner = forest.person(plan_.people);
  ASSERT_TRUE(addLdifEntry(folder_, forest.fileOf(joiner), forest.personLdif(joiner)).ok());
  ASSERT_TRUE(setLdifAttribute(folder_, forest.person(5).dn, "title", {"Doctor"}).ok());
  ASSERT_TRUE(removeLdifEntry(folder_, forest.person(999).dn).ok());
  EXPECT_EQ(removeLdifEntry(folder_, "CN=nobody").error().code(), ErrorCode::kNotFound);
  CollectingSink sink;
  EXPECT_EQ(importInto(sink), 0U);
  EXPECT_NE(sink.find(joiner.dn), nullptr);
  EXPECT_FALSE(joiner.disabled);
  EXPECT_EQ(sink.find(forest.person(999).dn), nullptr);
  EXPECT_NE(sink.find(forest.person(5).dn)->image.find("Doctor"), std::string::npos);
}

}  // namespace
}  // namespace tandem::connectors::ldif
