// SPDX-License-Identifier: Apache-2.0
//
// One server of a pair as a swap sees it: this one, or the one at the other end of a channel. Every
// call may be made again after a crash or a cut anywhere in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pair/grant_issuer.h"
#include "pair/member.h"
#include "pair/swap_mark.h"

namespace tandem::pair {

struct PeerConnector {
  std::string name;
  std::int64_t objects = 0;
  std::int64_t last_import = 0;  // seconds since 1970, of the last that succeeded; 0: none
  std::int64_t adds = 0, updates = 0, deletes = 0;  // pending exports
};

struct PeerReport {
  ServerIdentity identity;
  std::string version;
  PairState state;
  std::optional<SwapMark> swap;
  std::string policy_digest;  // equal for policies that mean the same
  std::int64_t now = 0;       // its wall clock, seconds since 1970
  std::vector<PeerConnector> connectors;
  std::vector<std::string> problems;  // what keeps it from working, with what to do
};

// What a run or a cycle came to, as far as the other server needs to know.
struct PeerRun {
  std::string connector, profile, result, message;
  std::int64_t adds = 0, updates = 0, deletes = 0;  // exported
};
struct PeerCycle {
  std::vector<PeerRun> runs;
  // The first run that did not succeed, with its message; of cycle(): the first import, as without
  // it nobody can say what was lost.
  std::string failure;
  std::int64_t writes_repeated = 0;  // what the old server had sent already
  std::int64_t writes_lost = 0;      // handed over, and neither seen, nor pending, nor sent
};

class Peer {
 public:
  virtual ~Peer() = default;

  virtual Result<PeerReport> report() = 0;
  // Also begins again a swap that is on its way.
  virtual Result<void> begin(const SwapMark& mark) = 0;
  // Imports and synchronizes what has changed; never exports.
  virtual Result<PeerCycle> prepare() = 0;
  // Waits for the export under way. No grant from then on; answers how long ago that began.
  virtual Result<std::chrono::milliseconds> quiesce(const std::string& swap) = 0;
  virtual Result<PeerCycle> settle(const std::string& swap) = 0;
  virtual Result<void> release(const std::string& swap, const std::string& successor) = 0;
  // What was sent and not confirmed, and what was sent and not answered; a JSON document.
  virtual Result<std::string> handOver(const std::string& swap) = 0;
  virtual Result<void> take(const std::string& swap, const std::string& document) = 0;
  virtual Result<void> claim(const std::string& swap, ClaimKind kind) = 0;
  virtual Result<PeerCycle> cycle(const std::string& swap) = 0;
  virtual Result<void> takeBack(const std::string& swap) = 0;
  virtual Result<void> end(const std::string& swap, const std::string& outcome) = 0;
};

}  // namespace tandem::pair
