// SPDX-License-Identifier: Apache-2.0
//
// How long changes take from their directory to the target: the time of the source's change travels
// in rows that are written anyway (cs_pending_import, cs_pending_export, cs_unconfirmed), and is
// counted when an import confirms it. What is kept are numbers in log-spaced buckets an hour: no
// row an object.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "store/database.h"

namespace tandem::store {

// Written to disk: do not change the values.
enum class ChangeStage : std::uint8_t {
  kAnswered = 1,  // the directory has taken the export
  kConfirmed = 2  // an import has shown it
};

// Numbers of changes by how long they took. Eight buckets an octave: a percentile is right within
// 5 %. Bucket 0 is up to a second.
class DurationCounts {
 public:
  static constexpr std::size_t kBuckets = 192;  // the last one begins after half a year
  static std::size_t bucketOf(std::int64_t seconds);
  static double secondsOf(std::size_t bucket);  // its middle
  static double upperBound(std::size_t bucket);

  void add(std::size_t bucket, std::int64_t changes) { counts_[bucket] += changes; }
  std::int64_t total() const;
  std::int64_t upTo(double seconds) const;  // changes that took no longer, by whole buckets
  double sum() const;                       // of seconds, by the middles of buckets
  // share: 0.5 for the median. nullopt: nothing was counted.
  std::optional<double> percentile(double share) const;

 private:
  std::array<std::int64_t, kBuckets> counts_{};
};

class ChangeTimes {
 public:
  static constexpr std::int64_t kDaysKept = 90;

  explicit ChangeTimes(Database& database) : database_(&database) {}

  // The change that the work at hand stems from: when it was made in its directory, as seconds
  // since 1970. 0: from none that counts, as in a full import or a full synchronization.
  void begin(std::int64_t changed_at) { changed_at_ = changed_at; }
  std::int64_t current() const { return changed_at_; }

  // changed_at 0 is not counted.
  void count(ChangeStage stage, std::int64_t changed_at, std::int64_t now);
  // Into the transaction that is open.
  void flush();
  void purge(std::int64_t now);

  // From the hour of from up to that of to, both included.
  DurationCounts between(ChangeStage stage, std::int64_t from, std::int64_t to);
  struct Day {
    std::int64_t begins_at = 0;  // 00:00 UTC
    DurationCounts counts;
  };
  std::vector<Day> days(ChangeStage stage);  // with changes, oldest first

 private:
  struct Key {
    std::int64_t hour;
    int stage;
    std::size_t bucket;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  Database* database_;
  std::int64_t changed_at_ = 0;
  std::map<Key, std::int64_t> counted_;
};

// While it lives, work stems from that change.
class FromChange {
 public:
  FromChange(ChangeTimes& times, std::int64_t changed_at)
      : times_(&times), before_(times.current()) {
    times.begin(changed_at);
  }
  ~FromChange() { times_->begin(before_); }
  FromChange(const FromChange&) = delete;
  FromChange& operator=(const FromChange&) = delete;

 private:
  ChangeTimes* times_;
  std::int64_t before_;
};

}  // namespace tandem::store
