// SPDX-License-Identifier: Apache-2.0
#include "web/answer_cache.h"

namespace tandem::web {

void AnswerCache::dropOld(platform::MonotonicTime now) {
  std::erase_if(entries_, [&](const auto& item) { return now - item.second.begun > kAgeMax; });
}

CommandOutcome AnswerCache::get(const std::string& key,
                                const std::function<CommandOutcome()>& make) {
  std::promise<CommandOutcome> promise;
  std::shared_future<CommandOutcome> outcome;
  {
    const std::lock_guard lock(mutex_);
    const platform::MonotonicTime now = clock_->monotonicNow();
    dropOld(now);
    const auto found = entries_.find(key);
    if (found != entries_.end()) {
      outcome = found->second.outcome;
    } else {
      entries_.emplace(key, Entry{now, promise.get_future().share()});
    }
  }
  if (outcome.valid()) return outcome.get();
  // Should it throw, the promise is broken: who waits gets an exception too, and a 500.
  CommandOutcome made = make();
  promise.set_value(made);
  return made;
}

void AnswerCache::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

}  // namespace tandem::web
