// SPDX-License-Identifier: Apache-2.0
#include "run/attribute_check_run.h"

#include "base/bytes.h"
#include "base/hash.h"
#include "base/text.h"
#include "run/connector_facts.h"
#include "sync/attribute_checks.h"

namespace tandem::run {
namespace {

constexpr std::string_view kVerifiedDomains = "Tenant.VerifiedDomains";

std::vector<std::string> verifiedDomains(store::Store& store, directory::ConnectorId tenant) {
  const std::optional<ConnectorFacts> facts = rememberedFacts(store, tenant);
  if (!facts) return {};
  const auto found = facts->parameters.find(kVerifiedDomains);
  if (found == facts->parameters.end()) return {};
  std::vector<std::string> domains;
  for (const std::string& domain : split(toLowerAscii(found->second), ';')) {
    if (!domain.empty()) domains.push_back(domain);
  }
  return domains;
}

}  // namespace

TenantChecks tenantChecks(store::Store& store,
                          directory::ConnectorId tenant,
                          const policy::AttributeChecks& settings) {
  checks::TenantFacts facts{verifiedDomains(store, tenant)};
  std::string depends;
  for (const std::string& domain : facts.verified_domains)
    depends += domain + ";";
  for (const checks::Check& check : checks::allChecks())  // a newer release has others
    depends += "\n" + std::string(check.id) + " " + std::string(toString(check.severity));
  for (const std::string& id : settings.ignored)
    depends += "\nnot " + id;
  return {checks::AttributeChecker(store.names().attributes(),
                                   store.names().objectTypes(),
                                   std::move(facts),
                                   settings.ignored),
          toHex(hash128(depends).bytes())};
}

Result<void> bringChecksUpToDate(Server& server, const ServerConnector& connector) {
  if (connector.policy->kind != policy::ConnectorKind::kEntra) return {};
  store::Store& store = server.store();
  const policy::AttributeChecks& settings = server.policy().attribute_checks;
  const TenantChecks tenant = tenantChecks(store, connector.id, settings);
  sync::AttributeChecks checks(store, connector.id, tenant.checker, tenant.fingerprint);
  TRY(checks.bringUpToDate());
  store.checks().clearExportErrors(sync::kAttributeCheckError, /*keep=*/settings.hold_back);
  return store.database().takeError();
}

}  // namespace tandem::run
