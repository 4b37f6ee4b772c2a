// SPDX-License-Identifier: Apache-2.0
//
// What the default rules cost an object: scope and flows, into the metaverse and out of it. The
// yardstick of the design is 60 flows each way within 3 µs, and no allocation once it is warm.
#include <cstdio>
#include <cstdlib>

#include <benchmark/benchmark.h>

#include "allocation_count.h"
#include "base/bytes.h"
#include "base/check.h"
#include "directory/record.h"
#include "rules/default_rules.h"
#include "rules/rule_set.h"

namespace tandem::rules {
namespace {

constexpr ConnectorId kSource{1};
constexpr ConnectorId kCloud{2};

class NoReferences final : public ReferenceReader {
 public:
  std::uint32_t count(AttributeId /*attribute*/) const override { return 1; }
  std::vector<std::string> values(AttributeId /*attribute*/, std::size_t /*limit*/) const override {
    return {};
  }
  bool isMemberOf(std::string_view /*group_dn*/) const override { return false; }
};

class World {
 public:
  World() {
    source_schema_ = activeDirectorySchema(attributes_);
    metaverse_schema_ = metaverseSchema(attributes_);
    cloud_schema_ = entraSchema(attributes_);
    context_.attributes = &attributes_;
    context_.object_types = &types_;
    context_.connectors = {{"corp", kSource}, {"entra", kCloud}};
    context_.connector_schemas = {{kSource, &source_schema_}, {kCloud, &cloud_schema_}};
    context_.metaverse_schema = &metaverse_schema_;
    context_.parameters[kSource] = {{"Connector.ID", "5f0c6c0e-6f0e-4c9e-9d0b-2a1f0e6b7c11"},
                                    {"Domain.FQDN", "corp.example.com"},
                                    {"Domain.Netbios", "CORP"}};
    context_.parameters[kCloud] = {{"Tenant.InitialDomain", "contoso.onmicrosoft.com"},
                                   {"Tenant.VerifiedDomains", "example.com;example.org"},
                                   {"Tenant.TakesMailGroups", "True"},
                                   {"Tenant.TakesContacts", "True"}};
    context_.rule_id = [](const SyncRule& rule) { return RuleId(rule.precedence); };
  }

  std::unique_ptr<RuleSet> compile(std::span<const SyncRule> rules) {
    Problems problems;
    auto set = RuleSet::compile(rules, context_, problems);
    for (const Problem& problem : problems)
      std::fprintf(stderr, "%s\n", problem.message.c_str());
    TANDEM_CHECK(set != nullptr);
    return set;
  }

  static std::vector<SyncRule> defaults() {
    DefaultRuleOptions options;
    options.sources = {{"corp", SourceKind::kActiveDirectory}};
    return defaultRules(options);
  }

  // Half of the flows copy, half compute: the mix that the design's budget speaks of.
  static std::vector<SyncRule> sixtyFlows() {
    SyncRule rule;
    rule.id = "sixty";
    rule.name = "sixty flows";
    rule.connector = "corp";
    rule.source_type = "user";
    rule.target_type = "person";
    rule.link = LinkType::kProvision;
    for (int i = 1; i <= 15; ++i) {
      const std::string extension = "extensionAttribute" + std::to_string(i);
      rule.mappings.push_back({extension, FlowType::kDirect, extension, {}, false, {}});
    }
    const char* const direct[] = {"cn",
                                  "sn",
                                  "givenName",
                                  "displayName",
                                  "title",
                                  "l",
                                  "st",
                                  "c",
                                  "co",
                                  "company",
                                  "department",
                                  "mobile",
                                  "pager",
                                  "initials",
                                  "postalCode"};
    for (const char* name : direct)
      rule.mappings.push_back({name, FlowType::kDirect, name, {}, false, {}});
    const char* const computed[] = {"telephoneNumber",     "facsimileTelephoneNumber",
                                    "homePhone",           "ipPhone",
                                    "middleName",          "physicalDeliveryOfficeName",
                                    "preferredLanguage",   "streetAddress",
                                    "wWWHomePage",         "info",
                                    "telephoneAssistant",  "employeeID",
                                    "employeeType",        "division",
                                    "legacyExchangeDN",    "targetAddress",
                                    "mailNickname",        "personalTitle",
                                    "msExchAssistantName", "msExchImmutableId"};
    for (const char* name : computed) {
      const std::string text = std::string("Trim([") + name + "])";
      rule.mappings.push_back({name, FlowType::kExpression, text, {}, false, {}});
    }
    const std::pair<const char*, const char*> others[] = {
        {"accountEnabled", "IIF(BitAnd([userAccountControl],2)=0,True,False)"},
        {"sourceAnchor", "ConvertToBase64([objectGUID])"},
        {"objectSidString", "StringFromSid([objectSid])"},
        {"userPrincipalName",
         "IIF(IsPresent([userPrincipalName]),[userPrincipalName],[sAMAccountName]&\"@\"&"
         "%Domain.FQDN%)"},
        {"pwdLastSet",
         "IIF(IsPresent([pwdLastSet]),CStr(FormatDateTime(DateFromNum([pwdLastSet]),"
         "\"yyyyMMddHHmmss.0Z\")),NULL)"},
        {"proxyAddresses", "RemoveDuplicates(Trim(ImportedValue(\"proxyAddresses\")))"},
        {"description",
         "IIF(IsNullOrEmpty([description]),NULL,Left(Trim(Item([description],1)),448))"},
        {"domainFQDN", "%Domain.FQDN%"},
        {"sourceObjectType", "IIF([msExchRecipientTypeDetails]=2,NULL,\"User\")"},
        {"cloudFiltered",
         "IIF([sAMAccountName]=\"SUPPORT_388945a0\" || Left([mailNickname],14)=\"SystemMailbox{\" "
         "|| CBool(InStr(DNComponent(CRef([dn]),1),\"\\\\0ACNF:\")>0),True,NULL)"}};
    for (const auto& [name, text] : others)
      rule.mappings.push_back({name, FlowType::kExpression, text, {}, false, {}});
    return {rule};
  }

  // About 1 KB: what a directory of some age knows of a person.
  std::string user() {
    directory::RecordBuilder record;
    const auto text = [&](const std::string& name, std::string_view value) {
      const auto* const definition = source_schema_.find(*attributes_.find(name));
      record.add(definition->id, definition->type, definition->multi, value);
    };
    const char* const texts[] = {"cn",
                                 "sn",
                                 "givenName",
                                 "displayName",
                                 "title",
                                 "l",
                                 "st",
                                 "co",
                                 "company",
                                 "department",
                                 "mobile",
                                 "telephoneNumber",
                                 "mail",
                                 "physicalDeliveryOfficeName",
                                 "streetAddress",
                                 "postalCode",
                                 "employeeID",
                                 "sAMAccountName",
                                 "mailNickname",
                                 "homePhone",
                                 "facsimileTelephoneNumber",
                                 "preferredLanguage",
                                 "wWWHomePage",
                                 "employeeType",
                                 "legacyExchangeDN"};
    for (const char* name : texts)
      text(name, std::string("value of ") + name);
    for (int i = 1; i <= 15; ++i)
      text("extensionAttribute" + std::to_string(i), "extension value " + std::to_string(i));
    text("c", "SE");
    text("userPrincipalName", "ann.lee@example.com");
    text("proxyAddresses", "SMTP:ann.lee@example.com");
    text("proxyAddresses", "smtp:ann@example.com");
    text("proxyAddresses", "x500:/o=Example/ou=Sales/cn=Recipients/cn=ann");
    text("description", "somebody in sales");
    text("objectGUID", "0123456789abcdef");
    text("objectSid", *fromHex("010500000000000515000000010000000200000003000000e9030000"));
    record.addInteger(*attributes_.find("userAccountControl"), 512);
    record.addInteger(*attributes_.find("pwdLastSet"), 129699324000000000);
    record.addInteger(*attributes_.find("countryCode"), 752);
    return record.finish();
  }

  SourceObject object(std::string_view type, std::string_view record) {
    return {ObjectTypeId(types_.intern(type)),
            "CN=Ann Lee,OU=Sales,OU=Sweden,DC=corp,DC=example,DC=com",
            record,
            record,
            &references_};
  }

 private:
  directory::AttributeTable attributes_;
  directory::NameTable types_;
  directory::Schema source_schema_;
  directory::Schema metaverse_schema_;
  directory::Schema cloud_schema_;
  CompileContext context_;
  NoReferences references_;
};

class AllocationCount {
 public:
  explicit AllocationCount(benchmark::State& state) : state_(state), before_(g_allocations) {}
  ~AllocationCount() {
    state_.SetItemsProcessed(state_.iterations());
    const auto made = static_cast<double>(g_allocations - before_);
    state_.counters["allocations/object"] = made / static_cast<double>(state_.iterations());
  }

 private:
  benchmark::State& state_;
  std::uint64_t before_;
};

void runInbound(benchmark::State& state, const std::vector<SyncRule>& rules) {
  World world;
  const auto set = world.compile(rules);
  const auto evaluation = set->newEvaluation();
  const std::string record = world.user();
  const SourceObject object = world.object("user", record);
  FlowResult result;
  const auto once = [&] {
    const auto in_scope = set->inScope(*evaluation, kSource, Direction::kInbound, object);
    const Contributor contributor{ConnectorObjectId(1), kSource, object, in_scope};
    set->flowIn(*evaluation, {&contributor, 1}, {}, /*creating=*/false, result);
  };
  once();
  TANDEM_CHECK(!result.error);
  {
    const AllocationCount count(state);
    for (auto iteration : state) {
      static_cast<void>(iteration);
      once();
      benchmark::DoNotOptimize(result.record.data());
    }
  }
  state.counters["flows written"] = static_cast<double>(result.lineage.size());
  state.counters["bytes"] = static_cast<double>(result.record.size());
}

void sixtyFlowsIn(benchmark::State& state) {
  runInbound(state, World::sixtyFlows());
}
BENCHMARK(sixtyFlowsIn);

void defaultRulesIn(benchmark::State& state) {
  runInbound(state, World::defaults());
}
BENCHMARK(defaultRulesIn);

void defaultRulesOut(benchmark::State& state) {
  World world;
  const auto set = world.compile(World::defaults());
  const auto evaluation = set->newEvaluation();
  const std::string record = world.user();
  const SourceObject user = world.object("user", record);
  FlowResult metaverse;
  const auto in_scope = set->inScope(*evaluation, kSource, Direction::kInbound, user);
  const Contributor contributor{ConnectorObjectId(1), kSource, user, in_scope};
  set->flowIn(*evaluation, {&contributor, 1}, {}, /*creating=*/true, metaverse);
  SourceObject person = world.object("person", metaverse.record);
  person.dn = {};
  FlowResult result;
  const auto once = [&] {
    const auto rules = set->inScope(*evaluation, kCloud, Direction::kOutbound, person);
    set->flowOut(*evaluation, kCloud, person, rules, {}, /*creating=*/false, result);
  };
  once();
  TANDEM_CHECK(!result.error);
  {
    const AllocationCount count(state);
    for (auto iteration : state) {
      static_cast<void>(iteration);
      once();
      benchmark::DoNotOptimize(result.record.data());
    }
  }
  state.counters["flows written"] = static_cast<double>(result.lineage.size());
  state.counters["bytes"] = static_cast<double>(result.record.size());
}
BENCHMARK(defaultRulesOut);

void scopeOnly(benchmark::State& state) {
  World world;
  const auto set = world.compile(World::defaults());
  const auto evaluation = set->newEvaluation();
  const std::string record = world.user();
  const SourceObject object = world.object("user", record);
  const AllocationCount count(state);
  for (auto iteration : state) {
    static_cast<void>(iteration);
    benchmark::DoNotOptimize(
        set->inScope(*evaluation, kSource, Direction::kInbound, object).data());
  }
}
BENCHMARK(scopeOnly);

void compileDefaultRules(benchmark::State& state) {
  World world;
  const std::vector<SyncRule> rules = World::defaults();
  for (auto iteration : state) {
    static_cast<void>(iteration);
    benchmark::DoNotOptimize(world.compile(rules).get());
  }
}
BENCHMARK(compileDefaultRules);

}  // namespace
}  // namespace tandem::rules
