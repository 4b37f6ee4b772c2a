// SPDX-License-Identifier: Apache-2.0
#include "rules/flow_trace.h"

#include <gmock/gmock.h>

#include "rules/rules_for_test.h"

namespace tandem::rules {
namespace {

using directory::ValueType;
using testing::ElementsAre;

class FlowTraces : public testing::Test {
 protected:
  FlowTraces() {
    for (directory::Schema* schema : {&world.source_schema, &world.metaverse_schema}) {
      world.define(*schema, "cn", ValueType::kString);
      world.define(*schema, "title", ValueType::kString);
      world.define(*schema, "addresses", ValueType::kString, /*multi=*/true);
      world.define(*schema, "manager", ValueType::kReference);
    }
  }
  SourceObject user(const Attributes& values) {
    return world.object("user", world.source_schema, values, "CN=Ann,DC=corp");
  }
  // "fate rule: inputs -> given", one a mapping.
  std::vector<std::string> traced(const std::vector<SourceObject>& objects) {
    EXPECT_NE(world.compile(), nullptr) << world.problemText();
    const std::string without = world.flowIn(objects);
    trace.clear();
    world.evaluation->trace = &trace;
    EXPECT_EQ(world.flowIn(objects), without);  // looking changes nothing
    world.evaluation->trace = nullptr;
    std::vector<std::string> lines;
    for (const TracedMapping& one : trace) {
      static constexpr const char* kFates[] = {
          "won", "contributed", "null", "ignored", "cleared", "failed", "outranked"};
      lines.push_back(std::string(kFates[static_cast<int>(one.fate)]) + " " +
                      std::to_string(one.rule.raw()) + ": " + show(one.inputs) + " -> " +
                      show(one.given));
    }
    return lines;
  }
  std::string show(std::string_view record) const {
    std::string text;
    directory::RecordReader reader(record);
    while (const auto attribute = reader.next()) {
      text += world.attributes.name(attribute->id) + "=";
      for (const std::string_view value : attribute->values)
        text += std::string(value) + ",";
    }
    return text;
  }

  WorldForTest world;
  FlowTrace trace;
};

TEST_F(FlowTraces, TheLoserSaysWhatItWouldHaveGiven) {
  world.addInbound("first", 50).mappings = {expression("title", "Trim([cn])")};
  world.addInbound("second", 100).mappings = {direct("title", "title")};
  EXPECT_THAT(traced({user({{"cn", {"Boss"}}, {"title", {"Clerk"}}})}),
              ElementsAre("won 50: cn=Boss, -> title=Boss,",
                          "outranked 100: title=Clerk, -> title=Clerk,"));
  EXPECT_EQ(trace[0].written, "Trim([cn])");
}

TEST_F(FlowTraces, NullIsNoOpinionAndAuthoritativeNullIsTheLastWord) {
  world.addInbound("first", 50).mappings = {direct("title", "title")};
  world.addInbound("second", 60).mappings = {expression("title", "AuthoritativeNull")};
  world.addInbound("third", 70).mappings = {constant("title", "x")};
  EXPECT_THAT(traced({user({{"cn", {"a"}}})}),
              ElementsAre("null 50:  -> ", "cleared 60:  -> ", "outranked 70:  -> title=x,"));
}

TEST_F(FlowTraces, EachContributionToAMergeIsItsOwn) {
  auto& first = world.addInbound("first", 50);
  first.mappings = {direct("addresses", "addresses")};
  first.mappings[0].merge = MergeType::kMerge;
  auto& second = world.addInbound("second", 60);
  second.mappings = {direct("addresses", "cn")};
  second.mappings[0].merge = MergeType::kMerge;
  EXPECT_THAT(traced({user({{"cn", {"c"}}, {"addresses", {"a"}}})}),
              ElementsAre("contributed 50: addresses=a, -> addresses=a,",
                          "contributed 60: cn=c, -> addresses=c,"));
}

TEST_F(FlowTraces, WhatALoserFailsAtIsNoError) {
  world.addInbound("first", 50).mappings = {constant("title", "x")};
  world.addInbound("second", 60).mappings = {expression("title", "Error(\"no\")")};
  EXPECT_THAT(traced({user({{"cn", {"c"}}})}),
              ElementsAre("won 50:  -> title=x,", "outranked 60:  -> "));
}

TEST_F(FlowTraces, ReferencesOfALoserAreNotTaken) {
  world.addInbound("first", 50).mappings = {direct("manager", "manager")};
  world.addInbound("second", 60).mappings = {direct("manager", "manager")};
  traced({user({{"cn", {"c"}}, {"manager", {"CN=Boss,DC=corp"}}})});
  ASSERT_EQ(trace.size(), 2U);
  EXPECT_EQ(trace[0].references, 1U);
}

}  // namespace
}  // namespace tandem::rules
