// SPDX-License-Identifier: Apache-2.0
//
// Two stores with the same content and other internal numbers have the same hashes, and every
// single change gives another one.
#include "compare/pair_for_test.h"

namespace tandem::compare {
namespace {

using Digest = PairForTest;

TEST_F(Digest, EqualStoresAreEqualWhateverTheirNumbers) {
  fillBoth();
  const auto here = here_->engine.store->space().findByAnchor(here_->engine.corp, "anchor-anna");
  const auto there = there_->engine.store->space().findByAnchor(there_->engine.corp, "anchor-anna");
  ASSERT_TRUE(here && there);
  ASSERT_NE(here->raw(), there->raw());
  const Comparison comparison = compare();
  for (const DifferenceGroup& group : comparison.groups) {
    for (const FieldDifference& field : group.cause.fields)
      ADD_FAILURE() << group.cause.name << " " << field.name;
  }
  EXPECT_EQ(comparison.differing, 0U);
  EXPECT_GT(comparison.objects(), 14U);  // 5 imported, 5 joined, 5 to be added
  EXPECT_LT(comparison.bytes, 1000U);
}

TEST_F(Digest, ServersThatHaveNeverRunAreEqual) {
  here_->policy.connectors.clear();
  there_->policy.connectors.clear();
  const Comparison comparison = compare();
  EXPECT_EQ(comparison.differing, 0U);
  EXPECT_EQ(comparison.spaces.size(), 2U);  // settings and metaverse
}

TEST_F(Digest, EqualAfterExportAndConfirmation) {
  fillBoth();
  for (ServerForTest* server : {here_.get(), there_.get()}) {
    server->engine.exportAll();
    server->engine.confirmAll();
    server->engine.synchronize(server->engine.cloud);
  }
  // The tenant numbers objects in the order of their creation, so these are two tenants: what was
  // imported from them differs, what is pending does not.
  const Comparison comparison = compare();
  EXPECT_EQ(differing(comparison, SpaceKind::kConnectorSpace, "corp"), 0U);
  EXPECT_GT(differing(comparison, SpaceKind::kConnectorSpace, "cloud"), 0U);
}

TEST_F(Digest, OneValue) {
  fillBoth();
  change(*here_, person(here_->engine, "ben", "Chief"));
  const Comparison comparison = compare();
  EXPECT_EQ(differing(comparison, SpaceKind::kConnectorSpace, "corp"), 1U);
  EXPECT_EQ(differing(comparison, SpaceKind::kMetaverse), 1U);
  EXPECT_EQ(differing(comparison, SpaceKind::kPendingExports, "cloud"), 1U);
  ASSERT_EQ(comparison.groups.size(), 1U);
  const FieldDifference* const title = fieldOf(comparison.groups[0].cause, "title");
  ASSERT_NE(title, nullptr);
  EXPECT_EQ(title->here->values[0].bytes, "Chief");
  EXPECT_EQ(title->there->values[0].bytes, "Engineer");
  EXPECT_EQ(comparison.groups[0].cause.fields.size(), 1U);
  EXPECT_EQ(comparison.groups[0].followers.size(), 2U);
}

TEST_F(Digest, OneValueLess) {
  fillBoth();
  change(*here_, here_->engine.partial("ben", {{"title", ""}}));
  EXPECT_EQ(differing(compare(), SpaceKind::kConnectorSpace, "corp"), 1U);
}

TEST_F(Digest, ADn) {
  fillBoth();
  change(*here_, here_->engine.partial("ben", {{"dn", "CN=ben,OU=moved,DC=corp"}}));
  const Comparison comparison = compare();
  EXPECT_EQ(comparison.differing, 1U);
  ASSERT_NE(fieldOf(comparison.groups[0].cause, "(DN)"), nullptr);
}

TEST_F(Digest, AType) {
  fillBoth();
  connectors::ImportItem item = person(here_->engine, "dora");
  item.type = directory::ObjectTypeId(here_->engine.store->names().objectTypes().intern("robot"));
  change(*here_, std::move(item));
  EXPECT_EQ(differing(compare(), SpaceKind::kConnectorSpace, "corp"), 1U);
}

TEST_F(Digest, AReference) {
  fillBoth();
  change(*here_, here_->engine.group("staff", {"anna", "ben", "dora"}));
  const Comparison comparison = compare();
  EXPECT_EQ(differing(comparison, SpaceKind::kConnectorSpace, "corp"), 1U);
  EXPECT_EQ(differing(comparison, SpaceKind::kPendingExports, "cloud"), 1U);
  ASSERT_EQ(comparison.groups.size(), 1U);
  const FieldDifference* const member = fieldOf(comparison.groups[0].cause, "member");
  ASSERT_NE(member, nullptr);
  const auto here = valuesOnlyIn(member->here, member->there);
  const auto there = valuesOnlyIn(member->there, member->here);
  ASSERT_EQ(here.size(), 1U);
  EXPECT_EQ(here[0].bytes, "CN=dora,OU=people,DC=corp");
  ASSERT_EQ(there.size(), 1U);
  EXPECT_EQ(there[0].bytes, "CN=carla,OU=people,DC=corp");
}

TEST_F(Digest, AnObjectMore) {
  fillBoth();
  change(*here_, person(here_->engine, "emil"));
  const Comparison comparison = compare();
  EXPECT_EQ(comparison.differing, 3U);
  ASSERT_EQ(comparison.groups.size(), 1U);
  EXPECT_EQ(comparison.groups[0].cause.presence, Presence::kHereOnly);
  EXPECT_EQ(comparison.groups[0].followers.size(), 2U);
}

TEST_F(Digest, AnObjectLess) {
  fillBoth();
  change(*here_, sync::EngineForTest::deletion("dora"));
  const Comparison comparison = compare();
  EXPECT_EQ(comparison.differing, 3U);
  ASSERT_EQ(comparison.groups.size(), 1U);
  EXPECT_EQ(comparison.groups[0].cause.presence, Presence::kThereOnly);
}

TEST_F(Digest, TheRuleThatSuppliedAValue) {
  fillBoth();
  store::Store& store = *there_->engine.store;
  store::Transaction transaction = std::move(store::Transaction::begin(store.database())).value();
  store.names().rule("In user", "In user, renamed");  // the same id, another name
  ASSERT_TRUE(transaction.commit().ok());
  const Comparison comparison = compare();
  EXPECT_EQ(differing(comparison, SpaceKind::kMetaverse), 4U);
  EXPECT_EQ(differing(comparison, SpaceKind::kConnectorSpace, "corp"), 0U);
  const FieldDifference* const title = fieldOf(comparison.groups[0].cause, "title");
  ASSERT_NE(title, nullptr);
  EXPECT_EQ(title->here->rule, "In user");
  EXPECT_EQ(title->there->rule, "In user, renamed");
}

TEST_F(Digest, PendingOperations) {
  fillBoth();
  here_->engine.exportAll();
  here_->engine.confirmAll();
  here_->engine.synchronize(here_->engine.cloud);
  EXPECT_EQ(differing(compare(), SpaceKind::kPendingExports, "cloud"), 5U);  // adds, only there
  change(*here_, person(here_->engine, "ben", "Chief"));
  change(*here_, sync::EngineForTest::deletion("dora"));
  const Comparison comparison = compare();
  std::vector<std::string> operations;
  for (const DifferenceGroup& group : comparison.groups) {
    for (const ObjectDifference& one : group.followers) {
      if (one.kind != SpaceKind::kPendingExports || one.presence != Presence::kHereOnly) continue;
      operations.push_back(fieldOf(one, "(operation)")->here->values[0].bytes);
    }
  }
  std::sort(operations.begin(), operations.end());
  EXPECT_EQ(operations, (std::vector<std::string>{"Delete", "Update"}));
}

TEST_F(Digest, RulesAndSettings) {
  rules::SyncRule rule;
  rule.id = "a";
  rule.name = "In from corp - Titles";
  rule.connector = "corp";
  rule.precedence = 50;
  rule.mappings.push_back({"title", rules::FlowType::kExpression, "Trim([title])", {}, false, {}});
  here_->policy.rules = {rule};
  rule.id = "b";
  rule.description = "the same, says somebody";
  there_->policy.rules = {rule};
  there_->policy.connectors[0].id = "33333333-3333-3333-3333-333333333333";
  EXPECT_EQ(compare().differing, 0U) << "ids and descriptions mean nothing";
  there_->policy.rules[0].precedence = 51;
  there_->policy.rules[0].disabled = true;
  there_->policy.rules[0].scope = {{{"title", "ISNOTNULL", ""}}};
  there_->policy.rules[0].join = {{{"mail", "mail", false}}};
  there_->policy.rules[0].mappings[0].source = "[title]";
  there_->policy.thresholds.deletions.count = 7;
  const Comparison comparison = compare();
  ASSERT_EQ(comparison.groups.size(), 2U);
  for (const DifferenceGroup& group : comparison.groups) {
    std::vector<std::string> names;
    for (const FieldDifference& field : group.cause.fields)
      names.push_back(field.name);
    if (group.cause.type == "rule") {
      EXPECT_EQ(
          names,
          (std::vector<std::string>{"disabled", "flow of title", "join", "precedence", "scope"}));
    } else {
      EXPECT_EQ(names, std::vector<std::string>{"deletions.count"});
    }
  }
  there_->policy.rules.clear();
  EXPECT_EQ(compare().groups.size(), 2U);
}

}  // namespace
}  // namespace tandem::compare
