// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "run/canary.h"

namespace tandem::run {

// The steps, one after the other, until the last or until one that the object does not get past.
// What it writes into the directory stays there, with a mark in the home.
CanaryReport walkCanary(Server& server, const CanaryPlan& plan, const CanaryParts& parts);

}  // namespace tandem::run
