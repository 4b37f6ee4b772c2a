// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "run/server.h"

namespace tandem::run {

// After an import: compares our clock with the directory's. Of a directory that is written to, the
// difference is kept for exports, which another process may run. Inside the caller's transaction. A
// warning with what to do; empty: the clocks agree, or the directory does not tell its time.
std::string noteClock(store::Store& store, const ServerConnector& connector);

// Why nothing may be exported to this directory: its clock was too far from ours at its last
// import. Its dates are the third clock of the lease, and both servers of a pair and people read
// times by it. A directory that is only read counts for nothing here: that its clock is wrong says
// nothing of ours, and one domain controller with a wrong clock must not end every export. Empty:
// the clocks agree.
std::string whyClockForbidsExport(Server& server, const ServerConnector& connector);

// By how much the clock of a directory that is written to differed at its last import, in words;
// empty: it did not.
std::string clockDifference(store::Store& store,
                            directory::ConnectorId connector,
                            const std::string& name);

}  // namespace tandem::run
