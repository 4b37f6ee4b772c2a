// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pair/witness.h"

namespace tandem::pair::witness {

// For a server whose policy exports nowhere: there is nothing to write to, so nobody grants the
// right to it.
class NoWitness final : public Witness {
 public:
  Result<Witnessed> read() override { return nothingToWriteTo(); }
  Result<Witnessed> replace(const Witnessed&, const WitnessRecord&) override {
    return nothingToWriteTo();
  }
  WitnessPromise promise() const override { return WitnessPromise::kCompareAndSet; }
  std::chrono::milliseconds lease() const override { return std::chrono::milliseconds(60'000); }
  std::string describe() const override { return "no witness"; }

 private:
  static Error nothingToWriteTo() {
    return Error(ErrorCode::kStoppedByGuard,
                 "the policy has no connector of kind \"entra\", so there is nothing to write to "
                 "and nobody who could grant the right to: add one to policy.json");
  }
};

}  // namespace tandem::pair::witness
