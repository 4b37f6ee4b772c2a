// SPDX-License-Identifier: Apache-2.0
//
// The planned hand-over of the right to write: the moves of both servers, in order. All state lies
// with the servers, so whoever asks again goes on where the last one stopped
// (docs/internals/pair.md, "A swap").
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "pair/peer.h"
#include "platform/clock.h"

namespace tandem::pair {

struct SwapPlan {
  bool is_resumed = false;
  bool is_back = false;
  bool turns_round = false;  // ends the swap "id", which is done but for its first cycle
  bool here_is_old = false;  // the first of the two peers gives the right away
  std::string id;            // of the swap on its way; empty: there is none
  PeerReport old_server;
  PeerReport new_server;
  std::vector<std::string> warnings;  // what the administrator should know before saying yes
};

struct SwapReport {
  std::string old_name, new_name;
  std::uint64_t epoch = 0;
  std::chrono::milliseconds downtime{0};  // nobody could write
  std::chrono::milliseconds total{0};
  std::int64_t writes_repeated = 0;
  std::int64_t writes_lost = 0;
  PeerCycle cycle;  // the new server's first
  std::string outcome;
};

struct SwapOptions {
  std::string here_location, there_location;  // how each finds the other again
  std::function<void(const std::string& what)> on_step;
};

class Swap {
 public:
  Swap(Peer& here, Peer& there, const platform::Clock& clock)
      : here_(&here), there_(&there), clock_(&clock) {}

  // Nothing changes. kStoppedByGuard when these two cannot swap, with the reason.
  Result<SwapPlan> plan(bool back);
  Result<SwapReport> run(const SwapPlan& plan, const SwapOptions& options);

 private:
  void setMarks(const SwapPlan& plan, const SwapOptions& options);
  Result<void> begin(const SwapPlan& plan);
  Result<bool> advance(SwapReport& report);
  Result<bool> advanceOld(const PeerReport& giving);
  Result<bool> advanceNew(const PeerReport& taking, SwapReport& report);
  Result<void> endTurned(const SwapPlan& plan);
  Result<SwapReport> undo(const SwapPlan& plan);
  void say(const std::string& what) const;

  Peer* here_;
  Peer* there_;
  const platform::Clock* clock_;
  Peer* old_ = nullptr;
  Peer* new_ = nullptr;
  std::string id_;
  SwapMark old_mark_, new_mark_;  // as both begin
  std::string new_id_;
  std::optional<platform::MonotonicTime> stopped_;  // when the last grant became void
  std::function<void(const std::string&)> on_step_;
};

}  // namespace tandem::pair
