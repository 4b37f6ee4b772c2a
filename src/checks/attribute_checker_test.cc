// SPDX-License-Identifier: Apache-2.0
#include "checks/attribute_checker.h"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::checks {
namespace {

using directory::RecordBuilder;
using directory::ValueType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Values = std::vector<std::pair<std::string, std::string>>;

class AttributeCheckerTest : public ::testing::Test {
 protected:
  AttributeCheckerTest() {
    user_ = ObjectTypeId(types_.intern("user"));
    device_ = ObjectTypeId(types_.intern("device"));
    for (const std::string_view name : kAttributeNames)
      attributes_.intern(name);
  }

  std::string image(const Values& values) {
    RecordBuilder builder;
    for (const auto& [name, value] : values)
      builder.add(attributes_.intern(name), ValueType::kString, name == "proxyAddresses", value);
    return builder.finish();
  }
  std::vector<Finding> look(const Values& values, std::vector<Rival> rivals = {}) {
    const AttributeChecker checker(attributes_, types_, {}, ignored_);
    std::vector<Finding> found;
    image_ = image(values);
    checker.check(
        user_, image_, [&](const Claim&) { return rivals; }, found);
    return found;
  }
  std::vector<std::string> idsOf(const std::vector<Finding>& found) {
    std::vector<std::string> ids;
    for (const Finding& finding : found)
      ids.emplace_back(finding.check->id);
    return ids;
  }

  directory::AttributeTable attributes_;
  directory::NameTable types_;
  ObjectTypeId user_, device_;
  std::vector<std::string> ignored_;
  std::string image_;
};

const Values kGood = {
    {"userPrincipalName", "ada@contoso.com"}, {"displayName", "Ada"}, {"alias", "ada"}};

TEST_F(AttributeCheckerTest, AnObjectInOrderHasNoFinding) {
  EXPECT_THAT(look(kGood), IsEmpty());
}

TEST_F(AttributeCheckerTest, AllThatIsWrongWithAValueIsRepairedAtOnce) {
  Values values = kGood;
  values[0].second = "ad\u00e0..x@contoso.com";
  const std::vector<Finding> found = look(values);
  ASSERT_THAT(idsOf(found),
              ElementsAre("userPrincipalName-characters", "userPrincipalName-local-part"));
  EXPECT_EQ(found[0].suggested, "ada.x@contoso.com");
  EXPECT_EQ(found[1].suggested, "ada.x@contoso.com");
  EXPECT_EQ(found[0].value, values[0].second);
}

TEST_F(AttributeCheckerTest, WhereOnePartCannotBeRepairedNothingIsSuggested) {
  Values values = kGood;
  values[0].second = "ad\u00e0@corp.local";
  for (const Finding& finding : look(values)) {
    EXPECT_EQ(finding.suggestion, Suggestion::kNone);
    EXPECT_EQ(finding.suggested, "");
  }
}

TEST_F(AttributeCheckerTest, EachValueOfManyIsLookedAt) {
  Values values = kGood;
  values.emplace_back("proxyAddresses", "smtp:a@contoso.com");
  values.emplace_back("proxyAddresses", "ada@contoso.com");
  values.emplace_back("proxyAddresses", "smtp:a b@contoso.com");
  EXPECT_THAT(idsOf(look(values)),
              UnorderedElementsAre("proxyAddresses-type", "proxyAddresses-characters"));
}

TEST_F(AttributeCheckerTest, WhatIsIgnoredIsNoFinding) {
  Values values = kGood;
  values[0].second = "o'neill@contoso.com";
  EXPECT_THAT(idsOf(look(values)), ElementsAre("userPrincipalName-apostrophe"));
  ignored_ = {"userPrincipalName-apostrophe"};
  EXPECT_THAT(look(values), IsEmpty());
}

TEST_F(AttributeCheckerTest, TheWorstCollisionOfAValueIsTold) {
  const Rival address{ConnectorObjectId(7), Attribute::kProxyAddresses, "smtp:ada@contoso.com"};
  const Rival signs_in{ConnectorObjectId(8), Attribute::kUserPrincipalName, "Ada@contoso.com"};
  const Values only_name = {kGood[0], kGood[1], kGood[2]};
  const AttributeChecker checker(attributes_, types_, {});
  std::vector<Finding> found;
  image_ = image(only_name);
  const auto rivals = [&](const Claim& claim) {
    return claim.attribute == Attribute::kUserPrincipalName ? std::vector<Rival>{address, signs_in}
                                                            : std::vector<Rival>();
  };
  checker.check(user_, image_, rivals, found);
  ASSERT_THAT(idsOf(found), ElementsAre("userPrincipalName-duplicate"));
  EXPECT_EQ(found[0].other, ConnectorObjectId(8));
  EXPECT_EQ(found[0].suggestion, Suggestion::kLeave);
}

TEST_F(AttributeCheckerTest, OneAddressInThreeAttributesIsOneClaim) {
  const AttributeChecker checker(attributes_, types_, {});
  std::vector<Claim> claims;
  const std::string record = image({{"userPrincipalName", "Ada@contoso.com"},
                                    {"mail", "ada@Contoso.com"},
                                    {"proxyAddresses", "SMTP:ADA@contoso.com"},
                                    {"proxyAddresses", "X500:ada@contoso.com"},
                                    {"sourceAnchor", "abc"},
                                    {"onPremisesSamAccountName", "ada"}});
  checker.claims(user_, record, claims);
  std::map<std::int64_t, int> by_hash;
  for (const Claim& claim : claims)
    ++by_hash[claim.hash()];
  // The account name does not count where there is a user principal name.
  ASSERT_EQ(by_hash.size(), 3U);
  EXPECT_TRUE(
      std::any_of(by_hash.begin(), by_hash.end(), [](const auto& one) { return one.second == 3; }));
}

TEST_F(AttributeCheckerTest, AnAccountNameMattersWithoutAUserPrincipalName) {
  const AttributeChecker checker(attributes_, types_, {});
  std::vector<Claim> claims;
  const std::string record = image({{"onPremisesSamAccountName", "ada"}});
  checker.claims(user_, record, claims);
  ASSERT_EQ(claims.size(), 1U);
  EXPECT_EQ(claims[0].space, Claim::Space::kAccountName);
}

TEST_F(AttributeCheckerTest, AnchorsThatDifferInLetterCaseAloneAreAWarning) {
  const std::vector<Rival> other = {{ConnectorObjectId(3), Attribute::kSourceAnchor, "ABC"}};
  const AttributeChecker checker(attributes_, types_, {});
  std::vector<Finding> found;
  Values values = kGood;
  values.emplace_back("sourceAnchor", "abc");
  image_ = image(values);
  const auto rivals = [&](const Claim& claim) {
    return claim.space == Claim::Space::kAnchor ? other : std::vector<Rival>();
  };
  checker.check(user_, image_, rivals, found);
  EXPECT_THAT(idsOf(found), ElementsAre("sourceAnchor-letter-case"));
  values.back().second = "ABC";
  image_ = image(values);
  checker.check(user_, image_, rivals, found);
  EXPECT_THAT(idsOf(found), ElementsAre("sourceAnchor-duplicate"));
}

TEST_F(AttributeCheckerTest, OtherTypesAreNotLookedAt) {
  const AttributeChecker checker(attributes_, types_, {});
  EXPECT_TRUE(checker.isChecked(user_));
  EXPECT_FALSE(checker.isChecked(device_));
  std::vector<Finding> found;
  checker.check(
      device_, "", [](const Claim&) { return std::vector<Rival>(); }, found);
  EXPECT_THAT(found, IsEmpty());
}

TEST_F(AttributeCheckerTest, TheTextSaysAttributeMatterAndCheckAndNoValue) {
  Values values = kGood;
  values[0].second = "ada.@contoso.com";
  const std::vector<Finding> found = look(values);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(describe(found[0]),
            "userPrincipalName has a period right before the @ (userPrincipalName-end)");
}

}  // namespace
}  // namespace tandem::checks
