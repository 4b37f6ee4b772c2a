// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/text.h"
#include "policy/entra/conversion.h"
#include "policy/entra/rule_attributes.h"
#include "policy/entra/settings_conversion.h"
#include "policy/policy_check.h"

namespace tandem::policy::entra {
namespace {

constexpr std::array<const char*, 3> kContainers{"container", "domainDNS", "organizationalUnit"};

EntraRunProfile runProfile(const std::string& owner,
                           std::string name,
                           const std::vector<RunStep>& steps,
                           const std::vector<EntraPartition>& partitions) {
  EntraRunProfile profile;
  profile.id = guidFor(owner + "\n" + name);
  profile.name = std::move(name);
  for (const RunStep step : steps) {
    EntraRunStep written;
    switch (step) {
      case RunStep::kFullImport:
        written = {"full-import", "to-cs", "", "50"};
        break;
      case RunStep::kDeltaImport:
        written = {"delta-import", "to-cs", "", "50"};
        break;
      case RunStep::kFullSynchronization:
        written = {"apply-rules", "reevaluate-flow-connectors", "", "0"};
        break;
      case RunStep::kDeltaSynchronization:
        written = {"apply-rules", "apply-pending", "", "0"};
        break;
      case RunStep::kExport:
        written = {"export", "", "", "30"};
        break;
    }
    for (const EntraPartition& partition : partitions) {
      written.partition = partition.id;
      profile.steps.push_back(written);
    }
  }
  return profile;
}

class PolicyExport {
 public:
  explicit PolicyExport(const PolicyDocument& document)
      : document_(document), rules_(effectiveRules(document)) {}

  EntraConfiguration run() {
    out_.format = Format::kPolicy;
    out_.has_connectors = true;
    out_.has_settings = true;
    if (document_.exported) {
      out_.metadata = {"",
                       document_.exported->by,
                       document_.exported->host,
                       document_.exported->at,
                       document_.exported->version};
    }
    for (const ConnectorPolicy& connector : document_.connectors)
      out_.connectors.push_back(connectorFor(connector));
    out_.settings = settingsOfPolicy(document_);
    for (const rules::SyncRule& rule : rules_)
      out_.rules.push_back(ruleFor(rule));
    std::stable_sort(
        out_.rules.begin(), out_.rules.end(), [](const EntraRule& a, const EntraRule& b) {
          return a.body.precedence < b.body.precedence;
        });
    return std::move(out_);
  }

 private:
  EntraConnector connectorFor(const ConnectorPolicy& connector) const {
    EntraConnector written;
    written.id = connector.kind == ConnectorKind::kEntra ? std::string(kEntraConnectorId)
                                                         : guidFor(connector.id);
    written.name = connector.name;
    const std::string_view kind = wordFor(kConnectorKinds, connector.kind);
    switch (connector.kind) {
      case ConnectorKind::kActiveDirectory:
        written.kind = EntraConnectorKind::kActiveDirectory;
        written.category = "AD";
        break;
      case ConnectorKind::kEntra:
        written.kind = EntraConnectorKind::kEntra;
        written.category = "Extensible2";
        written.subtype = "Windows Azure Active Directory (Microsoft)";
        break;
      case ConnectorKind::kOpenLdap:
      case ConnectorKind::kLdif:
        written.kind = EntraConnectorKind::kOther;
        written.category = "Extensible2";
        written.subtype = fmt::format("Tandem {}", kind);
        break;
    }
    addDirectory(connector, written);
    addPartitions(connector, written);
    addRunProfiles(connector, written);
    return written;
  }

  void addDirectory(const ConnectorPolicy& connector, EntraConnector& written) const {
    if (written.kind != EntraConnectorKind::kActiveDirectory) return;
    const std::string& account = connector.ldap.account;
    const std::size_t sign = account.find('@');
    written.login_user = account.substr(0, sign);
    if (sign != std::string::npos) written.login_domain = account.substr(sign + 1);
    written.forest_name = written.login_domain.empty() ? connector.name : written.login_domain;
    for (const rules::SyncRule& rule : rules_) {
      if (rule.connector != connector.name || rule.direction != rules::Direction::kInbound)
        continue;
      for (const std::string& attribute : attributesRead(rule))
        select(written, attribute);
    }
    for (const std::string& attribute : connector.extra_attributes)
      select(written, attribute);
    std::sort(written.attributes.begin(), written.attributes.end());
    Parameter pilot;
    pilot.name = "Connector.GroupFilteringGroupDn";
    pilot.use = "global";
    pilot.value = document_.features.pilot_group;
    written.parameters.push_back(std::move(pilot));
  }

  static void select(EntraConnector& written, const std::string& attribute) {
    // The name of the entry itself is no attribute of it.
    if (attribute != "dn" && !containsName(written.attributes, attribute)) {
      written.attributes.push_back(attribute);
    }
  }

  void addPartitions(const ConnectorPolicy& connector, EntraConnector& written) const {
    const bool is_tenant = connector.kind == ConnectorKind::kEntra;
    std::vector<Partition> partitions = connector.partitions;
    if (is_tenant) partitions = {{"default", {}, {}}};
    for (const Partition& partition : partitions) {
      EntraPartition& added = written.partitions.emplace_back();
      added.id = guidFor(connector.id + "\n" + partition.dn);
      added.name = partition.dn;
      added.display_name = partition.dn;
      added.inclusions = partition.include;
      added.exclusions = partition.exclude;
      added.object_classes = typesOf(connector);
      if (is_tenant || connector.ldap.host.empty()) continue;
      Parameter host;
      host.name = "last-dc";
      host.use = "partition";
      host.value = connector.ldap.host;
      added.parameters.push_back(std::move(host));
    }
  }

  std::vector<std::string> typesOf(const ConnectorPolicy& connector) const {
    std::vector<std::string> types = connector.object_types;
    if (types.empty()) {
      for (const rules::SyncRule& rule : rules_) {
        const bool inbound = rule.direction == rules::Direction::kInbound;
        const std::string& type = inbound ? rule.source_type : rule.target_type;
        if (rule.connector == connector.name && !containsName(types, type)) types.push_back(type);
      }
    }
    if (connector.kind == ConnectorKind::kActiveDirectory) {
      for (const char* const container : kContainers) {
        if (!containsName(types, container)) types.emplace_back(container);
      }
    }
    std::sort(types.begin(), types.end());
    return types;
  }

  void addRunProfiles(const ConnectorPolicy& connector, EntraConnector& written) const {
    for (const Word<RunStep>& word : kRunSteps) {
      written.run_profiles.push_back(
          runProfile(connector.id, std::string(word.text), {word.value}, written.partitions));
    }
    for (const RunProfile& profile : document_.run_profiles) {
      if (!equalsIgnoreCaseAscii(profile.connector, connector.name)) continue;
      written.run_profiles.push_back(
          runProfile(connector.id, profile.name, profile.steps, written.partitions));
    }
  }

  EntraRule ruleFor(const rules::SyncRule& rule) const {
    EntraRule written;
    written.body = rule;
    written.body.id = guidFor(rule.id);
    written.internal_id = written.body.id;
    written.body.where.clear();
    for (rules::AttributeMapping& mapping : written.body.mappings) {
      mapping.where.clear();
      written.sources.push_back(sourcesOf(mapping));
    }
    const ConnectorPolicy* const connector = document_.findConnector(rule.connector);
    if (connector != nullptr) {
      written.body.connector = connector->kind == ConnectorKind::kEntra
                                   ? std::string(kEntraConnectorId)
                                   : guidFor(connector->id);
    }
    return written;
  }

  const PolicyDocument& document_;
  std::vector<rules::SyncRule> rules_;
  EntraConfiguration out_;
};

}  // namespace

EntraConfiguration fromPolicy(const PolicyDocument& document) {
  return PolicyExport(document).run();
}

}  // namespace tandem::policy::entra
