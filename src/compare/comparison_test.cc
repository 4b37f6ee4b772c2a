// SPDX-License-Identifier: Apache-2.0
#include "compare/comparison.h"

#include "compare/pair_for_test.h"
#include "directory/delta.h"

namespace tandem::compare {
namespace {

using Comparing = PairForTest;

TEST_F(Comparing, SaysWhenADifferenceMayBeTransient) {
  fillBoth();
  change(*here_, person(here_->engine, "ben", "Chief"));
  here_->imported(here_->engine.corp, 1'000'000);
  there_->imported(there_->engine.corp, 1'000'003);
  Comparison comparison = compare();
  ASSERT_EQ(comparison.groups.size(), 1U);
  EXPECT_FALSE(comparison.groups[0].cause.may_be_transient);
  there_->imported(there_->engine.corp, 1'000'060);
  comparison = compare();
  EXPECT_TRUE(comparison.groups[0].cause.may_be_transient);
  EXPECT_TRUE(comparison.groups[0].followers[0].may_be_transient);
  ASSERT_EQ(comparison.imports.size(), 2U);
  EXPECT_EQ(comparison.imports[0].connector, "corp");
  EXPECT_EQ(comparison.imports[0].here, 1'000'000);
  EXPECT_EQ(comparison.imports[0].there, 1'000'060);
}

TEST_F(Comparing, ADifferenceOfAnotherOriginStandsAlone) {
  fillBoth();
  change(*here_, person(here_->engine, "ben", "Chief"));
  // Only there: a pending export that follows from nothing that was imported.
  store::Store& store = *there_->engine.store;
  store::Transaction transaction = std::move(store::Transaction::begin(store.database())).value();
  const auto anna = store.space().findByAnchor(there_->engine.corp, "anchor-anna");
  const auto link = store.metaverse().linkOf(*anna);
  for (const store::Link& target : store.metaverse().linksOf(link->mv)) {
    if (target.connector == there_->engine.cloud) store.exports().removePending(target.object);
  }
  ASSERT_TRUE(transaction.commit().ok());
  const Comparison comparison = compare();
  EXPECT_EQ(comparison.differing, 4U);
  ASSERT_EQ(comparison.groups.size(), 2U);
  EXPECT_EQ(comparison.groups[0].cause.kind, SpaceKind::kConnectorSpace);
  EXPECT_EQ(comparison.groups[0].followers.size(), 2U);
  EXPECT_EQ(comparison.groups[1].cause.kind, SpaceKind::kPendingExports);
  EXPECT_EQ(comparison.groups[1].cause.presence, Presence::kHereOnly);
}

TEST_F(Comparing, RefreshTellsWhatWasOnItsWay) {
  fillBoth();
  change(*here_, person(here_->engine, "ben", "Chief"));
  change(*here_, person(here_->engine, "carla", "Chief"));
  int looks = 0;
  here_->refresh = []() -> Result<void> { return {}; };
  there_->refresh = [&]() -> Result<void> {
    // The second look sees the change of ben; that of carla never comes.
    if (++looks == 2) change(*there_, person(there_->engine, "ben", "Chief"));
    return {};
  };
  const Comparison comparison = compare({.refresh = true});
  EXPECT_EQ(looks, 2);
  EXPECT_EQ(comparison.transient, 3U);
  EXPECT_EQ(comparison.differing, 3U);
  ASSERT_EQ(comparison.groups.size(), 1U);
  EXPECT_EQ(comparison.groups[0].cause.dn, "CN=carla,OU=people,DC=corp");
}

TEST_F(Comparing, WhatIsNewAtTheSecondLookIsNoDifferenceYet) {
  fillBoth();
  change(*here_, person(here_->engine, "carla", "Chief"));
  int looks = 0;
  there_->refresh = []() -> Result<void> { return {}; };
  here_->refresh = [&]() -> Result<void> {
    if (++looks == 2) change(*here_, person(here_->engine, "ben", "Chief"));
    return {};
  };
  const Comparison comparison = compare({.refresh = true});
  EXPECT_EQ(comparison.differing, 3U);
  EXPECT_EQ(comparison.transient, 0U);
}

TEST_F(Comparing, APartnerThatDoesNotRefreshSaysSo) {
  fillBoth();
  here_->refresh = []() -> Result<void> { return {}; };
  Answerer answerer(there_->access());
  Comparer comparer(here_->access(),
                    [&](std::string_view request) { return answerer.answer(request); });
  const Result<Comparison> comparison = comparer.compare({.refresh = true});
  ASSERT_FALSE(comparison.ok());
  EXPECT_NE(comparison.error().message().find("does not import on request"), std::string::npos);
}

TEST_F(Comparing, DescribesAsManyAsAskedAndCountsAll) {
  fillBoth();
  for (const char* name : {"anna", "ben", "carla", "dora"})
    change(*here_, person(here_->engine, name, "Chief"));
  const Comparison comparison = compare({.described_max = 2});
  EXPECT_EQ(comparison.differing, 12U);
  EXPECT_EQ(comparison.described, 6U);
}

TEST_F(Comparing, ManyDifferencesCrossEveryBoundOfAMessage) {
  std::vector<connectors::ImportItem> items;
  constexpr int kPeople = 6000;
  for (int i = 0; i < kPeople; ++i)
    items.push_back(here_->engine.user("p" + std::to_string(i)));
  here_->engine.importFull(std::move(items));
  const Comparison comparison = compare({.described_max = SIZE_MAX});
  EXPECT_EQ(comparison.differing, static_cast<std::uint64_t>(kPeople));
  EXPECT_EQ(comparison.groups.size(), static_cast<std::size_t>(kPeople));
}

TEST_F(Comparing, OneMemberOfVeryManyIsNamed) {
  constexpr int kMembers = 3000;
  for (ServerForTest* server : {here_.get(), there_.get()}) {
    std::vector<connectors::ImportItem> items;
    std::vector<std::string> members;
    for (int i = 0; i < kMembers; ++i) {
      members.push_back("p" + std::to_string(i));
      items.push_back(server->engine.user(members.back()));
    }
    items.push_back(server->engine.user("only here"));
    items.push_back(server->engine.user("only there"));
    members.push_back(server == here_.get() ? "only here" : "only there");
    items.push_back(server->engine.group("all", members));
    server->engine.importFull(std::move(items));
  }
  const Comparison comparison = compare();
  ASSERT_EQ(comparison.groups.size(), 1U);
  const FieldDifference* const member = fieldOf(comparison.groups[0].cause, "member");
  ASSERT_NE(member, nullptr);
  EXPECT_EQ(member->here->count, 3001U);
  ASSERT_EQ(member->here->values.size(), 1U);
  EXPECT_EQ(member->here->values[0].bytes, "CN=only here,OU=people,DC=corp");
  ASSERT_EQ(member->there->values.size(), 1U);
  EXPECT_EQ(member->there->values[0].bytes, "CN=only there,OU=people,DC=corp");
  EXPECT_LT(comparison.bytes, 150'000U);
}

// The tenant decides titles itself, and shows other ones than it was sent.
class ComparingStoredValues : public PairForTest {
 protected:
  static void letDecide(ServerForTest& server) {
    sync::EngineForTest& engine = server.engine;
    std::vector<connectors::AttributeTraits> traits;
    for (const char* name : {"cn", "displayName", "title", "sourceAnchor", "manager", "member"}) {
      connectors::AttributeTraits one;
      one.attribute = engine.store->names().attributes().intern(name);
      if (std::string_view(name) == "title")
        one.comparison = connectors::Comparison::kServiceDecides;
      traits.push_back(one);
    }
    const auto type = directory::ObjectTypeId(engine.store->names().objectTypes().intern("user"));
    engine.engine.connectors.back().traits.set(type, traits);
  }
  // What the other server has written, as this one reads it.
  void readHereWhatIsThere() {
    const auto& from = there_->engine.store->names();
    auto& to = here_->engine.store->names();
    for (auto& [anchor, object] : there_->engine.cloud_objects) {
      directory::RecordBuilder image;
      directory::RecordReader reader(object.image);
      while (const auto attribute = reader.next()) {
        const std::string& name = from.attributes().name(attribute->id);
        if (name == "title") {
          image.addString(to.attributes().intern(name), "as the tenant likes it");
        } else {
          image.addAll(to.attributes().intern(name), attribute->values);
        }
      }
      auto& mine = here_->engine.cloud_objects[anchor];
      mine = object;
      mine.type = directory::ObjectTypeId(to.objectTypes().intern(
          from.objectTypes().name(static_cast<std::uint32_t>(object.type.raw()))));
      mine.image = image.finish();
      directory::RecordBuilder theirs;
      theirs.addString(*from.attributes().find("title"), "as the tenant likes it");
      if (directory::findAttribute(object.image, *from.attributes().find("title")))
        object.image = directory::applyDelta(object.image, theirs.finish());
    }
  }
  void fillAndExportThere() {
    letDecide(*here_);
    letDecide(*there_);
    fillBoth();
    there_->engine.exportAll();
    readHereWhatIsThere();
    for (ServerForTest* server : {here_.get(), there_.get()}) {
      server->engine.confirmAll();
      server->engine.synchronizeAll(server->engine.corp);
      server->engine.synchronizeAll(server->engine.cloud);
    }
  }
  static std::int64_t pending(ServerForTest& server) {
    return server.engine.store->exports().countPending(server.engine.cloud).total();
  }
};

TEST_F(ComparingStoredValues, WhatTheOtherHasSentIsNoDifference) {
  fillAndExportThere();
  EXPECT_EQ(pending(*there_), 0);
  EXPECT_EQ(pending(*here_), 4);  // it knows of no rule that explains what the tenant shows
  const Comparison comparison = compare();
  EXPECT_EQ(comparison.differing, 0U);
  EXPECT_EQ(comparison.described, 0U);
  EXPECT_TRUE(comparison.groups.empty());
  EXPECT_EQ(differing(comparison, SpaceKind::kPendingExports, "cloud"), 0U);
  std::swap(here_, there_);
  EXPECT_EQ(compare().differing, 0U);
}

TEST_F(ComparingStoredValues, WhatItHasNotSentIsOne) {
  fillAndExportThere();
  change(*here_, person(here_->engine, "ben", "Chief"));
  const Comparison comparison = compare();
  EXPECT_EQ(comparison.differing, 3U);  // as imported, in the metaverse, to be exported
  ASSERT_EQ(comparison.groups.size(), 1U);
  EXPECT_EQ(differing(comparison, SpaceKind::kPendingExports, "cloud"), 1U);
}

TEST_F(Comparing, AConnectorThatOneSideLacksIsADifferenceOfTheSettings) {
  fillBoth();
  there_->policy.connectors.pop_back();
  const Comparison comparison = compare();
  EXPECT_EQ(differing(comparison, SpaceKind::kSettings), 1U);
  for (const SpaceResult& space : comparison.spaces) {
    if (space.connector == "cloud") {
      EXPECT_FALSE(space.is_there);
    }
  }
}

TEST(Grouping, ARuleIsTheCauseOfWhatItSupplied) {
  ObjectDifference rule;
  rule.kind = SpaceKind::kSettings;
  rule.type = "rule";
  rule.name = "In user";
  ObjectDifference person;
  person.kind = SpaceKind::kMetaverse;
  person.key = 7;
  Field field;
  field.rule = "In user; In from cloud";
  person.fields.push_back({"title", field, std::nullopt});
  ObjectDifference pending;
  pending.kind = SpaceKind::kPendingExports;
  pending.connector = "cloud";
  pending.related = {{SpaceKind::kMetaverse, "", 7}};
  ObjectDifference other;
  other.kind = SpaceKind::kMetaverse;
  other.key = 8;
  const auto groups = groupByCause({pending, person, other, rule});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].cause.name, "In user");
  EXPECT_EQ(groups[0].followers.size(), 2U);
  EXPECT_EQ(groups[1].cause.key, 8U);
}

}  // namespace
}  // namespace tandem::compare
