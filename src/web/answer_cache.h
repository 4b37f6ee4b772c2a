// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "platform/clock.h"
#include "web/command_call.h"

namespace tandem::web {

// What many people ask for every few seconds is worked out once for all of them. An answer is fresh
// for a second, or for twenty times as long as it took to make when that is longer: of a directory
// with a million objects the answers are dear, and must not keep a processor busy. The first who
// asks for one that is no longer fresh makes a new one; the others get the old one meanwhile, so
// that people who wait do not fill the server's threads. Whatever changes something through this
// service clears it, so that nobody reads what was before their own change.
class AnswerCache {
 public:
  using Duration = platform::MonotonicTime::duration;
  static constexpr Duration kFreshMin = std::chrono::seconds(1);
  static constexpr int kFreshFactor = 20;
  // An answer that is stale for longer is given to nobody: they wait for the new one.
  static constexpr Duration kStaleMax = std::chrono::seconds(5);

  explicit AnswerCache(const platform::MonotonicClock& clock) : clock_(&clock) {}

  CommandOutcome get(const std::string& key, const std::function<CommandOutcome()>& make);
  void clear();

 private:
  struct Entry {
    std::shared_ptr<const CommandOutcome> last;  // null: none yet
    platform::MonotonicTime begun{};             // of the last one
    Duration took{};
    std::shared_future<CommandOutcome> next;  // valid while somebody makes it
    Duration fresh() const { return std::max(kFreshMin, took * kFreshFactor); }
  };
  CommandOutcome makeNext(const std::string& key,
                          const std::function<CommandOutcome()>& make,
                          std::promise<CommandOutcome> next,
                          std::uint64_t generation);
  void dropOld(platform::MonotonicTime now);

  const platform::MonotonicClock* clock_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::uint64_t generation_ = 0;  // rises with clear()
};

}  // namespace tandem::web
