// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/concurrency_window.h"

#include <algorithm>

namespace tandem::connectors::graph {
namespace {

constexpr double kStart = 8;
constexpr double kLatencyWeight = 0.1;
constexpr double kHoldAtLatency = 8;      // times the best: stop growing
constexpr double kShrinkAtLatency = 20;   // times the best: the tenant is overloaded
constexpr double kLatencyFloorUs = 2000;  // below this a ratio says nothing

}  // namespace

ConcurrencyWindow::ConcurrencyWindow(std::size_t least, std::size_t most)
    : least_(static_cast<double>(std::max<std::size_t>(1, least))),
      most_(std::max(least_, static_cast<double>(most))),
      size_(std::clamp(kStart, least_, most_)) {}

void ConcurrencyWindow::onSuccess(std::chrono::microseconds latency) {
  const auto us = std::max(kLatencyFloorUs, static_cast<double>(latency.count()));
  latency_us_ = latency_us_ == 0 ? us : latency_us_ + kLatencyWeight * (us - latency_us_);
  latency_best_us_ = latency_best_us_ == 0 ? us : std::min(latency_best_us_ * 1.0005, us);
  ++since_cut_;
  const double ratio = latency_us_ / latency_best_us_;
  if (ratio > kShrinkAtLatency) {
    size_ = std::max(least_, size_ - 1 / size_);
  } else if (ratio < kHoldAtLatency) {
    size_ = std::min(most_, size_ + 1 / size_);
  }
}

void ConcurrencyWindow::onThrottled() {
  if (static_cast<double>(since_cut_) < size_ / 2 && since_cut_ > 0) return;
  since_cut_ = 1;
  size_ = std::max(least_, size_ / 2);
}

}  // namespace tandem::connectors::graph
