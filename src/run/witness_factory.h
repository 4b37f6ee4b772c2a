// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "base/result.h"
#include "home/home.h"
#include "pair/witness.h"
#include "platform/clock.h"
#include "policy/policy_document.h"
#include "run/graph_settings.h"

namespace tandem::run {

// The witness that server.toml names: the tenant that the policy exports to, or etcd. A policy that
// exports nowhere has one that grants nothing and says so. Takes the secrets that it needs from the
// home; nobody is contacted. Policy and home are not kept, the clock must outlive it. It has HTTP
// clients of its own, and like them it is used from one thread: who asks from a second one makes a
// second.
Result<std::unique_ptr<pair::Witness>> makeWitness(const home::Home& home,
                                                   const policy::PolicyDocument& policy,
                                                   platform::Clock& clock);

// What the tenant says of who may write, for a server that does not exist yet. Nothing when the
// policy exports nowhere. A secret that is missing is kNotFound.
Result<std::optional<pair::WitnessRecord>> askTenant(const policy::PolicyDocument& policy,
                                                     const PathResolver& resolve,
                                                     const SecretGetter& secret,
                                                     platform::Clock& clock);

}  // namespace tandem::run
