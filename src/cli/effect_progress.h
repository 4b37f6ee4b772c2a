// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/session.h"
#include "home/home.h"
#include "run/policy_effect.h"

namespace tandem::cli {

// run::policyEffect() with a progress line: it synchronizes everything twice. before: null for
// the policy in force.
Result<run::PolicyEffect> workOutEffect(Session& session,
                                        const home::Home& home,
                                        const policy::PolicyDocument* before,
                                        const policy::PolicyDocument& after,
                                        run::EffectOptions options);

}  // namespace tandem::cli
