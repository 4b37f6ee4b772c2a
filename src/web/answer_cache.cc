// SPDX-License-Identifier: Apache-2.0
#include "web/answer_cache.h"

#include <utility>

namespace tandem::web {

void AnswerCache::dropOld(platform::MonotonicTime now) {
  std::erase_if(entries_, [&](const auto& item) {
    const Entry& entry = item.second;
    return !entry.next.valid() && now - entry.begun > entry.fresh() + kStaleMax;
  });
}

CommandOutcome AnswerCache::get(const std::string& key,
                                const std::function<CommandOutcome()>& make) {
  std::promise<CommandOutcome> promise;
  std::shared_ptr<const CommandOutcome> last;
  std::shared_future<CommandOutcome> next;
  std::uint64_t generation = 0;
  {
    const std::lock_guard lock(mutex_);
    const platform::MonotonicTime now = clock_->monotonicNow();
    dropOld(now);
    Entry& entry = entries_[key];
    const bool is_made = entry.next.valid();
    const Duration allowed = entry.fresh() + (is_made ? kStaleMax : Duration(0));
    if (entry.last && now - entry.begun <= allowed) {
      last = entry.last;
    } else if (is_made) {
      next = entry.next;
    } else {
      entry.next = promise.get_future().share();
      generation = generation_;
    }
  }
  if (last) return *last;
  if (next.valid()) return next.get();
  return makeNext(key, make, std::move(promise), generation);
}

// Should make throw, the promise is broken: who waits gets an exception too, and a 500.
CommandOutcome AnswerCache::makeNext(const std::string& key,
                                     const std::function<CommandOutcome()>& make,
                                     std::promise<CommandOutcome> next,
                                     std::uint64_t generation) {
  struct Maker {  // whatever happens, the next one who asks may try
    ~Maker() {
      const std::lock_guard lock(cache->mutex_);
      const auto found = cache->entries_.find(*key);
      if (cache->generation_ != generation || found == cache->entries_.end()) return;
      Entry& entry = found->second;
      entry.next = {};
      if (!made) return;
      entry.last = std::move(made);
      entry.begun = begun;
      entry.took = cache->clock_->monotonicNow() - begun;
    }
    AnswerCache* cache;
    const std::string* key;
    std::uint64_t generation;
    platform::MonotonicTime begun;
    std::shared_ptr<const CommandOutcome> made;
  } maker{this, &key, generation, clock_->monotonicNow(), nullptr};
  maker.made = std::make_shared<const CommandOutcome>(make());
  CommandOutcome outcome = *maker.made;
  next.set_value(outcome);
  return outcome;
}

void AnswerCache::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  ++generation_;
}

}  // namespace tandem::web
