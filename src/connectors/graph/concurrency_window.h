// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace tandem::connectors::graph {

// How many batches may be in flight. Additive increase while answers come well, halved when the
// tenant throttles (once a round, or one burst would close it), held when answers take so long that
// more of them would only wait in the tenant's queue.
class ConcurrencyWindow {
 public:
  ConcurrencyWindow(std::size_t least, std::size_t most);

  std::size_t size() const { return static_cast<std::size_t>(size_); }
  void onSuccess(std::chrono::microseconds latency);
  void onThrottled();

 private:
  double least_;
  double most_;
  double size_;
  double latency_us_ = 0;       // smoothed
  double latency_best_us_ = 0;  // what an unloaded tenant takes
  std::size_t since_cut_ = 0;   // answers since the last halving
};

}  // namespace tandem::connectors::graph
