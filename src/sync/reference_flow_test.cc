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

}  // namespace
}  // namespace tandem::sync
