// SPDX-License-Identifier: Apache-2.0
//
// Objects in, expected metaverse and cloud records out.
#include "rules/default_rules.h"

#include <set>

#include <gmock/gmock.h>

#include "rules/rules_for_test.h"

namespace tandem::rules {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class DefaultWorld : public WorldForTest {
 public:
  explicit DefaultWorld(SourceKind kind = SourceKind::kActiveDirectory, std::string anchor = {}) {
    DefaultRuleOptions options;
    options.sources = {{"corp", kind}};
    options.entra_connector = "entra";
    options.source_anchor = std::move(anchor);
    rules = defaultRules(options);
    source_schema = kind == SourceKind::kOpenLdap ? openLdapSchema(attributes)
                                                  : activeDirectorySchema(attributes);
    metaverse_schema = metaverseSchema(attributes);
    cloud_schema = entraSchema(attributes);
    context.parameters[kSource] = {
        {"Connector.ID", "c1"}, {"Domain.FQDN", "corp.example.com"}, {"Domain.Netbios", "CORP"}};
    context.parameters[kCloud] = {
        {"Connector.ID", "c2"},
        {"Tenant.InitialDomain", "contoso.onmicrosoft.com"},
        {"Tenant.TakesMailGroups", "True"},
        {"Tenant.TakesContacts", "True"},
        {"Tenant.VerifiedDomains", "example.com;contoso.onmicrosoft.com"}};
    compile();
  }

  // The names of the rules that link an object, of which there is at most one.
  std::string linkedBy(const SourceObject& object) {
    std::string names;
    for (const std::uint32_t index :
         set->inScope(*evaluation, kSource, Direction::kInbound, object)) {
      if (set->rule(index).link == LinkType::kProvision) names += set->rule(index).name;
    }
    return names;
  }

  // The source object through the metaverse: what the cloud object shall look like, or why it is
  // not made.
  std::string cloudOf(const SourceObject& object,
                      std::string_view metaverse_type,
                      const Attributes& cloud_values = {}) {
    if (linkedBy(object).empty()) return "not linked";
    const std::string flowed = flowIn({object}, {}, /*creating=*/true);
    if (result.error) return flowed;
    record_ = result.record;
    if (!cloud_values.empty()) {
      record_ += "";
      record_ = merged(record_, record(metaverse_schema, cloud_values));
    }
    SourceObject person = object;
    person.type = type(metaverse_type);
    person.dn = {};
    person.record = record_;
    person.imported = record_;
    bool provisions = false;
    for (const std::uint32_t index :
         set->inScope(*evaluation, kCloud, Direction::kOutbound, person)) {
      provisions = provisions || set->rule(index).link == LinkType::kProvision;
    }
    if (!provisions) return "not provisioned";
    return flowOut(person);
  }

 private:
  static std::string merged(std::string_view a, std::string_view b) {
    directory::RecordBuilder builder;
    for (const std::string_view one : {a, b}) {
      directory::RecordReader reader(one);
      while (const auto attribute = reader.next())
        builder.addAll(attribute->id, attribute->values);
    }
    return builder.finish();
  }

  std::string record_;
};

const char* const kGuid = "33221100554477668899aabbccddeeff";
const char* const kDn = "CN=Ann Lee,OU=Sales,DC=corp,DC=example,DC=com";

Attributes ann() {
  return {{"objectGUID", {kGuid}},
          {"objectSid", {"010500000000000515000000010000000200000003000000e9030000"}},
          {"cn", {"Ann Lee"}},
          {"givenName", {" Ann "}},
          {"sn", {"Lee"}},
          {"sAMAccountName", {"ann"}},
          {"userPrincipalName", {"ann@example.com"}},
          {"userAccountControl", {"512"}},
          {"pwdLastSet", {"129699324000000000"}},
          {"l", {"Malmö"}},
          {"mail", {"ann@example.com"}},
          {"proxyAddresses", {"SMTP:ann@example.com", "smtp:a.lee@example.com"}},
          {"manager", {"CN=Boss,DC=corp"}}};
}

Attributes with(Attributes values, const Attributes& changes) {
  for (const auto& change : changes) {
    std::erase_if(values, [&](const auto& one) { return one.first == change.first; });
    if (!change.second.empty()) values.push_back(change);
  }
  return values;
}

TEST(DefaultRules, CompileWithoutAWarningForEveryAnchorAndSource) {
  for (const SourceKind kind : {SourceKind::kActiveDirectory, SourceKind::kOpenLdap}) {
    for (const char* anchor :
         {"", "automatic", "mS-DS-ConsistencyGuid", "objectGUID", "entryUUID", "employeeNumber"}) {
      const DefaultWorld world(kind, anchor);
      EXPECT_EQ(world.problemText(), "") << anchor;
    }
  }
}

TEST(DefaultRules, IdsAndPrecedencesAreUniqueAndStable) {
  DefaultRuleOptions options;
  options.sources = {{"a", SourceKind::kActiveDirectory},
                     {"b", SourceKind::kActiveDirectory},
                     {"ldap", SourceKind::kOpenLdap}};
  const std::vector<SyncRule> rules = defaultRules(options);
  const std::vector<SyncRule> again = defaultRules(options);
  std::set<std::string> ids;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    EXPECT_TRUE(ids.insert(rules[i].id).second) << rules[i].name;
    EXPECT_EQ(rules[i].precedence, 100 + static_cast<std::int32_t>(i));
    EXPECT_EQ(rules[i].id, again[i].id);
    EXPECT_THAT(rules[i].immutable_tag, StartsWith("Tandem."));
    EXPECT_FALSE(rules[i].description.empty()) << rules[i].name;
    for (const AttributeMapping& mapping : rules[i].mappings)
      EXPECT_EQ(mapping.source.find("{{"), std::string::npos) << mapping.source;
  }
  EXPECT_EQ(rules[0].name, rules[1].name);  // copies of one rule stand together
  EXPECT_EQ(rules[0].connector, "a");
  EXPECT_EQ(rules[1].connector, "b");
}

TEST(DefaultRules, AUserArrivesWithIdentityAndAddressBook) {
  DefaultWorld world;
  const std::string cloud =
      world.cloudOf(world.object("user", world.source_schema, ann(), kDn), "person");
  EXPECT_EQ(cloud,
            "accountEnabled=True; alias=ann; city=Malmö; commonName=Ann Lee; "
            "displayName=Ann Lee; "
            "dn=CN={4D7949524146564564326149"
            "6D617137"
            "7A4E33752F773D3D}; "
            "dnsDomainName=corp.example.com; givenName=Ann; "
            "lastPasswordChangeTimestamp=20120101230000.0Z; mail=ann@example.com; "
            "manager<-manager; "
            "onPremiseSecurityIdentifier="
            "010500000000000515000000010000000200000003000000e9030000; "
            "onPremisesDistinguishedName=CN=Ann Lee,OU=Sales,DC=corp,DC=example,DC=com; "
            "onPremisesSamAccountName=ann; onPremisesUserPrincipalName=ann@example.com; "
            "proxyAddresses=SMTP:ann@example.com,smtp:a.lee@example.com; "
            "sourceAnchor=MyIRAFVEd2aImaq7zN3u/w==; surname=Lee; "
            "userPrincipalName=ann@example.com");
}

TEST(DefaultRules, InetOrgPersonsOfActiveDirectoryAreUsersToo) {
  DefaultWorld world;
  EXPECT_THAT(
      world.cloudOf(world.object("inetOrgPerson", world.source_schema, ann(), kDn), "person"),
      HasSubstr("userPrincipalName=ann@example.com"));
}

struct AccountExample {
  const char* name;
  Attributes changes;  // of Ann
  const char* dn;
  const char* expected;  // part of the cloud object, or the whole reason
};

void PrintTo(const AccountExample& example, std::ostream* out) {
  *out << example.name;
}

class Account : public testing::TestWithParam<AccountExample> {};

TEST_P(Account, IsTreatedAsDocumented) {
  DefaultWorld world;
  const SourceObject user =
      world.object("user", world.source_schema, with(ann(), GetParam().changes), GetParam().dn);
  EXPECT_THAT(world.cloudOf(user, "person"), HasSubstr(GetParam().expected));
}

const AccountExample kAccounts[] = {
    {"disabled", {{"userAccountControl", {"514"}}}, kDn, "accountEnabled=False; alias=ann;"},
    {"disabled keeps its identity", {{"userAccountControl", {"514"}}}, kDn, "sourceAnchor=MyIR"},
    {"no userAccountControl", {{"userAccountControl", {}}}, kDn, "accountEnabled=False"},
    {"critical", {{"isCriticalSystemObject", {"True"}}}, kDn, "not linked"},
    {"not critical", {{"isCriticalSystemObject", {"False"}}}, kDn, "accountEnabled=True"},
    {"conflict", {}, "CN=Ann Lee\\0ACNF:6cf906fc-acbb-4200-a225-9fd4478b0798,DC=x", "not linked"},
    {"no sAMAccountName", {{"sAMAccountName", {}}}, kDn, "not linked"},
    {"support", {{"sAMAccountName", {"SUPPORT_388945a0"}}}, kDn, "not linked"},
    {"sync account", {{"sAMAccountName", {"MSOL_1234"}}}, kDn, "not linked"},
    {"sync account 2", {{"sAMAccountName", {"AAD_1234"}}}, kDn, "not linked"},
    {"cas", {{"sAMAccountName", {"CAS_{12}"}}}, kDn, "not linked"},
    {"mailbox of the system", {{"mailNickname", {"SystemMailbox{1}"}}}, kDn, "not linked"},
    {"written back", {{"adminDescription", {"User_12"}}}, kDn, "not linked"},
    {"arbitration mailbox", {{"msExchRecipientTypeDetails", {"8388608"}}}, kDn, "not provisioned"},
    {"user mailbox", {{"msExchRecipientTypeDetails", {"1"}}}, kDn, "accountEnabled=True"},
    {"linked mailbox", {{"msExchRecipientTypeDetails", {"2"}}}, kDn, "not provisioned"},
    {"UPN of an unverified domain",
     {{"userPrincipalName", {"ann@corp.local"}}},
     kDn,
     "userPrincipalName=ann@contoso.onmicrosoft.com"},
    {"UPN of a domain that only ends alike",
     {{"userPrincipalName", {"ann@notexample.com"}}},
     kDn,
     "userPrincipalName=ann@contoso.onmicrosoft.com"},
    {"UPN in capitals",
     {{"userPrincipalName", {"Ann@EXAMPLE.com"}}},
     kDn,
     "; userPrincipalName=Ann@EXAMPLE.com"},
    {"alias before account name",
     {{"userPrincipalName", {"ann@corp.local"}}, {"mailNickname", {"alee"}}},
     kDn,
     "; userPrincipalName=alee@contoso.onmicrosoft.com"},
    {"no UPN", {{"userPrincipalName", {}}}, kDn, "userPrincipalName=ann@contoso.onmicrosoft.com"},
    {"own anchor", {{"mS-DS-ConsistencyGuid", {"00"}}}, kDn, "sourceAnchor=AA=="},
    {"display name", {{"displayName", {"A. Lee"}}}, kDn, "displayName=A. Lee"},
    {"usage location", {{"msExchUsageLocation", {"SE"}}}, kDn, "usageLocation=SE"},
    {"description", {{"description", {"b", "a"}}}, kDn, "description=a;"},
    {"password never set", {{"pwdLastSet", {"0"}}}, kDn, "givenName=Ann; mail="},
    {"extension", {{"extensionAttribute7", {"x"}}}, kDn, "extensionAttribute7=x"},
};
INSTANTIATE_TEST_SUITE_P(All, Account, testing::ValuesIn(kAccounts));

TEST(DefaultRules, UsageLocationIsNeverCleared) {
  DefaultWorld world;
  const std::string existing = world.record(
      world.cloud_schema, {{"usageLocation", {"DE"}}, {"city", {"Old"}}, {"countryCode", {"276"}}});
  const SourceObject person = world.object("person",
                                           world.metaverse_schema,
                                           {{"sourceObjectType", {"User"}},
                                            {"sourceAnchor", {"a"}},
                                            {"accountEnabled", {"True"}},
                                            {"accountName", {"ann"}}});
  const std::string cloud = world.flowOut(person, existing);
  EXPECT_THAT(cloud, HasSubstr("usageLocation=DE"));
  EXPECT_THAT(cloud, HasSubstr("countryCode=276"));
  EXPECT_TRUE(world.clears("city"));
  EXPECT_FALSE(world.clears("usageLocation"));
}

TEST(DefaultRules, AChangedSourceAnchorIsAnErrorEvenWhenOnlyCaseDiffers) {
  DefaultWorld world;
  const SourceObject user = world.object("user", world.source_schema, ann(), kDn);
  EXPECT_THAT(world.cloudOf(user, "person", {{"cloudSourceAnchor", {"MyIRAFVEd2aImaq7zN3u/w=="}}}),
              HasSubstr("sourceAnchor=MyIRAFVEd2aImaq7zN3u/w=="));
  EXPECT_THAT(world.cloudOf(user, "person", {{"cloudSourceAnchor", {"myirAFVEd2aImaq7zN3u/w=="}}}),
              StartsWith("sync-rule-error-function-triggered"));
}

TEST(DefaultRules, WhatIsMasteredInTheCloudIsLeftAlone) {
  DefaultWorld world;
  const SourceObject user = world.object("user", world.source_schema, ann(), kDn);
  EXPECT_EQ(world.cloudOf(user, "person", {{"cloudMastered", {"True"}}}), "not provisioned");
}

TEST(DefaultRules, AStringMayBeTheAnchor) {
  DefaultWorld world(SourceKind::kActiveDirectory, "employeeID");
  const SourceObject user =
      world.object("user", world.source_schema, with(ann(), {{"employeeID", {"E17"}}}), kDn);
  EXPECT_THAT(world.cloudOf(user, "person"), HasSubstr("; sourceAnchor=E17; "));
  const SourceObject without = world.object("user", world.source_schema, ann(), kDn);
  EXPECT_EQ(world.cloudOf(without, "person"), "not provisioned");
  EXPECT_EQ(world.attributes.name(world.set->rule(0).joins.at(0).at(0).connector_attribute),
            "employeeID");
}

TEST(DefaultRules, PeopleAreRecognisedBySidOnlyWhereThereAreSeveralForests) {
  DefaultRuleOptions options;
  options.sources = {{"a", SourceKind::kActiveDirectory}};
  EXPECT_EQ(defaultRules(options)[0].join.size(), 2U);
  options.sources.push_back({"b", SourceKind::kActiveDirectory});
  EXPECT_EQ(defaultRules(options)[0].join.size(), 5U);
}

// ---------------------------------------------------------------- groups

class Group : public testing::TestWithParam<AccountExample> {};

TEST_P(Group, IsTreatedAsDocumented) {
  DefaultWorld world;
  const Attributes sales = {{"objectGUID", {kGuid}},
                            {"cn", {"Sales"}},
                            {"sAMAccountName", {"Sales"}},
                            {"groupType", {"-2147483646"}},
                            {"member", {"CN=Ann,DC=x", "CN=Bob,DC=x"}}};
  const SourceObject group =
      world.object("group", world.source_schema, with(sales, GetParam().changes), GetParam().dn);
  EXPECT_THAT(world.cloudOf(group, "group"), HasSubstr(GetParam().expected));
}

const AccountExample kGroups[] = {
    {"global security group",
     {},
     "CN=Sales,DC=x",
     "commonName=Sales; displayName=Sales; dn=CN={4D79495241465645643261496D6171377A4E33752F773D3D}"
     "; member<-member; netBiosName=CORP; onPremisesSamAccountName=Sales; securityEnabled=True; "
     "sourceAnchor=MyIRAFVEd2aImaq7zN3u/w=="},
    {"domain local security",
     {{"groupType", {"-2147483644"}}},
     "CN=S,DC=x",
     "securityEnabled=True"},
    {"universal security", {{"groupType", {"-2147483640"}}}, "CN=S,DC=x", "securityEnabled=True"},
    {"distribution without mail", {{"groupType", {"2"}}}, "CN=S,DC=x", "not provisioned"},
    {"universal distribution without mail", {{"groupType", {"8"}}}, "CN=S,DC=x", "not provisioned"},
    {"distribution with mail",
     {{"groupType", {"8"}}, {"mail", {"sales@example.com"}}},
     "CN=S,DC=x",
     "mail=sales@example.com; member<-member"},
    {"distribution with a primary address",
     {{"groupType", {"8"}}, {"proxyAddresses", {"SMTP:sales@example.com"}}},
     "CN=S,DC=x",
     "securityEnabled=False"},
    {"distribution with secondary addresses only",
     {{"groupType", {"8"}}, {"proxyAddresses", {"smtp:sales@example.com"}}},
     "CN=S,DC=x",
     "not provisioned"},
    {"critical", {{"isCriticalSystemObject", {"True"}}}, "CN=Domain Users,DC=x", "not linked"},
    {"conflict", {}, "CN=S\\0ACNF:6cf906fc-acbb-4200-a225-9fd4478b0798,DC=x", "not linked"},
    {"written back", {{"adminDescription", {"Group_12"}}}, "CN=S,DC=x", "not linked"},
    {"rich coexistence",
     {{"sAMAccountName", {"MSOL_AD_Sync_RichCoexistence"}}},
     "CN=S,DC=x",
     "not linked"},
    {"filtered by Exchange",
     {{"msExchRecipientTypeDetails", {"1073741824"}}},
     "CN=S,DC=x",
     "not provisioned"},
    {"no members", {{"member", {}}}, "CN=S,DC=x", "securityEnabled=True"},
    {"display name", {{"displayName", {"All of Sales"}}}, "CN=S,DC=x", "displayName=All of Sales"},
};
INSTANTIATE_TEST_SUITE_P(All, Group, testing::ValuesIn(kGroups));

TEST(DefaultRules, ATooLargeGroupIsNotMadeAndAnExistingOneIsReported) {
  DefaultWorld world;
  const Attributes large = {
      {"sourceAnchor", {"a"}}, {"securityEnabled", {"True"}}, {"memberCount", {"250001"}}};
  const SourceObject unknown = world.object("group", world.metaverse_schema, large);
  EXPECT_EQ(world.inScope(Direction::kOutbound, unknown), "Out to Entra - Group Common");
  const SourceObject known =
      world.object("group", world.metaverse_schema, with(large, {{"cloudAnchor", {"g1"}}}));
  EXPECT_THAT(world.flowOut(known), HasSubstr("more than 250000 members"));
}

// ---------------------------------------------------------------- contacts

class Contact : public testing::TestWithParam<AccountExample> {};

TEST_P(Contact, IsTreatedAsDocumented) {
  DefaultWorld world;
  const Attributes partner = {{"objectGUID", {kGuid}},
                              {"cn", {"Pat"}},
                              {"mail", {"pat@partner.example"}},
                              {"targetAddress", {"SMTP:pat@partner.example"}}};
  const SourceObject contact = world.object(
      "contact", world.source_schema, with(partner, GetParam().changes), GetParam().dn);
  EXPECT_THAT(world.cloudOf(contact, "person"), HasSubstr(GetParam().expected));
}

const AccountExample kContacts[] = {
    {"with mail",
     {},
     "CN=Pat,DC=x",
     "alias=Pat; commonName=Pat; displayName=Pat; dn=CN={4D79495241465645643261496D6171377A4E33752F"
     "773D3D}; mail=pat@partner.example; sourceAnchor=MyIRAFVEd2aImaq7zN3u/w==; "
     "targetAddress=SMTP:pat@partner.example"},
    {"without mail", {{"mail", {}}}, "CN=Pat,DC=x", "not provisioned"},
    {"with a primary address only",
     {{"mail", {}}, {"proxyAddresses", {"SMTP:p@x"}}},
     "CN=Pat,DC=x",
     "proxyAddresses=SMTP:p@x"},
    {"conflict", {}, "CN=Pat\\0ACNF:12,DC=x", "not linked"},
    {"critical", {{"isCriticalSystemObject", {"True"}}}, "CN=Pat,DC=x", "not linked"},
    {"cas", {{"mailNickname", {"CAS_{12}"}}}, "CN=Pat,DC=x", "not linked"},
    {"of the service",
     {{"displayName", {"Pat (MSOL)"}}, {"msExchHideFromAddressLists", {"True"}}},
     "CN=Pat,DC=x",
     "not provisioned"},
    {"of the service but shown",
     {{"displayName", {"Pat (MSOL)"}}},
     "CN=Pat,DC=x",
     "displayName=Pat (MSOL)"},
};
INSTANTIATE_TEST_SUITE_P(All, Contact, testing::ValuesIn(kContacts));

// ---------------------------------------------------------------- OpenLDAP

TEST(DefaultRules, PeopleOfOpenLdapBecomeUsers) {
  DefaultWorld world(SourceKind::kOpenLdap);
  const Attributes bo = {{"entryUUID", {kGuid}},
                         {"uid", {"bo"}},
                         {"cn", {"Bo Ek"}},
                         {"sn", {"Ek"}},
                         {"mail", {"bo@example.com"}},
                         {"ou", {"Sales"}},
                         {"employeeNumber", {"17"}},
                         {"labeledURI", {"https://example.com/bo Bo's page"}},
                         {"manager", {"uid=boss,dc=x"}}};
  const SourceObject person = world.object("inetOrgPerson", world.source_schema, bo, "uid=bo,dc=x");
  EXPECT_EQ(world.cloudOf(person, "person"),
            "accountEnabled=True; alias=bo; commonName=Bo Ek; department=Sales; displayName=Bo Ek; "
            "dn=CN={4D79495241465645643261496D6171377A4E33752F773D3D}; "
            "dnsDomainName=corp.example.com; employeeID=17; mail=bo@example.com; "
            "manager<-manager; onPremisesDistinguishedName=uid=bo,dc=x; "
            "onPremisesSamAccountName=bo; onPremisesUserPrincipalName=bo@example.com; "
            "proxyAddresses=SMTP:bo@example.com; "
            "sourceAnchor=MyIRAFVEd2aImaq7zN3u/w==; surname=Ek; userPrincipalName=bo@example.com; "
            "wWWHomePage=https://example.com/bo");
  const SourceObject nobody =
      world.object("inetOrgPerson", world.source_schema, with(bo, {{"uid", {}}}), "cn=Bo,dc=x");
  EXPECT_EQ(world.cloudOf(nobody, "person"), "not linked");
}

TEST(DefaultRules, GroupsOfOpenLdapAreSecurityGroups) {
  DefaultWorld world(SourceKind::kOpenLdap);
  const SourceObject names =
      world.object("groupOfNames",
                   world.source_schema,
                   {{"entryUUID", {kGuid}}, {"cn", {"staff"}}, {"member", {"uid=bo,dc=x"}}});
  EXPECT_THAT(world.flowIn({names}), HasSubstr("member<-member; memberCount=1"));
  EXPECT_THAT(world.cloudOf(names, "group"), HasSubstr("displayName=staff"));
  const SourceObject unique =
      world.object("groupOfUniqueNames",
                   world.source_schema,
                   {{"entryUUID", {kGuid}}, {"cn", {"staff"}}, {"uniqueMember", {"uid=bo,dc=x"}}});
  EXPECT_THAT(world.flowIn({unique}), HasSubstr("member<-uniqueMember; memberCount=1"));
}

// ---------------------------------------------------------------- from Entra

TEST(DefaultRules, TheCloudTellsWhatItKnows) {
  DefaultWorld world;
  const auto in_scope = [&](const SourceObject& object) {
    return world.set->inScope(*world.evaluation, WorldForTest::kCloud, Direction::kInbound, object);
  };
  const SourceObject user = world.object("user",
                                         world.cloud_schema,
                                         {{"sourceAnchor", {"a="}},
                                          {"cloudAnchor", {"42"}},
                                          {"cloudMastered", {"False"}},
                                          {"displayName", {"not taken over"}}});
  const auto rules = in_scope(user);
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(world.set->rule(rules[0]).link, LinkType::kJoin);
  EXPECT_TRUE(world.set->rule(rules[0]).joins.at(0).at(0).case_sensitive);
  const std::vector<Contributor> contributors = {
      {ConnectorObjectId(7), WorldForTest::kCloud, user, rules}};
  world.set->flowIn(*world.evaluation, contributors, {}, false, world.result);
  EXPECT_EQ(world.show(world.result), "cloudAnchor=42; cloudMastered=False; cloudSourceAnchor=a=");
  EXPECT_TRUE(
      in_scope(world.object("user", world.cloud_schema, {{"cloudMastered", {"True"}}})).empty());
}

}  // namespace
}  // namespace tandem::rules
