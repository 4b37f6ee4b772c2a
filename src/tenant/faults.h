// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tandem::tenant {

enum class FaultKind : std::uint8_t {
  kThrottle,     // 429 with Retry-After
  kUnavailable,  // 503 with Retry-After
  kServerError,  // 500
  kLostAnswer,   // the request is carried out, then the connection is closed
  kSlow,         // the answer comes late
  kTruncated,    // half of the answer's JSON
  kHtml,         // a web page in place of JSON, status 200
};

// One rule of misbehaviour. It fires at random (`rate`) or for the next `count` requests that fit.
struct Fault {
  FaultKind kind = FaultKind::kThrottle;
  double rate = 0;
  std::int64_t count = 0;
  std::string method;            // empty: any
  std::string path_contains;     // within the path, without case; empty: any
  std::int64_t retry_after = 1;  // seconds
  std::int64_t delay_ms = 0;
};

// Faults on request, set through /tandem/faults. Thread-safe.
class Faults {
 public:
  // The JSON of docs/reference/tenant.md; replaces all that was set.
  Result<void> set(std::string_view json);
  void clear();
  std::string toJson() const;

  // The fault that this request meets, used up by one. Inner requests of a $batch can meet
  // kThrottle, kUnavailable and kServerError; the others are for whole answers.
  std::optional<Fault> next(std::string_view method, std::string_view path, bool inner);

  // Cheap, so that a tenant without faults pays nothing for them.
  bool areSet() const { return are_set_.load(std::memory_order_relaxed); }

  std::int64_t replicationDelayMs() const {
    return replication_delay_ms_.load(std::memory_order_relaxed);
  }

  // Delta tokens made before this moment are refused, as expired or as reset.
  struct DeltaExpiry {
    std::int64_t before_ms = 0;
    bool reset = false;  // 410 with Location rather than 400 syncStateNotFound
  };
  DeltaExpiry deltaExpiry() const;
  void expireDeltaTokens(std::int64_t now_ms, bool reset);

 private:
  mutable std::mutex mutex_;
  std::vector<Fault> faults_;
  std::atomic<bool> are_set_ = false;  // faults_ is not empty
  std::atomic<std::int64_t> replication_delay_ms_ = 0;
  DeltaExpiry delta_expiry_;
  std::mt19937_64 random_{1};
};

}  // namespace tandem::tenant
