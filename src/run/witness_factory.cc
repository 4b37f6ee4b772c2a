// SPDX-License-Identifier: Apache-2.0
#include "run/witness_factory.h"

#include <algorithm>
#include <chrono>

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
                             const policy::PolicyDocument& policy,
                             platform::Clock& clock) {
  const policy::ConnectorPolicy* const entra = targetOf(policy);
  if (entra == nullptr) return AnyWitness(std::make_unique<pair::witness::NoWitness>());
  HomeSecrets secrets(home, /*needed=*/true);
  pair::witness::TenantWitnessOptions options;
  options.lease = std::chrono::seconds(home.settings().witness.leaseSeconds());
  connectors::graph::GraphSettings settings =
      TRY_DOING(graphSettingsOf(*entra, home, secrets), "the witness");
  return AnyWitness(TRY(pair::witness::TenantWitness::open(std::move(settings), clock, options)));
}

}  // namespace

Result<std::unique_ptr<pair::Witness>> makeWitness(const home::Home& home,
                                                   const policy::PolicyDocument& policy,
                                                   platform::Clock& clock) {
  if (home.settings().witness.kind == home::WitnessKind::kTenant) {
    return makeTenantWitness(home, policy, clock);
  }
  return Error(ErrorCode::kInvalidArgument, "this build has no witness in etcd");
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
