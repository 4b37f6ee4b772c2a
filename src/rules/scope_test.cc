// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "rules/rules_for_test.h"

namespace tandem::rules {
namespace {

using directory::ValueType;
using testing::HasSubstr;

struct ScopeExample {
  const char* attribute;
  const char* comparison;
  const char* value;
  bool when_present;  // text "Sales-50", number 514, flag True, list {a, B}, reference to CN=Boss
  bool when_absent;
};

void PrintTo(const ScopeExample& example, std::ostream* out) {
  *out << example.attribute << ' ' << example.comparison << ' ' << example.value;
}

class WorldWithScopes : public WorldForTest {
 public:
  WorldWithScopes() {
    define(source_schema, "text", ValueType::kString);
    define(source_schema, "number", ValueType::kInteger);
    define(source_schema, "flag", ValueType::kBoolean);
    define(source_schema, "list", ValueType::kString, /*multi=*/true);
    define(source_schema, "octets", ValueType::kBinary);
    define(source_schema, "manager", ValueType::kReference);
    define(metaverse_schema, "text", ValueType::kString);
    context.parameters[kSource]["Connector.ID"] = "Sales-50";
  }
  SourceObject full() {
    return object("user",
                  source_schema,
                  {{"text", {"Sales-50"}},
                   {"number", {"514"}},
                   {"flag", {"True"}},
                   {"list", {"a", "B"}},
                   {"octets", {"00"}},
                   {"manager", {"CN=Boss,DC=corp"}},
                   {"memberOf", {"CN=Pilot,DC=corp"}}},
                  "CN=Ann,OU=Sales,DC=corp");
  }
  SourceObject bare() { return object("user", source_schema, {}); }
};

class ScopeOperator : public testing::TestWithParam<ScopeExample> {};

TEST_P(ScopeOperator, IsTrueWhenItShouldBe) {
  const ScopeExample& example = GetParam();
  WorldWithScopes world;
  world.addInbound("r", 50).scope = {when(example.attribute, example.comparison, example.value)};
  ASSERT_NE(world.compile(), nullptr) << world.problemText();
  EXPECT_EQ(world.inScope(Direction::kInbound, world.full()), example.when_present ? "r" : "");
  EXPECT_EQ(world.inScope(Direction::kInbound, world.bare()), example.when_absent ? "r" : "");
}

const ScopeExample kExamples[] = {
    {"text", "EQUAL", "sales-50", true, false},
    {"text", "EQUAL", "sales", false, false},
    {"text", "NOTEQUAL", "sales-50", false, true},
    {"text", "NOTEQUAL", "x", true, true},
    {"text", "EQUAL", "%Connector.ID%", true, false},
    {"text", "CONTAINS", "LES", true, false},
    {"text", "NOTCONTAINS", "les", false, true},
    {"text", "STARTSWITH", "sal", true, false},
    {"text", "NOTSTARTSWITH", "User_", true, true},
    {"text", "ENDSWITH", "-50", true, false},
    {"text", "NOTENDSWITH", "-50", false, true},
    {"text", "ISNULL", "", false, true},
    {"text", "ISNOTNULL", "", true, false},
    {"text", "ISNOTNULL", "whatever", true, false},
    {"text", "ISIN", "hr; Sales-50", true, false},
    {"text", "ISNOTIN", "hr,it", true, true},
    {"text", "GREATERTHAN", "Sales", true, false},
    {"text", "LESSTHAN", "9", false, false},
    {"number", "EQUAL", "514", true, false},
    {"number", "NOTEQUAL", "514", false, true},
    {"number", "LESSTHAN", "50000", true, false},
    {"number", "LESSTHAN", "514", false, false},
    {"number", "LESSTHAN_OR_EQUAL", "514", true, false},
    {"number", "GREATERTHAN", "513", true, false},
    {"number", "GREATERTHAN_OR_EQUAL", "515", false, false},
    {"number", "ISIN", "1,514", true, false},
    {"number", "ISBITSET", "2", true, false},
    {"number", "ISBITNOTSET", "2", false, true},
    {"number", "ISNOTBITSET", "4", true, true},
    {"flag", "EQUAL", "TRUE", true, false},
    {"flag", "NOTEQUAL", "True", false, true},
    {"flag", "EQUAL", "false", false, false},
    {"list", "EQUAL", "b", true, false},
    {"list", "NOTEQUAL", "b", false, true},
    {"octets", "ISNOTNULL", "", true, false},
    {"manager", "ISNOTNULL", "", true, false},
    {"manager", "ISNULL", "", false, true},
    {"manager", "EQUAL", "cn=boss, dc=CORP", true, false},
    {"memberOf", "ISMEMBEROF", "cn=pilot,dc=corp", true, false},
    {"memberOf", "ISNOTMEMBEROF", "cn=other,dc=corp", true, true},
    {"dn", "ENDSWITH", ",OU=Sales,DC=corp", true, false},
};
INSTANTIATE_TEST_SUITE_P(All, ScopeOperator, testing::ValuesIn(kExamples));

TEST(Scope, GroupsAreAlternativesAndTheirConditionsAllMustHold) {
  WorldWithScopes world;
  SyncRule& rule = world.addInbound("r", 50);
  rule.scope = {{{"text", "EQUAL", "x"}, {"number", "ISNOTNULL", ""}},
                {{"flag", "EQUAL", "True"}, {"number", "EQUAL", "514"}}};
  world.addInbound("always", 60);
  world.addInbound("groups only", 70).source_type = "group";
  world.compile();
  EXPECT_EQ(world.inScope(Direction::kInbound, world.full()), "r, always");
  EXPECT_EQ(world.inScope(Direction::kInbound, world.bare()), "always");
}

TEST(Scope, UserAccountControlTellsEnabledFromDisabled) {
  WorldWithScopes world;
  world.addInbound("enabled", 50).scope = {when("number", "ISBITNOTSET", "2")};
  world.compile();
  const auto user = [&](const char* control) {
    return world.object("user", world.source_schema, {{"number", {control}}});
  };
  EXPECT_EQ(world.inScope(Direction::kInbound, user("512")), "enabled");
  EXPECT_EQ(world.inScope(Direction::kInbound, user("514")), "");
}

TEST(Scope, NumbersInTextCompareAsNumbersWhenBothAre) {
  WorldWithScopes world;
  world.addInbound("r", 50).scope = {when("text", "GREATERTHAN_OR_EQUAL", "50")};
  world.compile();
  const auto user = [&](const char* text) {
    return world.object("user", world.source_schema, {{"text", {text}}});
  };
  EXPECT_EQ(world.inScope(Direction::kInbound, user("100")), "r");
  EXPECT_EQ(world.inScope(Direction::kInbound, user("7")), "");
  EXPECT_EQ(world.inScope(Direction::kInbound, user("abc")), "r");
}

TEST(Scope, AnyMetaverseTypeIsAStar) {
  WorldWithScopes world;
  SyncRule& rule = world.addOutbound("any", 50);
  rule.source_type = "*";
  world.compile();
  const SourceObject device = world.object("device", world.metaverse_schema, {});
  EXPECT_EQ(world.inScope(Direction::kOutbound, device), "any");
}

TEST(Scope, SaysWhyARuleDoesNotApply) {
  WorldWithScopes world;
  SyncRule& rule = world.addInbound("r", 50);
  rule.scope = {when("text", "EQUAL", "x"), when("flag", "EQUAL", "False")};
  world.compile();
  EXPECT_EQ(world.set->whyNotInScope(*world.evaluation, 0, world.full()),
            "text EQUAL x does not hold: the value is \"Sales-50\"; flag EQUAL False does not "
            "hold: the value is \"True\"");
  EXPECT_THAT(world.set->whyNotInScope(*world.evaluation, 0, world.bare()),
              HasSubstr("the attribute is absent"));
  EXPECT_EQ(world.set->whyNotInScope(
                *world.evaluation, 0, world.object("group", world.source_schema, {})),
            "the rule is for objects of type user, this is a group");
  const SourceObject fits = world.object("user", world.source_schema, {{"text", {"X"}}});
  EXPECT_EQ(world.set->whyNotInScope(*world.evaluation, 0, fits), "");
}

TEST(Scope, UnusableValuesAreRefused) {
  WorldWithScopes world;
  world.addInbound("r", 50).scope = {when("octets", "EQUAL", "00"),
                                     when("flag", "EQUAL", "maybe"),
                                     when("number", "LESSTHAN", "many"),
                                     when("number", "ISBITSET", "0"),
                                     when("text", "EQUAL", ""),
                                     when("x", "ISMEMBEROF", "not a dn")};
  EXPECT_EQ(world.compile(), nullptr);
  EXPECT_EQ(world.problems.size(), 6U) << world.problemText();
}

}  // namespace
}  // namespace tandem::rules
