// SPDX-License-Identifier: Apache-2.0
#include "policy/policy_check.h"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include <fmt/core.h>

#include "base/text.h"
#include "expression/suggestion.h"
#include "policy/findings.h"
#include "rules/default_rules.h"
#include "rules/rule_set.h"

namespace tandem::policy {
namespace {

bool isActiveDirectory(const ConnectorPolicy& connector) {
  if (connector.kind == ConnectorKind::kLdif) {
    return connector.ldif.schema == DirectorySchema::kActiveDirectory;
  }
  return connector.kind == ConnectorKind::kActiveDirectory;
}

bool names(const std::string& text, const rules::SyncRule& rule) {
  return equalsIgnoreCaseAscii(text, rule.name) || equalsIgnoreCaseAscii(text, rule.immutable_tag);
}

// All standard rules, the disabled ones too.
std::vector<rules::SyncRule> standardRules(const PolicyDocument& document) {
  if (!document.standard_rules.include) return {};
  rules::DefaultRuleOptions options;
  options.source_anchor = document.source_anchor.attribute;
  options.entra_connector.clear();
  for (const ConnectorPolicy& connector : document.connectors) {
    if (connector.isSource()) {
      options.sources.push_back({connector.name,
                                 isActiveDirectory(connector) ? rules::SourceKind::kActiveDirectory
                                                              : rules::SourceKind::kOpenLdap});
    } else {
      options.entra_connector = connector.name;
    }
  }
  std::vector<rules::SyncRule> standard = rules::defaultRules(options);
  // With no tenant yet there is nothing to write out to.
  standard.erase(std::remove_if(standard.begin(),
                                standard.end(),
                                [](const rules::SyncRule& rule) { return rule.connector.empty(); }),
                 standard.end());
  return standard;
}

// Every parameter that a connector gives to rules, with a value of the right form: the real ones
// are known at a run.
constexpr std::pair<const char*, const char*> kParameters[] = {
    {"Connector.ID", "00000000-0000-0000-0000-000000000000"},
    {"Connector.Name", "connector"},
    {"Domain.DN", "DC=corp,DC=example,DC=com"},
    {"Domain.FQDN", "corp.example.com"},
    {"Domain.Netbios", "CORP"},
    {"Forest.DN", "DC=corp,DC=example,DC=com"},
    {"Forest.FQDN", "corp.example.com"},
    {"Forest.Netbios", "CORP"},
    {"Tenant.Id", "00000000-0000-0000-0000-000000000000"},
    {"Tenant.InitialDomain", "example.onmicrosoft.com"},
    {"Tenant.TakesContacts", "True"},
    {"Tenant.TakesMailGroups", "True"},
    {"Tenant.VerifiedDomains", "example.onmicrosoft.com;example.com"},
};

// What a compiler of rules must know, from the schemas that ship with the project.
class ShippedWorld {
 public:
  explicit ShippedWorld(const PolicyDocument& document)
      : metaverse_(rules::metaverseSchema(attributes_)),
        active_directory_(rules::activeDirectorySchema(attributes_)),
        open_ldap_(rules::openLdapSchema(attributes_)),
        entra_(rules::entraSchema(attributes_)) {
    context_.attributes = &attributes_;
    context_.object_types = &object_types_;
    context_.metaverse_schema = &metaverse_;
    context_.rule_id = [this](const rules::SyncRule&) { return rules::RuleId(++last_rule_); };
    std::int64_t next = 0;
    for (const ConnectorPolicy& connector : document.connectors) {
      const rules::ConnectorId id(++next);
      context_.connectors.emplace(connector.name, id);
      context_.connector_schemas.emplace(id, schemaOf(connector));
      for (const auto& [name, value] : kParameters) {
        context_.parameters[id].emplace(name, value);
      }
    }
  }

  const rules::CompileContext& context() const { return context_; }

 private:
  const directory::Schema* schemaOf(const ConnectorPolicy& connector) const {
    if (!connector.isSource()) return &entra_;
    return isActiveDirectory(connector) ? &active_directory_ : &open_ldap_;
  }

  directory::AttributeTable attributes_;
  directory::NameTable object_types_;
  directory::Schema metaverse_;
  directory::Schema active_directory_;
  directory::Schema open_ldap_;
  directory::Schema entra_;
  std::int64_t last_rule_ = 0;
  rules::CompileContext context_;
};

void checkDisabled(const JsonNode& root,
                   const std::vector<rules::SyncRule>& standard,
                   Findings& findings) {
  const JsonNode* const section = root.find("standardRules");
  const JsonNode* const disabled = section == nullptr ? nullptr : section->find("disabled");
  if (disabled == nullptr) return;
  std::vector<std::string_view> known;
  for (const rules::SyncRule& rule : standard)
    known.push_back(rule.name);
  for (const JsonNode& item : disabled->items) {
    const bool found =
        std::any_of(standard.begin(), standard.end(), [&](const rules::SyncRule& rule) {
          return names(item.text, rule);
        });
    if (found) continue;
    findings.error(item.at,
                   fmt::format("there is no standard rule \"{}\"{}",
                               item.text,
                               expression::didYouMean(expression::closest(item.text, known))));
  }
}

}  // namespace

std::vector<rules::SyncRule> standardRulesInForce(const PolicyDocument& document) {
  std::vector<rules::SyncRule> all = standardRules(document);
  for (rules::SyncRule& rule : all) {
    for (const std::string& disabled : document.standard_rules.disabled) {
      if (names(disabled, rule)) rule.disabled = true;
    }
  }
  return all;
}

std::vector<rules::SyncRule> effectiveRules(const PolicyDocument& document) {
  std::vector<rules::SyncRule> all = standardRulesInForce(document);
  all.insert(all.end(), document.rules.begin(), document.rules.end());
  return all;
}

ReadPolicy checkPolicy(std::string_view text, std::string_view file) {
  ReadPolicy read = readPolicy(text, file);
  if (!read.document) return read;
  Findings findings;
  findings.adopt(read.problems, file, Position{});
  const auto parsed = parseJson(text);
  checkDisabled(std::get<JsonNode>(parsed), standardRules(*read.document), findings);
  const ShippedWorld world(*read.document);
  Problems problems;
  const std::vector<rules::SyncRule> all = effectiveRules(*read.document);
  (void)rules::RuleSet::compile(all, world.context(), problems);
  findings.adopt(problems, file, Position{});
  read.problems = findings.sorted(file);
  if (findings.hasErrors()) read.document.reset();
  return read;
}

}  // namespace tandem::policy
