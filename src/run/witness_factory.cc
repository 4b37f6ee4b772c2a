// SPDX-License-Identifier: Apache-2.0
#include "run/witness_factory.h"

#include <algorithm>
#include <chrono>

#include "pair/witness/etcd_witness.h"
#include "pair/witness/no_witness.h"
#include "pair/witness/tenant_witness.h"
#include "run/graph_settings.h"
#include "run/home_secrets.h"

namespace tandem::run {
namespace {

using AnyWitness = Result<std::unique_ptr<pair::Witness>>;

const policy::ConnectorPolicy* targetOf(const policy::PolicyDocument& policy) {
  const auto target = std::find_if(policy.connectors.begin(),
                                   policy.connectors.end(),
                                   [](const auto& connector) { return !connector.isSource(); });
  return target == policy.connectors.end() ? nullptr : &*target;
}

AnyWitness makeTenantWitness(const home::Home& home,
                             const policy::ConnectorPolicy& entra,
                             platform::Clock& clock) {
  HomeSecrets secrets(home, /*needed=*/true);
  pair::witness::TenantWitnessOptions options;
  options.lease = std::chrono::seconds(home.settings().witness.leaseSeconds());
  connectors::graph::GraphSettings settings = TRY(graphSettingsOf(entra, home, secrets));
  return AnyWitness(TRY(pair::witness::TenantWitness::open(std::move(settings), clock, options)));
}

AnyWitness makeEtcdWitness(const home::Home& home, const policy::ConnectorPolicy& entra) {
  HomeSecrets secrets(home, /*needed=*/true);
  const home::WitnessSettings& from = home.settings().witness;
  pair::witness::EtcdSettings settings;
  settings.endpoints = from.endpoints;
  settings.ca_file = pathIn(home, from.ca_file);
  settings.certificate_file = pathIn(home, from.certificate_file);
  settings.key_file = pathIn(home, from.key_file);
  settings.user = from.user;
  settings.password = TRY(secrets.get(from.password_secret));
  pair::witness::EtcdWitnessOptions options;
  options.tenant_id = entra.entra.tenant_id;
  options.server_id = home.settings().server_id;
  options.lease = std::chrono::seconds(from.leaseSeconds());
  return AnyWitness(TRY(pair::witness::EtcdWitness::open(std::move(settings), std::move(options))));
}

}  // namespace

Result<std::unique_ptr<pair::Witness>> makeWitness(const home::Home& home,
                                                   const policy::PolicyDocument& policy,
                                                   platform::Clock& clock) {
  const policy::ConnectorPolicy* const entra = targetOf(policy);
  if (entra == nullptr) return AnyWitness(std::make_unique<pair::witness::NoWitness>());
  if (home.settings().witness.kind == home::WitnessKind::kEtcd) {
    return TRY_DOING(makeEtcdWitness(home, *entra), "the witness in etcd");
  }
  return TRY_DOING(makeTenantWitness(home, *entra, clock), "the witness in the tenant");
}

Result<std::optional<pair::WitnessRecord>> askTenant(const policy::PolicyDocument& policy,
                                                     const PathResolver& resolve,
                                                     const SecretGetter& secret,
                                                     platform::Clock& clock) {
  const policy::ConnectorPolicy* const entra = targetOf(policy);
  if (entra == nullptr) return std::optional<pair::WitnessRecord>();
  connectors::graph::GraphSettings settings = TRY(graphSettingsOf(*entra, resolve, secret));
  const std::unique_ptr<pair::witness::TenantWitness> witness =
      TRY(pair::witness::TenantWitness::open(std::move(settings), clock, {}));
  return std::optional<pair::WitnessRecord>(TRY(witness->read()).record);
}

}  // namespace tandem::run
