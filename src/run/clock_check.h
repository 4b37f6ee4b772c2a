// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "run/server.h"

namespace tandem::run {

// After an import: compares our clock with the directory's, and keeps the difference for exports,
// which another process may run. Inside the caller's transaction. A warning with what to do; empty:
// the clocks agree, or the directory does not tell its time.
std::string noteClock(store::Store& store, const ServerConnector& connector);

// Why nothing may be exported: some directory's clock was too far from ours at its last import.
// Whether a right to write still holds is a question of time, so a server that does not know the
// time must not write. Empty: the clocks agree.
std::string whyClocksForbidExport(Server& server);

}  // namespace tandem::run
