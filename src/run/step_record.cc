// SPDX-License-Identifier: Apache-2.0
#include "run/step_record.h"

namespace tandem::run {
namespace {

constexpr std::int64_t kObjectsPerCounter = 1000;
constexpr std::size_t kErrorsMax = 5000;
constexpr std::chrono::milliseconds kBetweenReports{100};

}  // namespace

StepRecord::StepRecord(store::Store& store,
                       std::int64_t run,
                       const RunOptions& options,
                       Progress progress)
    : store_(&store),
      run_(run),
      options_(&options),
      progress_(std::move(progress)),
      started_(std::chrono::steady_clock::now()),
      last_shown_(started_ - kBetweenReports) {}

void StepRecord::count(std::string_view counter,
                       sync::ConnectorObjectId object,
                       std::string_view dn) {
  const auto found = counters_.find(counter);
  std::int64_t& number = found != counters_.end() ? found->second : counters_[std::string(counter)];
  ++number;
  if (number <= kObjectsPerCounter)
    objects_.push_back({std::string(counter), object, std::string(dn)});
}

void StepRecord::countOnly(std::string_view counter, std::int64_t by) {
  const auto found = counters_.find(counter);
  if (found != counters_.end()) {
    found->second += by;
  } else {
    counters_[std::string(counter)] = by;
  }
}

void StepRecord::problem(const sync::ObjectProblem& problem) {
  ++problems_;
  if (problem.object.raw() != 0) {
    store::ObjectError error;
    error.phase = problem.phase;
    error.type = problem.type;
    error.code = problem.code;
    error.message = problem.message;
    error.last_at = now_;
    error.run = run_;
    store_->history().setError(problem.object, error);
  }
  if (errors_.size() < kErrorsMax) {
    errors_.push_back({problem.object, problem.dn, problem.type, problem.code, problem.message});
  }
}

void StepRecord::progress(std::int64_t done, std::int64_t total) {
  if (!options_->on_progress) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_shown_ < kBetweenReports && done < total) return;
  last_shown_ = now;
  progress_.done = done;
  progress_.total = total;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  progress_.per_second = seconds > 0.05 ? static_cast<double>(done) / seconds : 0;
  progress_.seconds_left.reset();
  if (total > done && progress_.per_second > 0) {
    progress_.seconds_left = static_cast<double>(total - done) / progress_.per_second;
  }
  options_->on_progress(progress_);
}

void StepRecord::write(std::int64_t step) {
  for (const store::RunObjectRow& row : objects_) {
    store_->history().addObject(run_, step, row.counter, row.object, row.dn);
  }
  for (const store::RunErrorRow& row : errors_)
    store_->history().addError(run_, step, row);
  objects_.clear();
  errors_.clear();
}

}  // namespace tandem::run
