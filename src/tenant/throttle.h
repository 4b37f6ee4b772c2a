// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace tandem::tenant {

// Graph's limits for one app in one tenant (spec of §1.9).
struct ThrottleLimits {
  bool enabled = true;
  std::int64_t writes = 3000;
  std::int64_t write_window = 150;  // seconds
  std::int64_t resource_units = 0;  // 0: by the tenant's size: 3,500, 5,000 or 8,000
  std::int64_t resource_window = 10;
};

struct RequestCost {
  std::int64_t resource_units = 1;
  std::int64_t writes = 0;
};

// What a request costs, from Microsoft's table.
RequestCost costOf(std::string_view method,
                   std::string_view path,
                   bool has_select,
                   bool has_expand,
                   std::int64_t top);

// Token buckets, one pair an app. A refused request costs as well. Thread-safe.
class Throttle {
 public:
  explicit Throttle(ThrottleLimits limits) : limits_(limits), is_enabled_(limits.enabled) {}

  struct Verdict {
    bool allowed = true;
    std::int64_t retry_after = 0;  // seconds
    bool write_limit = false;      // which limit it was
    double used = 0;  // share of the fullest bucket, for x-ms-throttle-limit-percentage
  };
  Verdict spend(const std::string& app, RequestCost cost, std::size_t users, std::int64_t now_ms);

  bool isEnabled() const { return is_enabled_.load(std::memory_order_relaxed); }
  ThrottleLimits limits() const;
  void setLimits(ThrottleLimits limits);  // buckets start full

 private:
  struct Bucket {
    double level = 0;  // spent, flowing off with time
    std::int64_t at_ms = 0;
    // Seconds to wait; 0 when there was room.
    std::int64_t spend(double cost, double capacity, double window_seconds, std::int64_t now_ms);
  };
  struct Buckets {
    Bucket writes;
    Bucket units;
  };

  mutable std::mutex mutex_;
  ThrottleLimits limits_;
  std::atomic<bool> is_enabled_;  // limits_.enabled, without the mutex
  std::map<std::string, Buckets> apps_;
};

}  // namespace tandem::tenant
