// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <string>

#include "platform/clock.h"
#include "web/command_call.h"

namespace tandem::web {

// What many people ask for every few seconds is worked out once for all of them: an answer is given
// again for a second, and who asks while it is being made waits for it. Whatever changes something
// through this service clears it, so that nobody reads what was before their own change.
class AnswerCache {
 public:
  static constexpr std::chrono::milliseconds kAgeMax{1000};

  explicit AnswerCache(const platform::MonotonicClock& clock) : clock_(&clock) {}

  CommandOutcome get(const std::string& key, const std::function<CommandOutcome()>& make);
  void clear();

 private:
  struct Entry {
    platform::MonotonicTime begun{};
    std::shared_future<CommandOutcome> outcome;
  };
  void dropOld(platform::MonotonicTime now);

  const platform::MonotonicClock* clock_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace tandem::web
