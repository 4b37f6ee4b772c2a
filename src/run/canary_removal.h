// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "run/canary.h"
#include "run/canary_mark.h"

namespace tandem::run {

struct CanaryRemoval {
  std::string done;  // "removed from corp, and from entra"; empty when it was not even begun
  std::string left;  // what is left behind, and what to do; empty: nothing
};

// Takes back what a canary has written: first in the directory, then with ordinary runs in the
// tenant. The mark goes when the directory is as it was and this server knows it; an export that
// does not succeed now is pending, as any other, and the next one sends it.
CanaryRemoval removeCanary(Server& server,
                           ServerConnector& source,
                           const CanaryMark& mark,
                           const CanaryParts& parts);

// The connector that a canary's object is exported to; nullptr: there is none.
ServerConnector* canaryTarget(Server& server);
bool mayExport(Server& server);

}  // namespace tandem::run
