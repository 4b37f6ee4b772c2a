// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/tenant_values.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "directory/record.h"

namespace tandem::connectors::graph {
namespace {

using Values = std::map<std::string, std::vector<std::string>>;

class TenantValuesTest : public testing::Test {
 protected:
  std::string image(const Values& values) {
    directory::RecordBuilder builder;
    for (const auto& [name, texts] : values) {
      const directory::AttributeId id = attributes_.intern(name);
      const bool is_list = name == "proxyAddresses";
      if (texts.empty()) builder.addCleared(id, directory::ValueType::kString, is_list);
      for (const std::string& text : texts)
        builder.add(id, directory::ValueType::kString, is_list, text);
    }
    return builder.finish();
  }
  bool shows(const std::string& attribute, const Values& wanted, const Values& now) {
    return shows(attribute, wanted, {}, now);
  }
  bool shows(const std::string& attribute,
             const Values& wanted,
             const Values& before,
             const Values& now,
             Kind kind = Kind::kUser) {
    const std::string wanted_image = image(wanted), before_image = image(before),
                      now_image = image(now);
    return values_.show(
        {map_.typeId(kind), attributes_.intern(attribute), wanted_image, before_image, now_image});
  }

  directory::AttributeTable attributes_;
  directory::NameTable types_;
  AttributeMap map_{GraphProfile::kSync, attributes_, types_};
  TenantValues values_{map_, "example.com;lab.onmicrosoft.com"};
};

TEST_F(TenantValuesTest, AnAliasLosesWhatAPrincipalNameMayNotHold) {
  const Values wanted{{"alias", {"SystemMailbox{1f05a927}"}}};
  EXPECT_TRUE(shows("alias", wanted, {{"alias", {"SystemMailbox1f05a927"}}}));
  EXPECT_FALSE(shows("alias", wanted, {{"alias", {"SystemMailbox1f05a928"}}}));
  EXPECT_FALSE(shows("alias", wanted, Values{}));
  const std::string name(70, 'a');
  EXPECT_TRUE(shows("alias", {{"alias", {name}}}, {{"alias", {name.substr(0, 64)}}}));
  EXPECT_FALSE(shows("alias", {{"alias", {name}}}, {{"alias", {name.substr(0, 20)}}}));
  EXPECT_FALSE(shows("alias", wanted, {}, {{"alias", {"SystemMailbox1f05a927"}}}, Kind::kGroup));
}

TEST_F(TenantValuesTest, WhatHasNotChangedIsNoEvidence) {
  const Values wanted{{"alias", {"ada{1}"}}};
  EXPECT_TRUE(shows("alias", wanted, {{"alias", {"other"}}}, {{"alias", {"ada1"}}}));
  EXPECT_FALSE(shows("alias",
                     wanted,
                     {{"alias", {"ada1"}}, {"title", {"a"}}},
                     {{"alias", {"ada1"}}, {"title", {"b"}}}));
}

TEST_F(TenantValuesTest, APrincipalNameIsProvenByWhatTheSourceSaid) {
  const Values wanted{{"userPrincipalName", {"Ada{1}@example.com"}}};
  EXPECT_TRUE(shows("userPrincipalName",
                    wanted,
                    {{"userPrincipalName", {"Ada1@lab.onmicrosoft.com"}},
                     {"onPremisesUserPrincipalName", {"Ada{1}@example.com"}}}));
  EXPECT_FALSE(shows("userPrincipalName",
                     wanted,
                     {{"userPrincipalName", {"Ada1@lab.onmicrosoft.com"}},
                      {"onPremisesUserPrincipalName", {"Ada@example.com"}}}));
  // Made of the alias, and that had such characters.
  EXPECT_TRUE(shows("userPrincipalName",
                    {{"userPrincipalName", {"Ada{1}@lab.onmicrosoft.com"}}},
                    {{"userPrincipalName", {"Ada1@lab.onmicrosoft.com"}},
                     {"onPremisesUserPrincipalName", {"Ada{1}@corp.local"}}}));
}

TEST_F(TenantValuesTest, AddressesLoseAndGainWhatIsDocumented) {
  const Values wanted{{"mail", {"ada@example.com"}},
                      {"proxyAddresses",
                       {"SMTP:ada@example.com",
                        "smtp:ada@not-verified.example",
                        "smtp:ada@old.onmicrosoft.com",
                        "X400:c=us",
                        "X500:/o=Example"}}};
  Values now{{"userPrincipalName", {"ada.l@example.com"}},
             {"proxyAddresses",
              {"SMTP:ada@example.com",
               "X500:/o=Example",
               "smtp:ada.l@example.com",
               "smtp:ada@lab.onmicrosoft.com"}}};
  EXPECT_TRUE(shows("proxyAddresses", wanted, now));
  now["proxyAddresses"].push_back("smtp:somebody@example.com");  // nobody has asked for that
  EXPECT_FALSE(shows("proxyAddresses", wanted, now));
  now["proxyAddresses"] = {"SMTP:ada@example.com"};  // and X500 is missing
  EXPECT_FALSE(shows("proxyAddresses", wanted, now));
}

TEST_F(TenantValuesTest, AnotherPrimaryAddressIsAnotherValue) {
  const Values wanted{
      {"proxyAddresses", {"SMTP:new@example.com", "smtp:old@example.com", "X400:c=us"}}};
  EXPECT_FALSE(shows("proxyAddresses",
                     wanted,
                     {{"proxyAddresses", {"smtp:new@example.com", "SMTP:old@example.com"}}}));
  EXPECT_TRUE(shows("proxyAddresses",
                    wanted,
                    {{"proxyAddresses", {"SMTP:new@example.com", "smtp:old@example.com"}}}));
}

TEST_F(TenantValuesTest, AVerifiedDomainIsNotDropped) {
  const Values wanted{{"proxyAddresses", {"SMTP:a@example.com", "smtp:b@example.com"}}};
  EXPECT_FALSE(shows("proxyAddresses", wanted, {{"proxyAddresses", {"SMTP:a@example.com"}}}));
  const TenantValues nothing_known(map_, "");
  const std::string wanted_image =
      image({{"proxyAddresses", {"SMTP:a@example.com", "smtp:b@other.example"}}});
  const std::string now = image({{"proxyAddresses", {"SMTP:a@example.com"}}});
  EXPECT_FALSE(
      nothing_known.show({map_.typeId(Kind::kUser), map_.proxy_addresses, wanted_image, {}, now}));
}

TEST_F(TenantValuesTest, MailIsThePrimaryAddress) {
  const Values now{{"mail", {"ada@example.com"}},
                   {"userPrincipalName", {"ada.l@example.com"}},
                   {"proxyAddresses", {"SMTP:ada@example.com"}}};
  const Values with_primary{{"mail", {"other@example.com"}},
                            {"proxyAddresses", {"SMTP:ada@example.com"}}};
  EXPECT_TRUE(shows("mail", with_primary, now));
  EXPECT_FALSE(shows("mail", {{"mail", {"other@example.com"}}}, now));
  EXPECT_TRUE(shows("mail", {{"mail", {"ada@corp.local"}}}, Values{{"title", {"x"}}}));
  // A mailbox of its own, of somebody whose directory names none.
  EXPECT_TRUE(shows("mail",
                    {{"mail", {}}},
                    {{"mail", {"ada.l@example.com"}},
                     {"userPrincipalName", {"ada.l@example.com"}},
                     {"proxyAddresses", {"SMTP:ada.l@example.com"}}}));
}

TEST_F(TenantValuesTest, OfOtherAttributesNothingIsKnown) {
  EXPECT_FALSE(shows("title", {{"title", {"a{1}"}}}, {{"title", {"a1"}}}));
}

}  // namespace
}  // namespace tandem::connectors::graph
