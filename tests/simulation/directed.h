// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "story.h"

namespace tandem::simulation {

// The disaster against which a rule stands, brought about on purpose: chance comes to most of them
// too seldom. With all rules in force it must end well, without this one a promise must be broken.
// The seed decides how long things take.
Ending tellDirected(Broken rule, bool leaves_out, std::uint64_t seed, bool prints);

}  // namespace tandem::simulation
