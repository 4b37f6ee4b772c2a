// SPDX-License-Identifier: Apache-2.0
//
// A witness in memory, with faults on request. Included by tests alone.
#pragma once

#include <functional>
#include <string>

#include "pair/witness.h"

namespace tandem::testing {

class FakeWitness final : public pair::Witness {
 public:
  pair::WitnessRecord record;
  std::uint64_t version = 1;
  std::optional<bool> holder_lives;
  std::optional<std::int64_t> told_at;
  pair::WitnessPromise kept_promise = pair::WitnessPromise::kCompareAndSet;
  std::chrono::milliseconds lease_length{60'000};
  bool is_cut = false;
  bool loses_answers = false;            // replace() happens, and nobody hears of it
  std::function<void()> before_replace;  // what others do in the last moment
  int reads = 0;
  int renewals = 0;  // also among the reads

  Result<pair::Witnessed> read() override {
    if (is_cut) return cut();
    ++reads;
    return now();
  }
  Result<pair::Witnessed> renew() override {
    ++renewals;
    return read();
  }
  Result<pair::Witnessed> replace(const pair::Witnessed& seen,
                                  const pair::WitnessRecord& wanted) override {
    if (before_replace) std::exchange(before_replace, nullptr)();
    if (is_cut) return cut();
    if (seen.version != std::to_string(version)) {
      return Error(ErrorCode::kConflict, "the record is another one by now");
    }
    record = wanted;
    ++version;
    if (loses_answers) return cut();
    return now();
  }
  pair::WitnessPromise promise() const override { return kept_promise; }
  std::chrono::milliseconds lease() const override { return lease_length; }
  std::string describe() const override { return "the fake witness"; }

 private:
  pair::Witnessed now() const { return {record, std::to_string(version), holder_lives, told_at}; }
  static Error cut() { return Error(ErrorCode::kUnavailable, "the witness does not answer"); }
};

}  // namespace tandem::testing
