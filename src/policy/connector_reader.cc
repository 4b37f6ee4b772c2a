// SPDX-License-Identifier: Apache-2.0
#include "policy/connector_reader.h"

#include <algorithm>
#include <limits>

#include <fmt/core.h>

#include "base/text.h"
#include "directory/dn.h"
#include "directory/guid.h"

namespace tandem::policy {
namespace {

using Kind = JsonNode::Kind;

constexpr std::uint32_t kLargestPort = std::numeric_limits<std::uint16_t>::max();
constexpr std::uint32_t kLargestPage = 100000;
constexpr std::uint32_t kLongestTimeout = 3600;

void readTls(ObjectReader& in, LdapConnection& ldap) {
  in.word("mode", kTlsModes, ldap.tls);
  in.text("caFile", ldap.ca_file);
  in.flag("allowPlainPassword", ldap.allow_plain_password);
}

void readBind(ObjectReader& in, LdapConnection& ldap) {
  in.word("method", kBindMethods, ldap.bind);
  in.text("account", ldap.account, /*required=*/true);
  in.text("passwordSecret", ldap.password_secret);
  in.text("keytab", ldap.keytab);
  const bool simple = ldap.bind == BindMethod::kSimple;
  if (simple && ldap.password_secret.empty()) {
    in.findings().error(in.node().at,
                        "\"passwordSecret\" is missing: name the secret that holds the password of "
                        "the account, and set it with 'tandem secret set NAME'");
  }
  if (!simple && ldap.keytab.empty()) {
    in.findings().error(in.node().at,
                        "\"keytab\" is missing: name the keytab file of the account's principal");
  }
}

// A simple bind sends the password as it is; without TLS the whole network reads it.
void checkPlainPassword(ObjectReader& in, const LdapConnection& ldap) {
  if (ldap.tls != TlsMode::kNone || ldap.bind != BindMethod::kSimple) return;
  const JsonNode* const tls = in.node().find("tls");
  const Position at = tls != nullptr ? tls->at : in.node().at;
  if (!ldap.allow_plain_password) {
    in.findings().error(at,
                        "a simple bind without TLS sends the password in the clear: use mode "
                        "\"ldaps\" or \"startTls\", or in a test network set "
                        "\"allowPlainPassword\": true");
  } else {
    in.findings().warning(at, "the password is sent in the clear (\"allowPlainPassword\")");
  }
}

void readLdap(ObjectReader& in, ConnectorPolicy& connector) {
  LdapConnection& ldap = connector.ldap;
  in.text("host", ldap.host, /*required=*/true);
  in.text("connectAddress", ldap.connect_address);
  std::uint32_t port = 0;
  in.number("port", port, 1, kLargestPort);
  ldap.port = static_cast<std::uint16_t>(port);
  in.object("tls", [&](ObjectReader& tls) { readTls(tls, ldap); });
  in.member("bind", /*required=*/true);
  in.object("bind", [&](ObjectReader& bind) { readBind(bind, ldap); });
  in.word("deltaImport", kDeltaMethods, ldap.delta);
  in.number("pageSize", ldap.page_size, 1, kLargestPage);
  in.number("connectTimeoutSeconds", ldap.connect_timeout_seconds, 1, kLongestTimeout);
  in.number("timeoutSeconds", ldap.timeout_seconds, 1, kLongestTimeout);
  checkPlainPassword(in, ldap);
  const bool active_directory = connector.kind == ConnectorKind::kActiveDirectory;
  const bool wrong = active_directory ? ldap.delta == DeltaMethod::kSyncRepl
                                      : ldap.delta == DeltaMethod::kDirSync ||
                                            ldap.delta == DeltaMethod::kUsnChanged;
  const JsonNode* const delta = in.node().find("deltaImport");
  if (wrong && delta != nullptr) {
    in.findings().error(delta->at,
                        fmt::format("\"{}\" does not exist in {}: use \"{}\", or \"automatic\"",
                                    delta->text,
                                    active_directory ? "Active Directory" : "OpenLDAP",
                                    active_directory ? "dirSync" : "syncRepl"));
  }
}

void readLdif(ObjectReader& in, LdifSource& ldif) {
  in.text("folder", ldif.folder, /*required=*/true);
  in.word("schema", kDirectorySchemas, ldif.schema);
  in.word("anchor", kLdifAnchors, ldif.anchor);
}

void readCredential(ObjectReader& in, EntraConnection& entra) {
  in.text("clientSecret", entra.client_secret);
  in.text("certificateFile", entra.certificate_file);
  in.text("certificateKeySecret", entra.certificate_secret);
  const bool certificate = !entra.certificate_file.empty();
  if (certificate == !entra.client_secret.empty()) {
    in.findings().error(in.node().at,
                        "give either \"clientSecret\" (the name of the secret), or "
                        "\"certificateFile\" with \"certificateKeySecret\"");
  } else if (certificate && entra.certificate_secret.empty()) {
    in.findings().error(in.node().at,
                        "\"certificateKeySecret\" is missing: name the secret that holds the "
                        "certificate's private key (PEM)");
  }
}

void checkUrl(ObjectReader& in, std::string_view key, const std::string& url) {
  if (url.rfind("https://", 0) == 0) return;
  const JsonNode* const node = in.node().find(key);
  if (node == nullptr) return;
  in.findings().error(node->at, fmt::format("\"{}\" should begin with https://", key));
}

void readEntra(ObjectReader& in, EntraConnection& entra) {
  in.text("tenantId", entra.tenant_id, /*required=*/true);
  in.text("clientId", entra.client_id, /*required=*/true);
  in.member("credential", /*required=*/true);
  in.object("credential", [&](ObjectReader& credential) { readCredential(credential, entra); });
  in.text("authority", entra.authority);
  in.text("graph", entra.graph);
  in.text("caFile", entra.ca_file);
  in.word("profile", kEntraProfiles, entra.profile);
  checkUrl(in, "authority", entra.authority);
  checkUrl(in, "graph", entra.graph);
}

void checkDn(ObjectReader& in, const JsonNode& node, const directory::Dn* ancestor) {
  const Result<directory::Dn> dn = directory::Dn::parse(node.text);
  if (!dn.ok()) {
    in.findings().error(node.at, dn.error().message());
  } else if (ancestor != nullptr && !dn.value().isUnder(*ancestor)) {
    in.findings().error(
        node.at,
        fmt::format("\"{}\" is not under the partition \"{}\"", node.text, ancestor->toText()));
  }
}

void checkContainers(ObjectReader& in, std::string_view key, const directory::Dn* partition) {
  const JsonNode* const list = in.node().find(key);
  if (list == nullptr || list->kind != Kind::kArray) return;
  for (const JsonNode& item : list->items) {
    if (item.kind == Kind::kString) checkDn(in, item, partition);
  }
}

// The same container on both lists has no meaning that two people would agree on.
void checkContradictions(ObjectReader& in, const Partition& partition) {
  for (const std::string& included : partition.include) {
    for (const std::string& excluded : partition.exclude) {
      if (directory::dnKey(included) != directory::dnKey(excluded)) continue;
      in.findings().error(in.node().at,
                          fmt::format("\"{}\" is both included and excluded", included));
    }
  }
}

void readPartition(ObjectReader& in, std::vector<Partition>& partitions) {
  Partition partition;
  in.text("dn", partition.dn, /*required=*/true);
  in.texts("include", partition.include);
  in.texts("exclude", partition.exclude);
  const JsonNode* const node = in.node().find("dn");
  if (node != nullptr && node->kind == Kind::kString) {
    checkDn(in, *node, nullptr);
    const Result<directory::Dn> dn = directory::Dn::parse(partition.dn);
    const directory::Dn* const ancestor = dn.ok() ? &dn.value() : nullptr;
    checkContainers(in, "include", ancestor);
    checkContainers(in, "exclude", ancestor);
    checkContradictions(in, partition);
  }
  for (const Partition& other : partitions) {
    if (directory::dnKey(other.dn) != directory::dnKey(partition.dn)) continue;
    in.findings().error(in.node().at,
                        fmt::format("the partition \"{}\" is listed twice", partition.dn));
  }
  partitions.push_back(std::move(partition));
}

void readDirectoryParts(ObjectReader& in, ConnectorPolicy& connector) {
  in.text("netbiosName", connector.netbios_name);
  in.objects("partitions",
             [&](ObjectReader& partition) { readPartition(partition, connector.partitions); });
  in.texts("objectTypes", connector.object_types);
  in.texts("extraAttributes", connector.extra_attributes);
}

}  // namespace

ConnectorPolicy readConnector(ObjectReader& in) {
  ConnectorPolicy connector;
  connector.at = in.node().at;
  in.text("name", connector.name, /*required=*/true);
  in.text("id", connector.id, /*required=*/true);
  const JsonNode* const id = in.node().find("id");
  if (id != nullptr && id->kind == Kind::kString && !directory::Guid::parseBigEndian(id->text)) {
    in.findings().error(id->at, fmt::format("\"{}\" is no GUID", id->text));
  }
  in.word("kind", kConnectorKinds, connector.kind, /*required=*/true);
  const JsonNode* const kind = in.node().find("kind");
  if (kind == nullptr || kind->text != wordFor(kConnectorKinds, connector.kind)) {
    in.skipRest();  // which keys belong here depends on it
    return connector;
  }
  switch (connector.kind) {
    case ConnectorKind::kActiveDirectory:
    case ConnectorKind::kOpenLdap:
      readLdap(in, connector);
      break;
    case ConnectorKind::kLdif:
      readLdif(in, connector.ldif);
      break;
    case ConnectorKind::kEntra:
      readEntra(in, connector.entra);
      break;
  }
  if (connector.isSource()) readDirectoryParts(in, connector);
  return connector;
}

}  // namespace tandem::policy
