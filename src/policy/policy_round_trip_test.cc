// SPDX-License-Identifier: Apache-2.0
//
// Whatever a policy can say survives writing and reading. The sample gives every field a value that
// is not its default; fields() takes each struct apart, and does not compile when one has a field
// more than it knows. So a new field cannot be forgotten in the reader, the writer or this test.
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include "policy/policy_reader.h"
#include "policy/policy_schema.h"
#include "policy/policy_writer.h"

namespace tandem::policy {
namespace {

auto fields(const Exported& value) {
  const auto& [by, host, server_id, at, version] = value;
  return std::tie(by, host, server_id, at, version);
}
auto fields(const Identity& value) {
  const auto& [name, tenant] = value;
  return std::tie(name, tenant);
}
auto fields(const SourceAnchor& value) {
  const auto& [attribute] = value;
  return std::tie(attribute);
}
auto fields(const LdapConnection& value) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = value;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
}
auto fields(const LdifSource& value) {
  const auto& [folder, schema, anchor] = value;
  return std::tie(folder, schema, anchor);
}
auto fields(const EntraConnection& value) {
  const auto& [a, b, c, d, e, f, g, h, i] = value;
  return std::tie(a, b, c, d, e, f, g, h, i);
}
auto fields(const Partition& value) {
  const auto& [dn, include, exclude] = value;
  return std::tie(dn, include, exclude);
}
auto fields(const ConnectorPolicy& value) {
  // The last one is the place in the file, which is not carried.
  const auto& [a, b, c, d, e, f, g, h, i, j, at] = value;
  static_cast<void>(at);
  return std::tie(a, b, c, d, e, f, g, h, i, j);
}
auto fields(const OptionalFeatures& value) {
  const auto& [a, b, c, d, e, f, g, h] = value;
  return std::tie(a, b, c, d, e, f, g, h);
}
auto fields(const StandardRules& value) {
  const auto& [include, disabled, in_full] = value;
  return std::tie(include, disabled, in_full);
}
auto fields(const rules::ScopeCondition& value) {
  const auto& [attribute, comparison, text] = value;
  return std::tie(attribute, comparison, text);
}
auto fields(const rules::JoinCondition& value) {
  const auto& [connector, metaverse, case_sensitive] = value;
  return std::tie(connector, metaverse, case_sensitive);
}
auto fields(const rules::AttributeMapping& value) {
  const auto& [target, flow, source, merge, execute_once, where] = value;
  static_cast<void>(where);
  return std::tie(target, flow, source, merge, execute_once);
}
auto fields(const rules::SyncRule& value) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, where] = value;
  static_cast<void>(where);
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
}
auto fields(const RunProfile& value) {
  const auto& [name, connector, steps] = value;
  return std::tie(name, connector, steps);
}
auto fields(const Scheduler& value) {
  const auto& [enabled, interval, maintenance, on_change, quiet] = value;
  return std::tie(enabled, interval, maintenance, on_change, quiet);
}
auto fields(const DeletionThreshold& value) {
  const auto& [enabled, count, percent, above] = value;
  return std::tie(enabled, count, percent, above);
}
auto fields(const ChangeThreshold& value) {
  const auto& [enabled, percent, above] = value;
  return std::tie(enabled, percent, above);
}
auto fields(const AbsenceGuard& value) {
  const auto& [enabled, percent, above] = value;
  return std::tie(enabled, percent, above);
}
auto fields(const Thresholds& value) {
  const auto& [deletions, changes, absence] = value;
  return std::tie(deletions, changes, absence);
}
auto fields(const AttributeChecks& value) {
  const auto& [hold_back, ignored] = value;
  return std::tie(hold_back, ignored);
}
auto fields(const Retention& value) {
  const auto& [run_history] = value;
  return std::tie(run_history);
}
auto fields(const PolicyDocument& value) {
  const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = value;
  return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m);
}

template <class T>
concept HasFields = requires(const T& value) {
  fields(value);
};

template <class T>
bool isSame(const T& a, const T& b);

template <class T>
bool isSame(const std::vector<T>& a, const std::vector<T>& b) {
  bool same = a.size() == b.size();
  for (std::size_t i = 0; same && i < a.size(); ++i)
    same = isSame(a[i], b[i]);
  return same;
}
template <class T>
bool isSame(const std::optional<T>& a, const std::optional<T>& b) {
  return a.has_value() == b.has_value() && (!a || isSame(*a, *b));
}
template <class... T>
bool isSame(const std::tuple<T...>& a, const std::tuple<T...>& b) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return (isSame(std::get<I>(a), std::get<I>(b)) && ...);
  }
  (std::index_sequence_for<T...>());
}
template <class T>
bool isSame(const T& a, const T& b) {
  if constexpr (HasFields<T>) {
    return isSame(fields(a), fields(b));
  } else {
    return a == b;
  }
}

// The places ("3.0.2") of fields that have their default, deeply.
template <class T>
void listDefaults(const T& value, const std::string& place, std::vector<std::string>& found) {
  if constexpr (HasFields<T>) {
    const T plain{};
    const auto mine = fields(value);
    const auto theirs = fields(plain);
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((isSame(std::get<I>(mine), std::get<I>(theirs))
            ? found.push_back(place + "." + std::to_string(I))
            : listDefaults(std::get<I>(mine), place + "." + std::to_string(I), found)),
       ...);
    }
    (std::make_index_sequence<std::tuple_size_v<decltype(mine)>>());
  }
}

template <class T>
std::vector<std::string> defaultsOf(const T& value) {
  std::vector<std::string> found;
  listDefaults(value, "", found);
  return found;
}

LdapConnection ldapSample() {
  LdapConnection ldap;
  ldap.host = "dc1.corp.example.com";
  ldap.connect_address = "192.0.2.10";
  ldap.port = 3890;
  ldap.tls = TlsMode::kNone;
  ldap.allow_plain_password = true;
  ldap.ca_file = "/etc/tandem/ca.pem";
  ldap.bind = BindMethod::kGssapi;
  ldap.account = "tandem@CORP.EXAMPLE.COM";
  ldap.password_secret = "corp.password";
  ldap.keytab = "/etc/tandem/corp.keytab";
  ldap.delta = DeltaMethod::kNone;
  ldap.page_size = 77;
  ldap.connect_timeout_seconds = 11;
  ldap.timeout_seconds = 121;
  return ldap;
}

rules::SyncRule ruleSample(std::int32_t precedence) {
  rules::SyncRule rule;
  rule.id = "9a7d9a39-6f35-4d8a-9d3b-000000000001";
  rule.name = "Out to entra - Department";
  rule.description = "Ada's department";
  rule.immutable_tag = "Example.Tag.001";
  rule.connector = "corp.example.com";
  rule.direction = rules::Direction::kOutbound;
  rule.source_type = "person";
  rule.target_type = "user";
  rule.link = rules::LinkType::kStickyJoin;
  rule.precedence = precedence;
  rule.disabled = true;
  rule.password_sync = true;
  rule.scope = {{{"company", "EQUAL", "Example"}}};
  rule.join = {{{"mail", "mail", true}}};
  rule.mappings = {
      {"department",
       rules::FlowType::kExpression,
       "Trim([department])",
       rules::MergeType::kMerge,
       true,
       ""},
      {"company", rules::FlowType::kDirect, "company", rules::MergeType::kUpdate, false, ""}};
  return rule;
}

std::vector<ConnectorPolicy> connectorSamples() {
  ConnectorPolicy corp;
  corp.name = "corp.example.com";
  corp.id = "0b7f6c1e-6c6f-4d53-9f0e-3f8f0b6a1c01";
  corp.kind = ConnectorKind::kOpenLdap;
  corp.ldap = ldapSample();
  corp.netbios_name = "CORP";
  corp.partitions = {{"DC=corp,DC=example,DC=com",
                      {"OU=People,DC=corp,DC=example,DC=com"},
                      {"OU=Guests,OU=People,DC=corp,DC=example,DC=com"}}};
  corp.object_types = {"user"};
  corp.extra_attributes = {"employeeID"};
  ConnectorPolicy files = corp;
  files.name = "files";
  files.id = "0b7f6c1e-6c6f-4d53-9f0e-3f8f0b6a1c02";
  files.kind = ConnectorKind::kLdif;
  files.ldap = {};
  files.ldif = {"/srv/ldif", DirectorySchema::kOpenLdap, LdifAnchor::kDn};
  ConnectorPolicy entra;
  entra.name = "entra";
  entra.id = "0b7f6c1e-6c6f-4d53-9f0e-3f8f0b6a1c03";
  entra.kind = ConnectorKind::kEntra;
  entra.entra = {"example.onmicrosoft.com",
                 "5f0c0c54-8f4e-4a2b-9b1c-111111111111",
                 "",
                 "/etc/tandem/app.pem",
                 "entra.key",
                 "https://login.example.com",
                 "https://graph.example.com/v1.0",
                 "/etc/tandem/cloud-ca.pem",
                 EntraProfile::kSync};
  return {corp, files, entra};
}

PolicyDocument sample() {
  PolicyDocument document;
  document.exported = {"ada", "sync01", "11111111-2222-4333-8444-555555555555", "2026", "0.1"};
  document.identity = {"Example", "example.onmicrosoft.com"};
  document.source_anchor.attribute = "employeeID";
  document.sign_in = SignInMethod::kPassThrough;
  document.features = {true, true, true, true, true, true, "CN=Pilot,DC=x", {"costCenter"}};
  document.connectors = connectorSamples();
  document.standard_rules = {false, {"In from AD - User Exchange"}, {ruleSample(117)}};
  document.rules = {ruleSample(50)};
  document.run_profiles = {{"All", "files", {RunStep::kExport, RunStep::kDeltaImport}}};
  document.scheduler = {false, std::chrono::minutes(45), false, true, std::chrono::seconds(45)};
  document.thresholds.deletions = {false, 42, 11, 101};
  document.thresholds.changes = {true, 51, 102};
  document.thresholds.absence = {false, 21, 103};
  document.attribute_checks = {true, {"alias-duplicate"}};
  document.retention.run_history = std::chrono::hours(25);
  return document;
}

TEST(PolicyRoundTrip, TheSampleLeavesNoFieldAtItsDefault) {
  const PolicyDocument document = sample();
  EXPECT_EQ(defaultsOf(document), std::vector<std::string>());
  EXPECT_EQ(defaultsOf(document.rules[0]), std::vector<std::string>());
  EXPECT_EQ(defaultsOf(document.rules[0].scope[0][0]), std::vector<std::string>());
  EXPECT_EQ(defaultsOf(document.rules[0].join[0][0]), std::vector<std::string>());
  EXPECT_EQ(defaultsOf(document.rules[0].mappings[0]), std::vector<std::string>());
  EXPECT_EQ(defaultsOf(document.run_profiles[0]), std::vector<std::string>());
  const std::vector<ConnectorPolicy>& connectors = document.connectors;
  EXPECT_EQ(defaultsOf(connectors[0].partitions[0]), std::vector<std::string>());
  // Each kind of connector has its own part; the others' stay empty.
  EXPECT_EQ(defaultsOf(connectors[0].ldap), std::vector<std::string>());
  EXPECT_EQ(defaultsOf(connectors[0]), (std::vector<std::string>{".4", ".5"}));
  EXPECT_EQ(defaultsOf(connectors[1].ldif), std::vector<std::string>());
  // Either a client secret or a certificate: the other test has the secret.
  EXPECT_EQ(defaultsOf(connectors[2].entra), std::vector<std::string>{".2"});
}

TEST(PolicyRoundTrip, EveryFieldIsWrittenAndReadBack) {
  const PolicyDocument document = sample();
  const ReadPolicy read = readPolicy(writePolicy(document), "p.json");
  ASSERT_TRUE(read.document) << writePolicy(document) << read.problems.front().where << ": "
                             << read.problems.front().message;
  EXPECT_TRUE(isSame(document, *read.document))
      << writePolicy(document) << writePolicy(*read.document);
  EXPECT_EQ(writePolicy(document), writePolicy(*read.document));
}

TEST(PolicyRoundTrip, AClientSecretInsteadOfACertificate) {
  PolicyDocument document = sample();
  EntraConnection& entra = document.connectors[2].entra;
  entra.certificate_file = entra.certificate_secret = "";
  entra.client_secret = "entra.secret";
  const ReadPolicy read = readPolicy(writePolicy(document), "p.json");
  ASSERT_TRUE(read.document);
  EXPECT_TRUE(isSame(document, *read.document));
}

void collectKeys(const nlohmann::json& schema, std::set<std::string>& keys) {
  if (schema.is_array()) {
    for (const auto& part : schema)
      collectKeys(part, keys);
  }
  if (!schema.is_object()) return;
  for (const auto& [name, part] : schema.items()) {
    if (name == "properties") {
      for (const auto& [key, value] : part.items())
        keys.insert(key);
    }
    collectKeys(part, keys);
  }
}

// A key that only the schema knows would be accepted by editors and refused, or lost, by us.
TEST(PolicyRoundTrip, EveryKeyOfTheSchemaIsWritten) {
  PolicyDocument with_secret = sample();
  with_secret.connectors[2].entra.certificate_file.clear();
  with_secret.connectors[2].entra.client_secret = "entra.secret";
  const std::string written = writePolicy(sample()) + writePolicy(with_secret);
  std::set<std::string> keys;
  collectKeys(nlohmann::json::parse(policySchema()), keys);
  keys.erase("$schema");
  EXPECT_GT(keys.size(), 50U);
  for (const std::string& key : keys) {
    EXPECT_NE(written.find("\"" + key + "\":"), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace tandem::policy
