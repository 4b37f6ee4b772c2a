// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "run/runner.h"
#include "sync/engine.h"

namespace tandem::run {

// One step's numbers, the objects behind them and its errors, on their way into the run history.
// The objects of a counter are kept up to a limit: an initial import has a million adds.
class StepRecord : public sync::StepRecorder {
 public:
  StepRecord(store::Store& store, std::int64_t run, const RunOptions& options, Progress progress);

  void count(std::string_view counter,
             sync::ConnectorObjectId object,
             std::string_view dn) override;
  void countOnly(std::string_view counter, std::int64_t by) override;
  void problem(const sync::ObjectProblem& problem) override;
  void progress(std::int64_t done, std::int64_t total) override;
  bool isCancelled() const override {
    return options_->cancel != nullptr && options_->cancel->load();
  }

  std::int64_t run() const override { return run_; }

  const store::Counters& counters() const { return counters_; }
  std::int64_t problems() const { return problems_; }
  void setNow(std::int64_t now) { now_ = now; }
  void write(std::int64_t step);  // objects and errors; inside the caller's transaction

 private:
  store::Store* store_;
  std::int64_t run_;
  const RunOptions* options_;
  Progress progress_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point last_shown_;
  store::Counters counters_;
  std::vector<store::RunObjectRow> objects_;
  std::vector<store::RunErrorRow> errors_;
  std::int64_t problems_ = 0;
  std::int64_t now_ = 0;
};

}  // namespace tandem::run
