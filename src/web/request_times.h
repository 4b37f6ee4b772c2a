// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "web/route.h"

namespace tandem::web {

class Exposition;

// How long the API takes to answer, route by route. From any thread; costs two additions.
class RequestTimes {
 public:
  // Upper bounds of the buckets, in seconds.
  static constexpr std::array kBounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0};

  // The routes outlive it.
  explicit RequestTimes(const std::vector<Route>& routes);

  // route: one of those; others are not counted.
  void record(const Route* route, std::chrono::microseconds took, int status);
  // Families of what was recorded; routes that nobody has asked for are left out.
  void writeTo(Exposition& out) const;

 private:
  struct Times {
    std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets{};
    std::atomic<std::uint64_t> microseconds{0};
    std::atomic<std::uint64_t> failures{0};  // status 500 and above
  };

  const std::vector<Route>* routes_;
  std::unique_ptr<Times[]> times_;  // by place of the route
};

}  // namespace tandem::web
