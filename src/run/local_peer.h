// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "home/home.h"
#include "pair/peer.h"
#include "run/runner.h"
#include "run/server.h"

namespace tandem::run {

// A server's home as a peer of a swap. Each call opens the server, which needs the home's lock,
// does its work and lets go: between the calls the home is free for others.
class LocalPeer final : public pair::Peer {
 public:
  struct Options {
    std::string started_by = "swap";  // of the runs that it starts
    const std::atomic<bool>* cancel = nullptr;
    std::function<void(const Progress&)> on_progress;
    // Called about once a second while another process works on the home; false gives up.
    std::function<bool()> waiting;
    ServerParts parts;  // of the servers that it opens
  };
  LocalPeer(home::Home home, Options options);

  Result<pair::PeerReport> report() override;
  Result<void> begin(const pair::SwapMark& mark) override;
  Result<pair::PeerCycle> prepare() override;
  Result<std::chrono::milliseconds> quiesce(const std::string& swap) override;
  Result<pair::PeerCycle> settle(const std::string& swap) override;
  Result<void> release(const std::string& swap, const std::string& successor) override;
  Result<std::string> handOver(const std::string& swap) override;
  Result<void> take(const std::string& swap, const std::string& document) override;
  Result<void> claim(const std::string& swap, pair::ClaimKind kind) override;
  Result<pair::PeerCycle> cycle(const std::string& swap) override;
  Result<void> takeBack(const std::string& swap) override;
  Result<void> end(const std::string& swap, const std::string& outcome) override;

 private:
  Result<std::unique_ptr<Server>> open();
  // The mark of the swap that is meant; kConflict when this server is in another one.
  Result<pair::SwapMark> markOf(Server& server, const std::string& swap);
  Result<void> reach(Server& server, const std::string& swap, pair::SwapStep step);
  Result<pair::PeerCycle> runSteps(Server& server, bool sources, bool exporting);
  RunOptions runOptions() const;

  home::Home home_;
  Options options_;
};

}  // namespace tandem::run
