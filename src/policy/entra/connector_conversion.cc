// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/connector_conversion.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "policy/entra/rule_attributes.h"
#include "policy/policy_check.h"

namespace tandem::policy::entra {
namespace {

// Needed by every directory to build its tree, and never synchronized.
constexpr std::array<std::string_view, 3> kContainers{
    "container", "domainDNS", "organizationalUnit"};

const std::string* parameterOf(const std::vector<Parameter>& parameters, std::string_view name) {
  for (const Parameter& parameter : parameters) {
    if (equalsIgnoreCaseAscii(parameter.name, name)) return &parameter.value;
  }
  return nullptr;
}

std::string subjectOf(const EntraConnector& connector) {
  return fmt::format("connector \"{}\"", connector.name);
}

class ConnectorConversion {
 public:
  ConnectorConversion(const EntraConfiguration& from, PolicyDocument& document, Report& report)
      : from_(from), document_(document), report_(report) {}

  void run() {
    for (const EntraConnector* one : byPrecedence()) {
      const EntraConnector& connector = *one;
      switch (connector.kind) {
        case EntraConnectorKind::kActiveDirectory:
          addDirectory(connector);
          break;
        case EntraConnectorKind::kEntra:
          addTenant(connector);
          break;
        case EntraConnectorKind::kOther:
          report_.push_back(
              {Outcome::kNotCarried,
               subjectOf(connector),
               fmt::format("{} {} has no counterpart", connector.category, connector.subtype),
               "is the directory LDAP? Then add a connector of kind openLdap by hand",
               "left out, with its rules",
               connector.where});
      }
    }
  }

 private:
  ConnectorPolicy& add(const EntraConnector& connector, ConnectorKind kind) {
    ConnectorPolicy& added = document_.connectors.emplace_back();
    added.name = freeName(connector.name);
    added.id = connector.id;
    added.kind = kind;
    return added;
  }

  // Our standard rules give the first directory the best claim to a value. On the old server it was
  // the one whose rules have the smallest numbers; the order of the files says nothing.
  std::vector<const EntraConnector*> byPrecedence() const {
    std::map<std::string, std::int32_t> best;
    for (const EntraRule& rule : from_.rules) {
      if (!rule.isStandard()) continue;
      const auto [there, is_new] = best.emplace(rule.body.connector, rule.body.precedence);
      if (!is_new) there->second = std::min(there->second, rule.body.precedence);
    }
    std::vector<const EntraConnector*> ordered;
    for (const EntraConnector& connector : from_.connectors)
      ordered.push_back(&connector);
    const auto claim = [&](const EntraConnector* connector) {
      const auto found = best.find(connector->id);
      return found == best.end() ? std::numeric_limits<std::int32_t>::max() : found->second;
    };
    std::stable_sort(ordered.begin(), ordered.end(), [&](const auto* a, const auto* b) {
      return claim(a) < claim(b);
    });
    return ordered;
  }

  // Names are unique in a policy, in any letter case.
  std::string freeName(const std::string& name) const {
    std::string candidate = name;
    for (int number = 2; document_.findConnector(candidate) != nullptr; ++number)
      candidate = fmt::format("{} {}", name, number);
    return candidate;
  }

  void addDirectory(const EntraConnector& connector) {
    ConnectorPolicy& added = add(connector, ConnectorKind::kActiveDirectory);
    LdapConnection& ldap = added.ldap;
    ldap.host = hostOf(connector);
    ldap.account = accountOf(connector);
    ldap.password_secret = isOnlyDirectory() ? "directory.password" : added.name + ".password";
    addPartitions(connector, added);
    const std::string* const group =
        parameterOf(connector.parameters, "Connector.GroupFilteringGroupDn");
    if (group != nullptr && !trimAscii(*group).empty()) document_.features.pilot_group = *group;
    report_.push_back({Outcome::kAdapted,
                       subjectOf(connector),
                       fmt::format("read from {} by LDAPS; the old server used {}",
                                   ldap.host,
                                   connector.ssl_bind ? "TLS" : "Kerberos"),
                       fmt::format("is {} the right domain controller, and whose authority signed "
                                   "its certificate (tls.caFile)?",
                                   ldap.host),
                       "host and LDAPS as they are in the policy",
                       connector.where});
    report_.push_back(
        {Outcome::kNotCarried,
         subjectOf(connector) + ", account",
         "passwords are in no export",
         fmt::format("with which account? {} belongs to the old server",
                     connector.login_user.empty() ? "The account" : connector.login_user),
         fmt::format("bind.account: {}; set the password with 'tandem secret set {}'",
                     ldap.account,
                     ldap.password_secret),
         connector.where});
  }

  bool isOnlyDirectory() const {
    const auto directories = std::count_if(
        from_.connectors.begin(), from_.connectors.end(), [](const EntraConnector& one) {
          return one.kind == EntraConnectorKind::kActiveDirectory;
        });
    return directories == 1;
  }

  // The domain controller that was asked last, or the forest's name, which resolves to all of them.
  static std::string hostOf(const EntraConnector& connector) {
    for (const EntraPartition& partition : connector.partitions) {
      const std::string* const last = parameterOf(partition.parameters, "last-dc");
      if (partition.selected && last != nullptr && !trimAscii(*last).empty()) return *last;
    }
    return connector.forest_name.empty() ? connector.name : connector.forest_name;
  }

  static std::string accountOf(const EntraConnector& connector) {
    const std::string& domain =
        connector.login_domain.empty() ? connector.forest_name : connector.login_domain;
    const std::string user = connector.login_user.empty() ? "tandem" : connector.login_user;
    if (user.find('@') != std::string::npos || domain.empty()) return user;
    return fmt::format("{}@{}", user, domain);
  }

  void addPartitions(const EntraConnector& connector, ConnectorPolicy& added) {
    for (const EntraPartition& partition : connector.partitions) {
      if (!partition.selected) continue;
      added.partitions.push_back({partition.name, partition.inclusions, partition.exclusions});
      report_.push_back(
          {Outcome::kCarried,
           fmt::format("partition {}", partition.name),
           fmt::format("{} containers included, {} excluded; the most specific decides",
                       partition.inclusions.size(),
                       partition.exclusions.size()),
           "",
           "",
           connector.where});
    }
    if (!added.partitions.empty() || connector.partitions.empty()) return;
    // No partition would mean all of them; what was read so far is nothing.
    const std::string& dn = connector.partitions.front().name;
    added.partitions.push_back({dn, {}, {dn}});
    report_.push_back({Outcome::kAdapted,
                       subjectOf(connector),
                       fmt::format("no partition is selected: all of {} is excluded", dn),
                       "",
                       "",
                       connector.where});
  }

  void addTenant(const EntraConnector& connector) {
    ConnectorPolicy& added = add(connector, ConnectorKind::kEntra);
    // "contoso.onmicrosoft.com - AAD"
    const std::string tenant = connector.name.substr(0, connector.name.find(" - "));
    document_.identity.tenant = tenant;
    added.entra.tenant_id = tenant;
    added.entra.client_id = kNoApplication;
    added.entra.client_secret = "entra.client-secret";
    report_.push_back({Outcome::kCarried,
                       subjectOf(connector),
                       fmt::format("the tenant {}", tenant),
                       "",
                       "",
                       connector.where});
    report_.push_back(
        {Outcome::kNotCarried,
         subjectOf(connector) + ", sign-in",
         "the old server signs in as a user of its own; here an application does",
         "which app registration? Give --client-id to tandem init, or set clientId",
         fmt::format("clientId {}, with which nothing can be written", kNoApplication),
         connector.where});
  }

  const EntraConfiguration& from_;
  PolicyDocument& document_;
  Report& report_;
};

// What the rules of a connector read of its objects.
struct ReadByRules {
  std::vector<std::string> types;
  std::vector<std::string> attributes;
};

void addOnce(std::vector<std::string>& names, const std::string& name) {
  if (!containsName(names, name)) names.push_back(name);
}

void addReads(const rules::SyncRule& rule, ReadByRules& reads) {
  if (rule.direction == rules::Direction::kInbound) {
    addOnce(reads.types, rule.source_type);
    for (const std::string& attribute : attributesRead(rule))
      addOnce(reads.attributes, attribute);
    return;
  }
  // An outbound rule looks its objects up by what it joins, and writes what it flows.
  for (const rules::JoinGroup& group : rule.join) {
    for (const rules::JoinCondition& condition : group)
      addOnce(reads.attributes, condition.connector_attribute);
  }
  for (const rules::AttributeMapping& mapping : rule.mappings)
    addOnce(reads.attributes, mapping.target);
}

}  // namespace

void convertConnectors(const EntraConfiguration& configuration,
                       PolicyDocument& document,
                       Report& report) {
  ConnectorConversion(configuration, document, report).run();
}

void convertSelections(const EntraConfiguration& configuration,
                       PolicyDocument& document,
                       Report& report) {
  const std::vector<rules::SyncRule> in_force = effectiveRules(document);
  for (const EntraConnector& connector : configuration.connectors) {
    if (connector.kind != EntraConnectorKind::kActiveDirectory) continue;
    const auto found = std::find_if(
        document.connectors.begin(), document.connectors.end(), [&](const ConnectorPolicy& one) {
          return one.id == connector.id;
        });
    if (found == document.connectors.end()) continue;
    ReadByRules ours;
    for (const rules::SyncRule& rule : in_force) {
      if (rule.connector == found->name) addReads(rule, ours);
    }
    ReadByRules theirs;
    for (const EntraRule& rule : configuration.rules) {
      if (rule.body.connector == connector.id) addReads(rule.body, theirs);
    }
    for (const EntraPartition& partition : connector.partitions) {
      if (!partition.selected) continue;
      for (const std::string& type : partition.object_classes) {
        const bool container =
            std::any_of(kContainers.begin(), kContainers.end(), [&](std::string_view one) {
              return equalsIgnoreCaseAscii(one, type);
            });
        if (!container && containsName(ours.types, type)) addOnce(found->object_types, type);
      }
    }
    // An attribute that rules of theirs read and ours do not was selected for those rules.
    for (const std::string& attribute : connector.attributes) {
      if (containsName(ours.attributes, attribute) || containsName(theirs.attributes, attribute)) {
        continue;
      }
      found->extra_attributes.push_back(attribute);
    }
    if (connector.attributes.empty() && found->object_types.empty()) continue;
    report.push_back(
        {Outcome::kAdapted,
         subjectOf(connector) + ", what is read",
         fmt::format("object types {}; attributes: those of the rules{}",
                     found->object_types.empty()
                         ? "of the rules"
                         : fmt::format("{}", fmt::join(found->object_types, ", ")),
                     found->extra_attributes.empty()
                         ? ""
                         : fmt::format(", and {}", fmt::join(found->extra_attributes, ", "))),
         "",
         "",
         connector.where});
  }
}

}  // namespace tandem::policy::entra
