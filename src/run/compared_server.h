// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "compare/answerer.h"
#include "home/home.h"

namespace tandem::run {

// The server of a home folder on this machine, for a comparison. Looking needs no lock and works
// beside a running cycle. Refreshing is a delta import and a delta synchronization of every
// connector; it needs the lock, and nothing is exported.
compare::ServerAccess accessForCompare(const home::Home& home);

}  // namespace tandem::run
