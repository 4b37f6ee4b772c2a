// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "home/home.h"
#include "pair/witness.h"
#include "platform/clock.h"
#include "run/runner.h"
#include "service/ticker.h"

namespace tandem::service {

// Beside the cycles of a permanent pair, every third of a lease:
//   active    keeps the lease alive where the witness counts one
//   staging   takes over when the witness says that the holder's lease has run out, if this server
//             was told to ("failover" in server.toml)
// The witness is asked through a client of its own: a cycle that is busy must not cost the lease.
class RightKeeper final : public Ticker {
 public:
  // What taking over is made of; in tests another.
  using TakeOver = std::function<Result<void>(const pair::WitnessRecord& gone)>;

  // The clock must outlive it.
  static Result<std::unique_ptr<RightKeeper>> open(const home::Home& home,
                                                   platform::Clock& clock,
                                                   const std::atomic<bool>* stop);
  RightKeeper(home::Home home, std::unique_ptr<pair::Witness> witness, TakeOver take_over);

  std::chrono::milliseconds interval() const override { return witness_->lease() / 3; }
  void onTick() override;

 private:
  void watch();

  home::Home home_;
  std::unique_ptr<pair::Witness> witness_;
  TakeOver take_over_;
  bool is_away_ = false;  // said once, not every few seconds
};

// Claims the right and runs a delta cycle: nobody waits for the scheduler in an emergency.
Result<void> takeOver(const home::Home& home,
                      const pair::WitnessRecord& gone,
                      const std::atomic<bool>* stop);

}  // namespace tandem::service
