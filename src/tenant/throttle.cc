// SPDX-License-Identifier: Apache-2.0
#include "tenant/throttle.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace tandem::tenant {
namespace {

std::int64_t unitsForSize(std::size_t users) {
  if (users < 50) return 3500;
  return users <= 500 ? 5000 : 8000;
}

}  // namespace

RequestCost costOf(std::string_view method,
                   std::string_view path,
                   bool has_select,
                   bool has_expand,
                   std::int64_t top) {
  const std::string lower = toLowerAscii(path);
  if (lower.ends_with("/getbyids")) return {3, 1};
  if (method != "GET") return {1, 1};
  RequestCost cost{1, 0};
  if (lower == "users" || lower == "/users") cost.resource_units = 2;
  if (lower.find("/members") != std::string::npos) cost.resource_units = 3;
  if (lower.find("/transitivemembers") != std::string::npos) cost.resource_units = 5;
  if (has_select) --cost.resource_units;
  if (has_expand) ++cost.resource_units;
  if (top > 0 && top < 20) --cost.resource_units;
  cost.resource_units = std::max<std::int64_t>(cost.resource_units, 1);
  return cost;
}

std::int64_t Throttle::Bucket::spend(double cost,
                                     double capacity,
                                     double window_seconds,
                                     std::int64_t now_ms) {
  const double rate = capacity / window_seconds;
  level = std::max(0.0, level - static_cast<double>(now_ms - at_ms) / 1000.0 * rate);
  at_ms = now_ms;
  if (level + cost > capacity) {
    const double over = level + cost - capacity;
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(over / rate)));
  }
  level += cost;
  return 0;
}

Throttle::Verdict Throttle::spend(const std::string& app,
                                  RequestCost cost,
                                  std::size_t users,
                                  std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  if (!limits_.enabled) return {};
  Buckets& buckets = apps_[app];
  const auto unit_capacity = static_cast<double>(limits_.resource_units > 0 ? limits_.resource_units
                                                                            : unitsForSize(users));
  const auto write_capacity = static_cast<double>(limits_.writes);
  Verdict verdict;
  // Resource units first: a refused write has cost them already.
  verdict.retry_after = buckets.units.spend(static_cast<double>(cost.resource_units),
                                            unit_capacity,
                                            static_cast<double>(limits_.resource_window),
                                            now_ms);
  if (verdict.retry_after == 0 && cost.writes > 0) {
    verdict.retry_after = buckets.writes.spend(static_cast<double>(cost.writes),
                                               write_capacity,
                                               static_cast<double>(limits_.write_window),
                                               now_ms);
    verdict.write_limit = verdict.retry_after > 0;
  }
  verdict.allowed = verdict.retry_after == 0;
  verdict.used =
      std::max(buckets.units.level / unit_capacity, buckets.writes.level / write_capacity);
  return verdict;
}

ThrottleLimits Throttle::limits() const {
  const std::lock_guard lock(mutex_);
  return limits_;
}

void Throttle::setLimits(ThrottleLimits limits) {
  const std::lock_guard lock(mutex_);
  limits_ = limits;
  is_enabled_ = limits.enabled;
  apps_.clear();
}

}  // namespace tandem::tenant
