// SPDX-License-Identifier: Apache-2.0
//
// Pairs of input and result that are known of Entra Connect, each through a rule as an
// administrator writes it. Those of functions alone are in expression/function_examples.cc, too;
// of containers in connectors/entry, of the deletion threshold in run, of AnchorValue in csexport.
#include <gmock/gmock.h>

#include "rules/rules_for_test.h"

namespace tandem::rules {
namespace {

using directory::ValueType;

class KnownVectors : public testing::Test {
 protected:
  KnownVectors() {
    for (directory::Schema* schema : {&world.source_schema, &world.metaverse_schema}) {
      world.define(*schema, "text", ValueType::kString);
      world.define(*schema, "truth", ValueType::kBoolean);
      world.define(*schema, "number", ValueType::kInteger);
      world.define(*schema, "groupType", ValueType::kInteger);
      world.define(*schema, "userAccountControl", ValueType::kInteger);
      world.define(*schema, "isCriticalSystemObject", ValueType::kBoolean);
      world.define(*schema, "objectGUID", ValueType::kBinary);
      world.define(*schema, "proxyAddresses", ValueType::kString, /*multi=*/true);
    }
  }

  // What an expression makes of an object, as the rule's target has it; empty: nothing.
  std::string flowed(const char* target, const char* text, const Attributes& values = {}) {
    world.rules.clear();
    world.addInbound("one", 50).mappings = {expression(target, text)};
    EXPECT_NE(world.compile(), nullptr) << world.problemText();
    const std::string shown = world.flowIn({world.object("user", world.source_schema, values)});
    const std::string start = std::string(target) + "=";
    return shown.starts_with(start) ? shown.substr(start.size()) : shown;
  }
  bool isInScope(const ScopeGroup& group, const Attributes& values) {
    world.rules.clear();
    world.addInbound("one", 50).scope = {group};
    EXPECT_NE(world.compile(), nullptr) << world.problemText();
    return !world.inScope(Direction::kInbound, world.object("user", world.source_schema, values))
                .empty();
  }
  // Two flows to one attribute, by precedence; it holds "x" before.
  std::string twoFlows(const char* first, const char* second) {
    world.rules.clear();
    world.addInbound("first", 50).mappings = {expression("text", first)};
    if (second != nullptr) world.addInbound("second", 100).mappings = {expression("text", second)};
    EXPECT_NE(world.compile(), nullptr) << world.problemText();
    return world.flowIn({world.object("user", world.source_schema, {})},
                        world.record(world.metaverse_schema, {{"text", {"x"}}}));
  }

  WorldForTest world;
};

TEST_F(KnownVectors, Conversions) {
  EXPECT_EQ(flowed("text", R"(ConvertToUTF8Hex("Hello world!"))"), "48656C6C6F20776F726C6421");
  EXPECT_EQ(flowed("text", R"(ConvertToBase64("Hello world!"))"),
            "SABlAGwAbABvACAAdwBvAHIAbABkACEA");
  const Attributes guid = {{"objectGUID", {"33221100554477668899aabbccddeeff"}}};
  EXPECT_EQ(flowed("text", "ConvertToBase64([objectGUID])", guid), "MyIRAFVEd2aImaq7zN3u/w==");
  EXPECT_EQ(
      flowed("text", R"("CN={" & ConvertToUTF8Hex(ConvertToBase64([objectGUID])) & "}")", guid),
      "CN={4D79495241465645643261496D6171377A4E33752F773D3D}");
  EXPECT_EQ(
      flowed("text", R"(FormatDateTime(DateFromNum(129699324000000000),"yyyy-MM-dd HH:mm:ss"))"),
      "2012-01-01 23:00:00");
  EXPECT_EQ(
      flowed("text", R"(FormatDateTime(CDate("2013-01-10 4:00 PM -8"),"yyyy-MM-dd HH:mm:ss"))"),
      "2013-01-11 00:00:00");
}

TEST_F(KnownVectors, GroupTypes) {
  const char* const is_security = "CBool(BitAnd([groupType],-2147483648))";
  EXPECT_EQ(flowed("truth", is_security, {{"groupType", {"-2147483646"}}}), "True");
  EXPECT_EQ(flowed("truth", is_security, {{"groupType", {"2"}}}), "False");
}

TEST_F(KnownVectors, Texts) {
  EXPECT_EQ(flowed("text", R"(Word("User_1234",1,"_"))"), "User");
  EXPECT_EQ(flowed("number", R"(InStrRev("abbcdbbbef","bb"))"), "7");
  EXPECT_EQ(flowed("text", R"("<" & Left("abc",0) & ">")"), "<>");
  EXPECT_EQ(flowed("text", R"(Left("abc",-1))"), "abc");
  EXPECT_EQ(flowed("text", R"("<" & Left(NULL,2) & ">")"), "<>");
  EXPECT_EQ(flowed("text", R"(Mid("John Doe",3,5))"), "hn Do");
  EXPECT_EQ(flowed("text", R"(Mid("abc",9,1))"), "abc");
  EXPECT_EQ(flowed("text", R"(Mid("abc",0,1))"), "abc");
  // A source's values have no order of their own, so the position is that of the sorted ones.
  EXPECT_EQ(flowed("text",
                   R"(Item([proxyAddresses],Contains([proxyAddresses],"SMTP:")))",
                   {{"proxyAddresses", {"smtp:a@x", "SMTP:b@x"}}}),
            "SMTP:b@x");
  EXPECT_EQ(flowed("number", R"(Contains(Split("smtp:a@x,SMTP:b@x",","),"SMTP:"))"), "2");
}

TEST_F(KnownVectors, Scopes) {
  const ScopeGroup critical = {{"isCriticalSystemObject", "NOTEQUAL", "True"}};
  EXPECT_TRUE(isInScope(critical, {}));
  EXPECT_FALSE(isInScope(critical, {{"isCriticalSystemObject", {"True"}}}));
  const ScopeGroup enabled = {{"userAccountControl", "ISBITNOTSET", "2"}};
  EXPECT_TRUE(isInScope(enabled, {{"userAccountControl", {"512"}}}));
  EXPECT_FALSE(isInScope(enabled, {{"userAccountControl", {"514"}}}));
}

TEST_F(KnownVectors, Precedence) {
  EXPECT_EQ(twoFlows("NULL", "\"a\""), "text=a");
  EXPECT_EQ(twoFlows("AuthoritativeNull", "\"a\""), "");
  EXPECT_EQ(twoFlows("IgnoreThisFlow", "\"a\""), "text=a");
  EXPECT_EQ(twoFlows("IgnoreThisFlow", nullptr), "text=x");
}

TEST_F(KnownVectors, MergeCaseInsensitive) {
  for (const int precedence : {50, 100}) {
    SyncRule& rule = world.addInbound(precedence == 50 ? "first" : "second", precedence);
    rule.mappings = {expression(
        "proxyAddresses",
        precedence == 50 ? R"(Split("SMTP:A@x",","))" : R"(Split("smtp:a@X,x500:/o=1",","))")};
    rule.mappings[0].merge = MergeType::kMergeCaseInsensitive;
  }
  ASSERT_NE(world.compile(), nullptr) << world.problemText();
  EXPECT_EQ(world.flowIn({world.object("user", world.source_schema, {})}),
            "proxyAddresses=SMTP:A@x,x500:/o=1");
}

}  // namespace
}  // namespace tandem::rules
