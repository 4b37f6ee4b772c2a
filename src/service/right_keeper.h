// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "home/home.h"
#include "pair/pair_state.h"
#include "pair/witness.h"
#include "platform/clock.h"
#include "run/runner.h"
#include "service/ticker.h"

namespace tandem::service {

// Beside the cycles of a permanent pair:
//   who holds the right   keeps its lease alive where the witness counts one, and notices that
//                         another server has it by now: every third of a lease
//   staging               notices that the holder's lease has run out, if this server was told to
//                         ("failover" in server.toml): every sixth, so that it is in time
// It changes nothing itself: what follows needs the home, which a cycle may be working on. The
// witness is asked through a client of its own: a cycle that is busy must not cost the lease.
class RightKeeper final : public Ticker {
 public:
  // Called from the ticker's thread, at every tick until it is done; they must not take long.
  struct Consequences {
    std::function<void()> reconcile;
    std::function<void()> take_over;
  };

  // The clock must outlive it.
  static Result<std::unique_ptr<RightKeeper>> open(const home::Home& home,
                                                   platform::Clock& clock,
                                                   Consequences consequences);
  RightKeeper(home::Home home, std::unique_ptr<pair::Witness> witness, Consequences consequences);

  std::chrono::milliseconds interval() const override {
    return witness_->lease() / (is_watching_ ? 6 : 3);
  }
  void onTick() override;

 private:
  void hold(const pair::PairState& mine);
  void watch();
  bool isAutomatic() const;
  const pair::WitnessRecord* note(const Result<pair::Witnessed>& answer);
  void say(std::string what);

  home::Home home_;
  std::unique_ptr<pair::Witness> witness_;
  Consequences consequences_;
  bool is_watching_ = false;
  bool is_away_ = false;  // the witness: said once, not every few seconds
  std::string said_;
};

// Asks who may write, and gives the right up when the witness says so. kConflict: another process
// works on the home.
Result<void> reconcile(const home::Home& home);
// Claims the right of a server that is gone, or goes on with such a claim, and runs a delta cycle:
// nobody waits for the scheduler in an emergency.
Result<run::CycleSummary> takeOver(const home::Home& home, const run::RunOptions& options);

}  // namespace tandem::service
