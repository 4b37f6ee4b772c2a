// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "cli/session.h"
#include "compare/exchange.h"
#include "pair/peer.h"

namespace tandem::cli {

// This server's home as a peer; shows progress and waits for a cycle that is running.
std::unique_ptr<pair::Peer> openHere(const Session& session, const home::Home& home);

// The other server of the pair: a home folder on this machine, or the URL of a paired server.
// Empty: the paired one, otherwise the one that the swap in progress, or the last one, was with.
// kInvalidArgument when there is none.
struct Partner {
  std::unique_ptr<pair::Peer> peer;
  compare::Transport compare;  // how to ask it in a comparison
  std::string location;
};
Result<Partner> openPartner(const Session& session,
                            const home::Home& home,
                            const std::string& location);

}  // namespace tandem::cli
