// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "home/home.h"
#include "pair/witness.h"
#include "platform/clock.h"
#include "policy/policy_document.h"

namespace tandem::run {

// The witness that server.toml names. Secrets are taken from the home; nobody is contacted.
Result<std::unique_ptr<pair::Witness>> makeWitness(const home::Home& home,
                                                   const policy::PolicyDocument& policy,
                                                   platform::Clock& clock);

}  // namespace tandem::run
