// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_set.h"

#include <gmock/gmock.h>

#include "rules/rules_for_test.h"

namespace tandem::rules {
namespace {

using directory::ValueType;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class Rules : public testing::Test {
 protected:
  Rules() {
    for (directory::Schema* schema : {&world.source_schema, &world.metaverse_schema}) {
      world.define(*schema, "cn", ValueType::kString);
      world.define(*schema, "displayName", ValueType::kString);
      world.define(*schema, "flags", ValueType::kInteger);
      world.define(*schema, "enabled", ValueType::kBoolean);
      world.define(*schema, "guid", ValueType::kBinary);
      world.define(*schema, "addresses", ValueType::kString, /*multi=*/true);
      world.define(*schema, "manager", ValueType::kReference);
      world.define(*schema, "member", ValueType::kReference, /*multi=*/true);
    }
    world.define(world.metaverse_schema, "sourceAnchor", ValueType::kString);
    world.define(world.cloud_schema, "commonName", ValueType::kString);
    world.define(world.cloud_schema, "sourceAnchor", ValueType::kString);
    world.define(world.cloud_schema, "member", ValueType::kReference, /*multi=*/true);
    world.define(world.cloud_schema, "usageLocation", ValueType::kString);
    world.define(world.cloud_schema, "addresses", ValueType::kString, /*multi=*/true);
  }

  SourceObject user(const Attributes& values, std::string_view dn = "CN=Ann,DC=corp") {
    return world.object("user", world.source_schema, values, dn);
  }
  SourceObject person(const Attributes& values) {
    return world.object("person", world.metaverse_schema, values);
  }
  void compiles() { ASSERT_NE(world.compile(), nullptr) << world.problemText(); }

  WorldForTest world;
};

// ---------------------------------------------------------------- precedence

TEST_F(Rules, NullLeavesTheChoiceToTheNextRule) {
  world.addInbound("first", 50).mappings = {expression("cn", "NULL")};
  world.addInbound("second", 100).mappings = {constant("cn", "a")};
  compiles();
  EXPECT_EQ(world.flowIn({user({})}), "cn=a");
  EXPECT_EQ(world.result.lineage.size(), 1U);
  EXPECT_EQ(world.result.lineage[0].rule, RuleId(100));
  EXPECT_EQ(world.result.lineage[0].source, ConnectorObjectId(1));
}

TEST_F(Rules, AuthoritativeNullClearsAndStops) {
  world.addInbound("first", 50).mappings = {expression("cn", "AuthoritativeNull")};
  world.addInbound("second", 100).mappings = {constant("cn", "a")};
  compiles();
  EXPECT_EQ(world.flowIn({user({})}, world.record(world.metaverse_schema, {{"cn", {"old"}}})), "");
}

TEST_F(Rules, IgnoreThisFlowIsAsIfTheMappingDidNotExist) {
  world.addInbound("first", 50).mappings = {expression("cn", "IgnoreThisFlow")};
  world.addInbound("second", 100).mappings = {direct("cn", "cn")};
  compiles();
  const std::string existing = world.record(world.metaverse_schema, {{"cn", {"old"}}});
  EXPECT_EQ(world.flowIn({user({{"cn", {"a"}}})}, existing), "cn=a");
  EXPECT_EQ(world.flowIn({user({})}, existing), "");  // the second gave NULL
}

TEST_F(Rules, WhatOnlyIgnoringRulesTargetStays) {
  world.addInbound("first", 50).mappings = {expression("cn", "IgnoreThisFlow"),
                                            direct("displayName", "displayName")};
  compiles();
  const std::string existing =
      world.record(world.metaverse_schema, {{"cn", {"old"}}, {"displayName", {"gone"}}});
  EXPECT_EQ(world.flowIn({user({})}, existing), "cn=old");
  ASSERT_EQ(world.result.lineage.size(), 1U);
  EXPECT_EQ(world.result.lineage[0].rule, RuleId(50));
  EXPECT_EQ(world.flowIn({user({})}), "");
}

TEST_F(Rules, AnErrorOfARuleStopsTheObject) {
  world.addInbound("first", 50).mappings = {expression("cn", "Error(\"no anchor\")")};
  world.addInbound("second", 100).mappings = {constant("cn", "a")};
  compiles();
  EXPECT_EQ(world.flowIn({user({})}),
            "sync-rule-error-function-triggered: rule \"first\", target cn: at 1:1: no anchor");
  EXPECT_EQ(world.result.error->rule, RuleId(50));
}

TEST_F(Rules, AnExpressionThatFailsNamesRuleTargetAndReason) {
  world.addInbound("first", 50).mappings = {expression("cn", "Item([addresses],2)")};
  compiles();
  EXPECT_EQ(
      world.flowIn({user({{"addresses", {"x"}}})}),
      "sync-rule-invalid-expression: rule \"first\", target cn: at 1:1: Item: there is no value "
      "2, the attribute has 1");
}

TEST_F(Rules, AnErrorDeepInAnExpressionSaysWhere) {
  world.addInbound("first", 50).mappings = {
      expression("cn", "IIF(IsPresent([cn]),\n  Left([cn],CNum([cn])),\"\")")};
  compiles();
  EXPECT_EQ(world.flowIn({user({{"cn", {"x"}}})}),
            "sync-rule-invalid-expression: rule \"first\", target cn: at 2:13: CNum: this text is "
            "no whole number");
}

TEST_F(Rules, RandomValuesThatAreNotKeptAreWarnedOf) {
  AttributeMapping kept = expression("displayName", "Guid()");
  kept.execute_once = true;
  world.addInbound("first", 50).mappings = {expression("cn", "\"x\" & CStr(RandomNum(1,9))"), kept};
  ASSERT_NE(world.compile(), nullptr);
  EXPECT_EQ(world.problemText(),
            "warning rules[0]: rule \"first\": target cn: RandomNum() gives another value at each "
            "synchronization of the object, and each is exported; set \"executeOnce\" to keep the "
            "first\n");
}

TEST_F(Rules, MixedOperatorsAreWarnedOfWithTheirPlace) {
  world.addInbound("first", 50).mappings = {expression("cn", "CStr(1+2*3)")};
  ASSERT_NE(world.compile(), nullptr);
  EXPECT_THAT(
      world.problemText(),
      StartsWith("warning rules[0]: rule \"first\": target cn: expression 1:6: * does not"));
}

TEST_F(Rules, PrecedenceHoldsAcrossContributingObjects) {
  world.addInbound("enabled", 50).mappings = {direct("displayName", "displayName")};
  world.rules[0].scope = {when("enabled", "EQUAL", "true")};
  world.addInbound("common", 60).mappings = {direct("displayName", "displayName"),
                                             direct("cn", "cn")};
  compiles();
  const SourceObject disabled = user({{"displayName", {"D"}}, {"cn", {"d"}}});
  const SourceObject enabled = user({{"displayName", {"E"}}, {"cn", {"e"}}, {"enabled", {"True"}}});
  EXPECT_EQ(world.flowIn({disabled, enabled}), "cn=d; displayName=E");
  ASSERT_EQ(world.result.lineage.size(), 2U);
  EXPECT_EQ(world.result.lineage[0].source, ConnectorObjectId(1));  // cn: the earlier one wins
  EXPECT_EQ(world.result.lineage[1].source, ConnectorObjectId(2));
  EXPECT_EQ(world.flowIn({enabled, disabled}), "cn=e; displayName=E");
}

TEST_F(Rules, AWithdrawnContributionIsRecalled) {
  world.addInbound("common", 60).mappings = {direct("cn", "cn"), direct("flags", "flags")};
  compiles();
  const std::string existing =
      world.record(world.metaverse_schema, {{"cn", {"old"}}, {"displayName", {"gone"}}});
  EXPECT_EQ(world.flowIn({user({{"flags", {"3"}}})}, existing), "flags=3");
  EXPECT_EQ(world.flowIn({}, existing), "");
}

TEST_F(Rules, ExecuteOnceRunsOnlyOnCreation) {
  world.addInbound("first", 50).mappings = {constant("cn", "new")};
  world.rules[0].mappings[0].execute_once = true;
  compiles();
  EXPECT_EQ(world.flowIn({user({})}, {}, /*creating=*/true), "cn=new");
  const std::string existing = world.record(world.metaverse_schema, {{"cn", {"kept"}}});
  EXPECT_EQ(world.flowIn({user({})}, existing), "cn=kept");
}

// The rule of precedence for one target, written a second time and more simply.
std::string expectedOf(const std::vector<std::string>& outcomes, bool has_existing) {
  bool asked = false;
  bool ignored = false;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i] == "NULL") asked = true;
    if (outcomes[i] == "IgnoreThisFlow") ignored = true;
    if (outcomes[i] == "AuthoritativeNull") return "";
    if (outcomes[i] == "value") return "cn=v" + std::to_string(i);
  }
  return ignored && !asked && has_existing ? "cn=old" : "";
}

TEST_F(Rules, AllCombinationsOfFourRulesGiveWhatTheModelSays) {
  const std::vector<std::string> kinds = {"value", "NULL", "AuthoritativeNull", "IgnoreThisFlow"};
  const std::string existing = world.record(world.metaverse_schema, {{"cn", {"old"}}});
  for (unsigned code = 0; code < 256; ++code) {
    std::vector<std::string> outcomes;
    world.rules.clear();
    for (unsigned i = 0; i < 4; ++i) {
      outcomes.push_back(kinds[code >> 2 * i & 3]);
      const std::string value = "\"v" + std::to_string(i) + "\"";
      world.addInbound("r" + std::to_string(i), static_cast<std::int32_t>(i)).mappings = {
          expression("cn", outcomes[i] == "value" ? value : outcomes[i])};
    }
    compiles();
    EXPECT_EQ(world.flowIn({user({})}, existing), expectedOf(outcomes, true)) << code;
    EXPECT_EQ(world.flowIn({user({})}), expectedOf(outcomes, false)) << code;
  }
}

// ---------------------------------------------------------------- merging

TEST_F(Rules, MergeIsTheUnionOfAllContributions) {
  for (const int precedence : {50, 60}) {
    world.addInbound(std::to_string(precedence), precedence).mappings = {
        direct("addresses", "addresses"), expression("addresses", "\"x500:\" & [cn]")};
    for (AttributeMapping& mapping : world.rules.back().mappings)
      mapping.merge = MergeType::kMerge;
  }
  compiles();
  EXPECT_EQ(world.flowIn({user({{"addresses", {"b", "a"}}, {"cn", {"c"}}})}),
            "addresses=a,b,x500:c");
  EXPECT_EQ(world.result.lineage.size(), 4U);
}

TEST_F(Rules, MergeCaseInsensitiveTakesTheSpellingOfTheHigherPrecedence) {
  world.addInbound("first", 50).mappings = {expression("addresses", "Split(\"SMTP:A@x\",\";\")")};
  world.addInbound("second", 60).mappings = {
      expression("addresses", "Split(\"smtp:a@X;x500:/o=1\",\";\")")};
  for (SyncRule& rule : world.rules)
    rule.mappings[0].merge = MergeType::kMergeCaseInsensitive;
  compiles();
  EXPECT_EQ(world.flowIn({user({})}), "addresses=SMTP:A@x,x500:/o=1");
}

TEST_F(Rules, MergeTypesOfOneTargetMustAgree) {
  world.addInbound("first", 50).mappings = {direct("addresses", "addresses")};
  world.addInbound("second", 60).mappings = {direct("addresses", "addresses")};
  world.rules[1].mappings[0].merge = MergeType::kMerge;
  EXPECT_EQ(world.compile(), nullptr);
  EXPECT_THAT(world.problemText(),
              HasSubstr("rule \"second\": target addresses: merges as Merge, but rule \"first\" as "
                        "Update"));
}

// ---------------------------------------------------------------- values and types

TEST_F(Rules, ValuesAreConvertedWhereThatLosesNothing) {
  world.addInbound("first", 50).mappings = {direct("cn", "flags"),
                                            expression("displayName", "1 = 1"),
                                            constant("enabled", "true"),
                                            constant("flags", "-7"),
                                            direct("guid", "guid")};
  compiles();
  EXPECT_EQ(world.flowIn({user({{"flags", {"12"}}, {"guid", {"00ff"}}})}),
            "cn=12; displayName=True; enabled=True; flags=-7; guid=00ff");
}

TEST_F(Rules, AnEmptyTextIsNoValue) {
  world.addInbound("first", 50).mappings = {expression("cn", "Left(Trim([cn]),448)")};
  world.addInbound("second", 60).mappings = {constant("cn", "fallback")};
  compiles();
  EXPECT_EQ(world.flowIn({user({{"cn", {"  "}}})}), "cn=fallback");
}

TEST_F(Rules, SeveralValuesDoNotFitIntoOne) {
  world.addInbound("first", 50).mappings = {direct("cn", "addresses")};
  ASSERT_NE(world.compile(), nullptr);
  EXPECT_THAT(world.problemText(),
              StartsWith("warning rules[0]: rule \"first\": target cn: addres"));
  EXPECT_EQ(world.flowIn({user({{"addresses", {"one"}}})}), "cn=one");
  EXPECT_THAT(world.flowIn({user({{"addresses", {"one", "two"}}})}),
              StartsWith("flow-multi-values-to-single-value: rule \"first\", target cn"));
}

TEST_F(Rules, ComputedListsComeOutSortedAndWithoutRepeats) {
  world.addInbound("first", 50).mappings = {expression("addresses", "Trim([addresses])")};
  compiles();
  EXPECT_EQ(world.flowIn({user({{"addresses", {" b", "b", " a "}}})}), "addresses=a,b");
}

TEST_F(Rules, WrongTypesAreRefusedWhenTheRuleIsCompiled) {
  world.addInbound("first", 50).mappings = {direct("flags", "cn"),
                                            direct("cn", "guid"),
                                            constant("enabled", "perhaps"),
                                            constant("guid", "00"),
                                            expression("displayName", "[guid]")};
  EXPECT_EQ(world.compile(), nullptr);
  EXPECT_THAT(world.problemText(), HasSubstr("target flags: a string attribute cannot flow to a"));
  EXPECT_THAT(world.problemText(), HasSubstr("target cn: a binary attribute cannot flow to a"));
  EXPECT_THAT(world.problemText(), HasSubstr("target enabled: the constant must be True or False"));
  EXPECT_THAT(world.problemText(),
              HasSubstr("target guid: a binary attribute cannot have a const"));
  EXPECT_THAT(world.problemText(), HasSubstr("target displayName: the expression gives binary"));
}

TEST_F(Rules, TheImportedValueIsReadWhereItIsAskedFor) {
  world.addInbound("first", 50).mappings = {direct("cn", "cn"),
                                            expression("displayName", "ImportedValue(\"cn\")")};
  compiles();
  SourceObject object = user({{"cn", {"exported"}}});
  const SourceObject imported = user({{"cn", {"imported"}}});
  object.imported = imported.record;
  EXPECT_EQ(world.flowIn({object}), "cn=exported; displayName=imported");
}

TEST_F(Rules, TheDnIsASourceAndAnOutboundTarget) {
  world.addInbound("in", 50).mappings = {direct("cn", "dn"),
                                         expression("displayName", "DNComponent(CRef([dn]),1)")};
  world.addOutbound("out", 60).mappings = {
      expression("dn", "\"CN={\" & ConvertToUTF8Hex([sourceAnchor]) & \"}\"")};
  compiles();
  EXPECT_EQ(world.flowIn({user({}, "CN=Ann,DC=corp")}), "cn=CN=Ann,DC=corp; displayName=Ann");
  EXPECT_EQ(world.flowOut(person({{"sourceAnchor", {"ab"}}})), "dn=CN={6162}");
}

// ---------------------------------------------------------------- references

TEST_F(Rules, ReferencesFlowAsLinks) {
  world.addInbound("first", 50).mappings = {direct("manager", "manager"),
                                            direct("member", "member")};
  compiles();
  EXPECT_EQ(world.flowIn({user({{"manager", {"CN=Boss,DC=corp"}}})}), "manager<-manager");
  EXPECT_EQ(world.result.references[0].rule, RuleId(50));
  EXPECT_EQ(world.flowIn({user({})}), "");
}

TEST_F(Rules, AMemberLimitLetsTheDirectFlowOfALowerRuleThrough) {
  world.addOutbound("limit", 50).mappings = {
      expression("member", "IIF([flags] > 50000,Error(\"Maximum\"),IgnoreThisFlow)")};
  world.addOutbound("identity", 60).mappings = {direct("member", "member")};
  compiles();
  EXPECT_EQ(world.flowOut(person({{"flags", {"3"}}, {"member", {"a", "b"}}})), "member<-member");
  EXPECT_EQ(world.flowOut(person({{"flags", {"3"}}})), "");
  EXPECT_THAT(world.flowOut(person({{"flags", {"50001"}}, {"member", {"a"}}})),
              StartsWith("sync-rule-error-function-triggered"));
}

TEST_F(Rules, IgnoredReferencesStayAsTheyAre) {
  world.addOutbound("limit", 50).mappings = {expression("member", "IgnoreThisFlow")};
  compiles();
  EXPECT_EQ(world.flowOut(person({{"member", {"a"}}})), "member=kept");
}

TEST_F(Rules, AnExpressionMayChooseAmongReferenceAttributes) {
  world.addInbound("first", 50).mappings = {expression("manager", "IIF([enabled],[manager],NULL)")};
  compiles();
  EXPECT_EQ(world.flowIn({user({{"enabled", {"True"}}, {"manager", {"CN=B"}}})}),
            "manager<-manager");
  EXPECT_EQ(world.flowIn({user({{"manager", {"CN=B"}}})}), "");
}

TEST_F(Rules, AReferenceIsComputedOfTheTextOfADn) {
  world.addInbound("first", 50).mappings = {expression("manager", "CRef([cn])"),
                                            direct("member", "addresses")};
  compiles();
  EXPECT_EQ(world.flowIn({user({{"cn", {"CN=B, DC=corp"}}, {"addresses", {"CN=c", "CN=d"}}})}),
            "manager<-manager (computed); member<-member (computed)");
  ASSERT_EQ(world.result.computed.size(), 3U);
  EXPECT_EQ(world.result.computed[0].dn, "CN=B, DC=corp");
  EXPECT_EQ(world.result.computed[0].source, ConnectorObjectId(1));
  EXPECT_EQ(world.result.references[0].rule, RuleId(50));
  EXPECT_EQ(world.result.references[0].source_attribute, world.result.computed[0].attribute);
  EXPECT_EQ(world.flowIn({user({})}), "");
  EXPECT_TRUE(world.result.computed.empty());
}

TEST_F(Rules, AReferenceMayBeComputedOrTakenOver) {
  world.addInbound("first", 50).mappings = {
      expression("manager", "IIF(IsPresent([cn]),CRef([cn]),[manager])")};
  compiles();
  EXPECT_EQ(world.flowIn({user({{"cn", {"CN=B"}}, {"manager", {"CN=A"}}})}),
            "manager<-manager (computed)");
  EXPECT_EQ(world.flowIn({user({{"manager", {"CN=A"}}})}), "manager<-manager");
  EXPECT_EQ(world.flowIn({user({})}), "");
}

TEST_F(Rules, AComputedReferenceThatNamesNothingFails) {
  world.addInbound("first", 50).mappings = {expression("manager", "CRef([cn])")};
  world.addInbound("second", 60).mappings = {direct("manager", "addresses")};
  compiles();
  EXPECT_THAT(
      world.flowIn({user({{"cn", {"Bob"}}})}),
      StartsWith("cs-attribute-type-mismatch: rule \"first\", target manager: gives reference "
                 "that is no distinguished name"));
  EXPECT_THAT(world.flowIn({user({{"addresses", {"CN=a", "CN=b"}}})}),
              StartsWith("flow-multi-values-to-single-value"));
}

TEST_F(Rules, WhatCannotBecomeAReferenceIsWarnedOf) {
  world.addInbound("first", 50).mappings = {direct("manager", "guid")};
  world.addOutbound("second", 60).mappings = {expression("member", "CRef([cn])")};
  ASSERT_NE(world.compile(), nullptr);
  EXPECT_THAT(world.problemText(),
              HasSubstr("warning rules[0]: rule \"first\": target manager: a re"));
  EXPECT_THAT(world.problemText(),
              HasSubstr("rule \"second\": target member: on the way out a re"));
  EXPECT_THAT(world.flowIn({user({{"guid", {"00"}}})}), HasSubstr("no distinguished name"));
  EXPECT_THAT(world.flowOut(person({{"cn", {"CN=a"}}})), HasSubstr("on the way out"));
}

TEST_F(Rules, OutboundAnAttributeWithoutAValueIsSaidToBeAbsent) {
  world.addOutbound("first", 50).mappings = {direct("commonName", "cn"),
                                             expression("usageLocation", "AuthoritativeNull")};
  world.addOutbound("second", 60).mappings = {expression("usageLocation", "\"DE\"")};
  compiles();
  EXPECT_EQ(world.flowOut(person({})), "");
  EXPECT_TRUE(world.clears("commonName"));
  EXPECT_TRUE(world.clears("usageLocation"));
  EXPECT_EQ(world.flowOut(person({{"cn", {"a"}}})), "commonName=a");
}

// ---------------------------------------------------------------- facts for the engine

TEST_F(Rules, SayWhatTheyReadWriteAndJoinBy) {
  SyncRule& in = world.addInbound("in", 50);
  in.scope = {when("enabled", "EQUAL", "True"), when("cn", "ISMEMBEROF", "CN=Pilot,DC=corp")};
  in.join = {{{"guid", "guid", false}}, {{"cn", "cn", true}, {"flags", "flags", false}}};
  in.mappings = {direct("cn", "dn"), expression("displayName", "Trim([displayName])")};
  SyncRule& out = world.addOutbound("out", 60);
  out.mappings = {direct("commonName", "cn"), expression("dn", "[cn]")};
  compiles();
  const auto id = [&](const char* name) { return *world.attributes.find(name); };
  EXPECT_THAT(world.set->attributesRead(WorldForTest::kSource),
              testing::UnorderedElementsAre(
                  id("cn"), id("displayName"), id("flags"), id("enabled"), id("guid")));
  EXPECT_THAT(world.set->attributesWritten(WorldForTest::kCloud), ElementsAre(id("commonName")));
  EXPECT_THAT(world.set->joinAttributes(),
              testing::UnorderedElementsAre(id("guid"), id("cn"), id("flags")));
  EXPECT_THAT(world.set->memberOfGroups(WorldForTest::kSource), ElementsAre("CN=Pilot,DC=corp"));
  EXPECT_EQ(world.set->rule(0).joins.size(), 2U);
  EXPECT_TRUE(world.set->rule(0).joins[1][0].case_sensitive);
}

TEST_F(Rules, TheFingerprintChangesWithWhatMattersOnly) {
  world.addInbound("in", 50).mappings = {direct("cn", "cn")};
  world.context.parameters[WorldForTest::kSource]["Domain.FQDN"] = "a";
  compiles();
  const std::uint64_t before = world.set->fingerprint();
  world.rules[0].description = "x";
  world.rules[0].name = "other";
  compiles();
  EXPECT_EQ(world.set->fingerprint(), before);
  world.context.parameters[WorldForTest::kSource]["Domain.FQDN"] = "b";
  compiles();
  EXPECT_NE(world.set->fingerprint(), before);
  world.context.parameters[WorldForTest::kSource]["Domain.FQDN"] = "a";
  world.rules[0].mappings.push_back(constant("displayName", "x"));
  compiles();
  EXPECT_NE(world.set->fingerprint(), before);
}

// ---------------------------------------------------------------- what can be wrong

TEST_F(Rules, EveryProblemIsReportedWithItsPlace) {
  SyncRule& rule = world.addInbound("broken", 50);
  rule.scope = {when("displyName", "EQUAL", "x"),
                when("cn", "EQUALS", "x"),
                when("flags", "ISBITSET", "two"),
                when("cn", "EQUAL", "%Nope%")};
  rule.join = {{{"gid", "guid", false}}, {{"cn", "guid", false}}};
  rule.mappings = {direct("dispName", "cn"), expression("cn", "Trim([cn]"), direct("dn", "cn")};
  rule.mappings[1].where = "policy.json:12";
  world.addInbound("same", 50).connector = "crop";
  EXPECT_EQ(world.compile(), nullptr);
  const std::string text = world.problemText();
  EXPECT_THAT(text, HasSubstr("no attribute \"displyName\" (did you mean \"displayName\"?)"));
  EXPECT_THAT(text, HasSubstr("no comparison operator \"EQUALS\" (did you mean \"EQUAL\"?)"));
  EXPECT_THAT(text, HasSubstr("flags ISBITSET two: the value of a bit test"));
  EXPECT_THAT(text, HasSubstr("there is no parameter %Nope%"));
  EXPECT_THAT(text, HasSubstr("connector space has no attribute \"gid\" (did you mean \"guid\"?)"));
  EXPECT_THAT(text, HasSubstr("join cn = guid: string never equals binary"));
  EXPECT_THAT(text, HasSubstr("target dispName: there is no such attribute (did you mean \"disp"));
  EXPECT_THAT(text,
              HasSubstr("error policy.json:12: rule \"broken\": target cn: expression 1:10:"));
  EXPECT_THAT(text, HasSubstr("a metaverse object has no dn"));
  EXPECT_THAT(text, HasSubstr("rules[1]: rule \"same\": its precedence 50 is also that of rule"));
  EXPECT_THAT(text, HasSubstr("there is no connector \"crop\" (did you mean \"corp\"?)"));
}

TEST_F(Rules, ADisabledRuleIsLeftOutWhateverIsWrongWithIt) {
  world.addInbound("broken", 50).mappings = {direct("nope", "nope")};
  world.rules[0].disabled = true;
  world.addInbound("good", 50).mappings = {direct("cn", "cn")};
  compiles();
  EXPECT_EQ(world.set->size(), 1U);
}

TEST_F(Rules, OneTargetTwiceInARuleIsRefused) {
  world.addInbound("twice", 50).mappings = {direct("cn", "cn"), constant("cn", "x")};
  EXPECT_EQ(world.compile(), nullptr);
  EXPECT_THAT(world.problemText(), HasSubstr("target cn has two mappings"));
}

}  // namespace
}  // namespace tandem::rules
