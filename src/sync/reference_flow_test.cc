// SPDX-License-Identifier: Apache-2.0
//
// References that do not simply flow from one attribute to another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/engine_for_test.h"
#include "sync/lineage.h"

namespace tandem::sync {
namespace {

using rules::AttributeMapping;
using rules::FlowType;
using rules::SyncRule;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

AttributeMapping& mappingOf(std::vector<SyncRule>& rules,
                            std::string_view rule,
                            std::string_view target) {
  for (SyncRule& one : rules) {
    for (AttributeMapping& mapping : one.mappings) {
      if (one.name == rule && mapping.target == target) return mapping;
    }
  }
  ADD_FAILURE() << "no " << rule << ", " << target;
  return rules.front().mappings.front();
}

// What flows once, or says IgnoreThisFlow, leaves the references that are there.
class KeptReferenceTest : public testing::TestWithParam<std::pair<const char*, bool>> {
 protected:
  // The rule of that name takes the manager once, when the object is made.
  EngineForTest world{":memory:", [](std::vector<SyncRule>& rules) {
                        mappingOf(rules, GetParam().first, "manager").execute_once = true;
                      }};
  void synchronize() {
    if (GetParam().second) {
      world.synchronizeAll(world.corp);
    } else {
      world.synchronize(world.corp);
    }
  }
};

TEST_P(KeptReferenceTest, ALaterSynchronizationKeepsWhatFlowedOnce) {
  world.importFull({world.user("anna"), world.user("bert", {{"manager", "anna"}})});
  synchronize();
  EXPECT_THAT(world.exportAll(),
              UnorderedElementsAre("add anna", "add bert", "manager bert + anna"));
  world.synchronizeAll(world.corp);
  EXPECT_THAT(world.cycle({}), IsEmpty());
  EXPECT_THAT(world.cycle({world.user("bert", {{"manager", "anna"}, {"title", "Boss"}})}),
              ElementsAre("update bert"));
  world.counters.clear();
  world.synchronizeAll(world.corp);
  world.synchronizeAll(world.cloud);
  EXPECT_EQ(world.counter("connector-flow"), 0);
  EXPECT_THAT(world.exportAll(), IsEmpty());
  EXPECT_TRUE(world.problems.empty());
}

INSTANTIATE_TEST_SUITE_P(All,
                         KeptReferenceTest,
                         testing::Values(std::pair("In user", false),
                                         std::pair("In user", true),
                                         std::pair("Out user", false),
                                         std::pair("Out user", true)));

// The manager is who has the DN that stands in the title: CRef(). true: by full synchronizations.
class ComputedReferenceTest : public testing::TestWithParam<bool> {
 protected:
  EngineForTest world{":memory:", [](std::vector<SyncRule>& rules) {
                        AttributeMapping& manager = mappingOf(rules, "In user", "manager");
                        manager.flow = FlowType::kExpression;
                        manager.source = "CRef([displayName])";
                      }};
  static std::string dn(const std::string& name) { return "CN=" + name + ",OU=people,DC=corp"; }
  connectors::ImportItem report(const std::string& name, const std::string& manager) {
    return world.user(name, {{"displayName", dn(manager)}});
  }
  void synchronize() {
    if (GetParam()) {
      world.synchronizeAll(world.corp);
    } else {
      world.synchronize(world.corp);
    }
  }
  // Imports, synchronizes until nothing is left to do, and says what went out.
  std::vector<std::string> after(std::vector<connectors::ImportItem> items) {
    world.importDelta(std::move(items));
    synchronize();
    world.synchronize(world.corp);  // who was woken
    std::vector<std::string> sent = world.exportAll();
    world.confirmAll();
    world.synchronize(world.cloud);
    EXPECT_TRUE(world.problems.empty()) << world.problems.front().message;
    return sent;
  }
  void start() {
    world.importFull({world.user("anna"), report("bert", "anna")});
    EXPECT_THAT(after({}), UnorderedElementsAre("add anna", "add bert", "manager bert + anna"));
    EXPECT_THAT(after({}), IsEmpty());
  }
};

TEST_P(ComputedReferenceTest, FlowsAsAReferenceAndStandsInLineage) {
  start();
  const auto bert = world.store->space().findByDn(world.corp, dn("bert"));
  const auto mv = world.store->metaverse().find(world.store->metaverse().linkOf(*bert)->mv);
  const std::vector<rules::ReferenceFlow> flows = referenceFlows(mv->lineage);
  ASSERT_EQ(flows.size(), 1U);
  EXPECT_EQ(flows[0].source, *bert);
  EXPECT_EQ(world.store->names().attributes().name(flows[0].source_attribute),
            "manager (computed)");
  EXPECT_EQ(world.rules->findRule(flows[0].rule)->name, "In user");
}

TEST_P(ComputedReferenceTest, AnotherTextIsAnotherReference) {
  start();
  EXPECT_THAT(after({world.user("carl"), report("bert", "carl")}),
              UnorderedElementsAre(
                  "add carl", "update bert", "manager bert - anna", "manager bert + carl"));
  EXPECT_THAT(after({world.user("bert")}),
              UnorderedElementsAre("update bert", "manager bert - carl"));
  EXPECT_THAT(after({}), IsEmpty());
}

TEST_P(ComputedReferenceTest, ATargetThatComesLaterIsReferredToThen) {
  start();
  EXPECT_THAT(after({report("dora", "emil")}), ElementsAre("add dora"));
  EXPECT_THAT(after({world.user("emil")}), UnorderedElementsAre("add emil", "manager dora + emil"));
  EXPECT_THAT(after({}), IsEmpty());
}

TEST_P(ComputedReferenceTest, ATargetThatGoesAndComesBackIsReferredToAgain) {
  start();
  EXPECT_THAT(after({EngineForTest::deletion("anna")}), testing::Contains("delete anna"));
  EXPECT_THAT(after({world.user("anna")}), UnorderedElementsAre("add anna", "manager bert + anna"));
  EXPECT_THAT(after({}), IsEmpty());
}

TEST_P(ComputedReferenceTest, WhoeverHasTheNameIsMeant) {
  start();
  EXPECT_THAT(after({world.partial("anna", {{"dn", dn("anne")}})}),
              ElementsAre("manager bert - anna"));
  EXPECT_THAT(after({world.user("carl", {{"dn", dn("anna")}})}),
              UnorderedElementsAre("add carl", "manager bert + carl"));
  EXPECT_THAT(after({}), IsEmpty());
}

TEST_P(ComputedReferenceTest, AFullImportLeavesItAlone) {
  start();
  world.importFull({world.user("anna", {{"title", "Boss"}}), report("bert", "anna")});
  EXPECT_THAT(after({}), ElementsAre("update anna"));
  connectors::ImportItem bert = report("bert", "anna");
  bert.references.push_back(world.memberChange("anna", connectors::ReferenceChange::kAdd));
  world.importFull({world.user("anna", {{"title", "Boss"}}), bert});
  EXPECT_THAT(after({}), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, ComputedReferenceTest, testing::Bool());

}  // namespace
}  // namespace tandem::sync
