// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_writer.h"

#include <nlohmann/json.hpp>

#include "policy/duration.h"
#include "rules/rule_json.h"

namespace tandem::policy {
namespace {

using Json = nlohmann::ordered_json;

void setUnlessEmpty(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

void setUnlessEmpty(Json& json, const char* key, const std::vector<std::string>& texts) {
  if (!texts.empty()) json[key] = texts;
}

void writeLdap(Json& json, const LdapConnection& ldap) {
  json["host"] = ldap.host;
  setUnlessEmpty(json, "connectAddress", ldap.connect_address);
  if (ldap.port != 0) json["port"] = ldap.port;
  Json tls;
  tls["mode"] = wordFor(kTlsModes, ldap.tls);
  setUnlessEmpty(tls, "caFile", ldap.ca_file);
  if (ldap.allow_plain_password) tls["allowPlainPassword"] = true;
  json["tls"] = std::move(tls);
  Json bind;
  bind["method"] = wordFor(kBindMethods, ldap.bind);
  bind["account"] = ldap.account;
  setUnlessEmpty(bind, "passwordSecret", ldap.password_secret);
  setUnlessEmpty(bind, "keytab", ldap.keytab);
  json["bind"] = std::move(bind);
  json["deltaImport"] = wordFor(kDeltaMethods, ldap.delta);
  json["pageSize"] = ldap.page_size;
  json["connectTimeoutSeconds"] = ldap.connect_timeout_seconds;
  json["timeoutSeconds"] = ldap.timeout_seconds;
}

void writeEntra(Json& json, const EntraConnection& entra) {
  json["tenantId"] = entra.tenant_id;
  json["clientId"] = entra.client_id;
  Json credential = Json::object();
  setUnlessEmpty(credential, "clientSecret", entra.client_secret);
  setUnlessEmpty(credential, "certificateFile", entra.certificate_file);
  setUnlessEmpty(credential, "certificateKeySecret", entra.certificate_secret);
  json["credential"] = std::move(credential);
  json["authority"] = entra.authority;
  json["graph"] = entra.graph;
  setUnlessEmpty(json, "caFile", entra.ca_file);
  json["profile"] = wordFor(kEntraProfiles, entra.profile);
}

Json partitionJson(const Partition& partition) {
  Json json;
  json["dn"] = partition.dn;
  json["include"] = partition.include;
  json["exclude"] = partition.exclude;
  return json;
}

Json connectorJson(const ConnectorPolicy& connector) {
  Json json;
  json["name"] = connector.name;
  json["id"] = connector.id;
  json["kind"] = wordFor(kConnectorKinds, connector.kind);
  switch (connector.kind) {
    case ConnectorKind::kActiveDirectory:
    case ConnectorKind::kOpenLdap:
      writeLdap(json, connector.ldap);
      break;
    case ConnectorKind::kLdif:
      json["folder"] = connector.ldif.folder;
      json["schema"] = wordFor(kDirectorySchemas, connector.ldif.schema);
      json["anchor"] = wordFor(kLdifAnchors, connector.ldif.anchor);
      break;
    case ConnectorKind::kEntra:
      writeEntra(json, connector.entra);
      return json;
  }
  setUnlessEmpty(json, "netbiosName", connector.netbios_name);
  Json partitions = Json::array();
  for (const Partition& partition : connector.partitions) {
    partitions.push_back(partitionJson(partition));
  }
  json["partitions"] = std::move(partitions);
  setUnlessEmpty(json, "objectTypes", connector.object_types);
  setUnlessEmpty(json, "extraAttributes", connector.extra_attributes);
  return json;
}

Json featuresJson(const OptionalFeatures& features) {
  Json json;
  json["passwordWriteback"] = features.password_writeback;
  json["groupWriteback"] = features.group_writeback;
  json["deviceWriteback"] = features.device_writeback;
  json["userWriteback"] = features.user_writeback;
  json["exchangeHybrid"] = features.exchange_hybrid;
  json["exchangeMailPublicFolders"] = features.exchange_mail_public_folders;
  json["pilotGroup"] = features.pilot_group;
  json["directoryExtensions"] = features.directory_extensions;
  return json;
}

Json runProfileJson(const RunProfile& profile) {
  Json json;
  json["name"] = profile.name;
  json["connector"] = profile.connector;
  Json steps = Json::array();
  for (const RunStep step : profile.steps)
    steps.push_back(wordFor(kRunSteps, step));
  json["steps"] = std::move(steps);
  return json;
}

Json thresholdsJson(const Thresholds& thresholds) {
  Json json;
  json["deletions"] = {{"enabled", thresholds.deletions.enabled},
                       {"count", thresholds.deletions.count},
                       {"percent", thresholds.deletions.percent},
                       {"percentAppliesAbove", thresholds.deletions.percent_applies_above}};
  json["changes"] = {{"enabled", thresholds.changes.enabled},
                     {"percent", thresholds.changes.percent},
                     {"percentAppliesAbove", thresholds.changes.percent_applies_above}};
  json["absence"] = {{"enabled", thresholds.absence.enabled},
                     {"percent", thresholds.absence.percent},
                     {"percentAppliesAbove", thresholds.absence.percent_applies_above}};
  return json;
}

Json exportedJson(const Exported& exported) {
  Json json = Json::object();
  setUnlessEmpty(json, "by", exported.by);
  setUnlessEmpty(json, "host", exported.host);
  setUnlessEmpty(json, "serverId", exported.server_id);
  setUnlessEmpty(json, "at", exported.at);
  setUnlessEmpty(json, "version", exported.version);
  return json;
}

Json rulesJson(const std::vector<rules::SyncRule>& rules) {
  Json json = Json::array();
  for (const rules::SyncRule& rule : rules)
    json.push_back(rules::toJson(rule));
  return json;
}

Json standardRulesJson(const StandardRules& standard) {
  Json json;
  json["include"] = standard.include;
  json["disabled"] = standard.disabled;
  if (!standard.in_full.empty()) json["inFull"] = rulesJson(standard.in_full);
  return json;
}

}  // namespace

std::string writePolicy(const PolicyDocument& document) {
  Json json;
  json["version"] = kPolicyVersion;
  if (document.exported) json["exported"] = exportedJson(*document.exported);
  json["identity"] = {{"name", document.identity.name}, {"tenant", document.identity.tenant}};
  const std::string& anchor = document.source_anchor.attribute;
  json["sourceAnchor"] = {{"attribute", anchor.empty() ? "automatic" : anchor}};
  json["signIn"] = {{"method", wordFor(kSignInMethods, document.sign_in)}};
  json["optionalFeatures"] = featuresJson(document.features);
  json["connectors"] = Json::array();
  for (const ConnectorPolicy& connector : document.connectors) {
    json["connectors"].push_back(connectorJson(connector));
  }
  json["standardRules"] = standardRulesJson(document.standard_rules);
  json["rules"] = rulesJson(document.rules);
  json["runProfiles"] = Json::array();
  for (const RunProfile& profile : document.run_profiles) {
    json["runProfiles"].push_back(runProfileJson(profile));
  }
  json["scheduler"] = {{"cycleEnabled", document.scheduler.cycle_enabled},
                       {"cycleInterval", formatTimeSpan(document.scheduler.cycle_interval)},
                       {"maintenanceEnabled", document.scheduler.maintenance_enabled},
                       {"onChange", document.scheduler.on_change},
                       {"quietSeconds", document.scheduler.quiet.count()}};
  json["thresholds"] = thresholdsJson(document.thresholds);
  json["attributeChecks"] = {{"holdBack", document.attribute_checks.hold_back},
                             {"ignored", document.attribute_checks.ignored}};
  json["retention"] = {{"runHistory", formatTimeSpan(document.retention.run_history)}};
  return json.dump(2) + "\n";
}

}  // namespace tandem::policy
