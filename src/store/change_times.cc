// SPDX-License-Identifier: Apache-2.0
#include "store/change_times.h"

#include <algorithm>
#include <cmath>

namespace tandem::store {
namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;
constexpr double kBucketsPerOctave = 8;

}  // namespace

std::size_t DurationCounts::bucketOf(std::int64_t seconds) {
  if (seconds <= 1) return 0;
  const double bucket = std::ceil(std::log2(static_cast<double>(seconds)) * kBucketsPerOctave);
  return std::min(kBuckets - 1, static_cast<std::size_t>(bucket));
}

double DurationCounts::upperBound(std::size_t bucket) {
  return std::exp2(static_cast<double>(bucket) / kBucketsPerOctave);
}

double DurationCounts::secondsOf(std::size_t bucket) {
  return bucket == 0 ? 1 : std::exp2((static_cast<double>(bucket) - 0.5) / kBucketsPerOctave);
}

std::int64_t DurationCounts::total() const {
  std::int64_t total = 0;
  for (const std::int64_t count : counts_)
    total += count;
  return total;
}

std::int64_t DurationCounts::upTo(double seconds) const {
  std::int64_t total = 0;
  for (std::size_t bucket = 0; bucket < kBuckets && upperBound(bucket) <= seconds * 1.000001;
       ++bucket)
    total += counts_[bucket];
  return total;
}

double DurationCounts::sum() const {
  double sum = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket)
    sum += secondsOf(bucket) * static_cast<double>(counts_[bucket]);
  return sum;
}

std::optional<double> DurationCounts::percentile(double share) const {
  const std::int64_t all = total();
  if (all == 0) return std::nullopt;
  const auto wanted =
      std::max<std::int64_t>(1, std::llround(std::ceil(share * static_cast<double>(all))));
  std::int64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) return secondsOf(bucket);
  }
  return secondsOf(kBuckets - 1);
}

void ChangeTimes::count(ChangeStage stage, std::int64_t changed_at, std::int64_t now) {
  if (changed_at == 0) return;
  ++counted_[{now / kHour,
              static_cast<int>(stage),
              DurationCounts::bucketOf(std::max<std::int64_t>(0, now - changed_at))}];
}

void ChangeTimes::flush() {
  if (counted_.empty()) return;
  Statement add(*database_,
                "INSERT INTO change_time VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hour, stage, bucket) "
                "DO UPDATE SET changes = changes + excluded.changes");
  for (const auto& [key, changes] : counted_) {
    add.bind(1, key.hour)
        .bind(2, key.stage)
        .bind(3, static_cast<std::int64_t>(key.bucket))
        .bind(4, changes);
    add.step();
    add.reset();
  }
  counted_.clear();
}

void ChangeTimes::purge(std::int64_t now) {
  Statement old(*database_, "DELETE FROM change_time WHERE hour < ?1");
  old.bind(1, (now - kDaysKept * kDay) / kHour).step();
}

DurationCounts ChangeTimes::between(ChangeStage stage, std::int64_t from, std::int64_t to) {
  Statement rows(*database_,
                 "SELECT bucket, changes FROM change_time WHERE stage = ?1 AND hour BETWEEN ?2 AND "
                 "?3");
  rows.bind(1, static_cast<std::int64_t>(stage)).bind(2, from / kHour).bind(3, to / kHour);
  DurationCounts counts;
  while (rows.step()) {
    const auto bucket = static_cast<std::size_t>(std::max<std::int64_t>(0, rows.integer(0)));
    counts.add(std::min(bucket, DurationCounts::kBuckets - 1), rows.integer(1));
  }
  return counts;
}

std::vector<ChangeTimes::Day> ChangeTimes::days(ChangeStage stage) {
  Statement rows(*database_,
                 "SELECT DISTINCT hour / 24 FROM change_time WHERE stage = ?1 ORDER BY 1");
  rows.bind(1, static_cast<std::int64_t>(stage));
  std::vector<Day> days;
  while (rows.step())
    days.push_back({rows.integer(0) * kDay, {}});
  for (Day& day : days)
    day.counts = between(stage, day.begins_at, day.begins_at + kDay - 1);
  return days;
}

}  // namespace tandem::store
