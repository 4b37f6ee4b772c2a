// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "home/home.h"
#include "pair/witness.h"
#include "platform/clock.h"
#include "policy/policy_document.h"

namespace tandem::run {

// The witness that server.toml names: the tenant that the policy exports to, or etcd. A policy that
// exports nowhere has one that grants nothing and says so. Takes the secrets that it needs from the
// home; nobody is contacted. Policy and home are not kept, the clock must outlive it. It has HTTP
// clients of its own, and like them it is used from one thread: who asks from a second one makes a
// second.
Result<std::unique_ptr<pair::Witness>> makeWitness(const home::Home& home,
                                                   const policy::PolicyDocument& policy,
                                                   platform::Clock& clock);

}  // namespace tandem::run
