// SPDX-License-Identifier: Apache-2.0
//
// A server that takes the right to write over may have been blind for days: its import of a
// directory failed, and nobody looked at a standby. What it would write then is what was true then,
// and would undo what the other server has written since. So before its first write it must have
// read and synchronized every directory under the epoch in which it writes.
#pragma once

#include <cstdint>
#include <string>

#include "run/server.h"

namespace tandem::run {

// To be asked before an import begins: what is read before the right is held does not count. 0: it
// is not held.
std::uint64_t epochInForce(Server& server);

// Both inside the caller's transaction. An import counts when it has read everything, a
// synchronization when it comes after an import that counts.
void noteImported(Server& server, const ServerConnector& connector, std::uint64_t epoch);
void noteSynchronized(Server& server, const ServerConnector& connector);

// Why nothing may be exported yet, with what to do. Empty: everything has been read. Under the
// tenant's first epoch nobody has written before, so nothing can be undone.
std::string whatIsNotReadYet(Server& server);

}  // namespace tandem::run
