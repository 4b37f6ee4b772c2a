// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/result.h"
#include "sync/full_evaluation.h"

namespace tandem::sync {

// Evaluating threads over the objects of one connector. Each takes the next range of ids, reads it
// through its own connection and works out the plans; next() hands the batches over in order of id.
// A store that lives in memory alone has one connection, and then all is done on the caller's
// thread.
class EvaluationPool {
 public:
  // A range of ids. Plans are kept of objects to which something is to be done; of the others only
  // what the passes after this one need.
  struct Batch {
    ConnectorObjectId first;
    ConnectorObjectId last;
    std::vector<ObjectPlan> plans;  // ascending by object; the first plan_count are in use
    std::size_t plan_count = 0;
    std::int64_t object_count = 0;
    std::int64_t unchanged_count = 0;
    std::vector<ReferenceChain> unchanged_chains;
    Result<void> error;

    std::span<ObjectPlan> planned() { return std::span(plans).first(plan_count); }
    void take(FullEvaluation& evaluation, const store::ObjectView& object);
  };

  EvaluationPool(const Engine& engine, const LinkSnapshot& links, ConnectorId connector);
  ~EvaluationPool();
  Result<void> start();
  Batch* next();  // nullptr: all done. Valid until recycle().
  void recycle(Batch* batch);

 private:
  struct Slot {
    Batch batch;
    bool is_ready = false;
  };
  void work(store::Store& reader, FullEvaluation& evaluation);
  void fill(store::Store& reader, FullEvaluation& evaluation, std::size_t number, Batch& batch);

  const Engine* engine_;
  const LinkSnapshot* links_;
  ConnectorId connector_;
  std::int64_t last_id_ = 0;
  std::size_t batch_count_ = 0;

  std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable free_;
  std::vector<Slot> slots_;       // batch n is in slot n % size
  std::size_t next_to_fill_ = 0;  // guarded by mutex_
  std::size_t next_to_take_ = 0;
  bool stop_ = false;
  std::vector<std::unique_ptr<store::Store>> readers_;
  std::vector<std::unique_ptr<FullEvaluation>> evaluations_;
  std::vector<std::jthread> threads_;
};

}  // namespace tandem::sync
