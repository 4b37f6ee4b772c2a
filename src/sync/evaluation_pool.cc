// SPDX-License-Identifier: Apache-2.0
#include "sync/evaluation_pool.h"

#include <algorithm>

namespace tandem::sync {
namespace {

constexpr std::int64_t kIdsPerBatch = 1024;
constexpr std::size_t kSlots = 8;
constexpr unsigned kThreadsMax = 4;

}  // namespace

EvaluationPool::EvaluationPool(const Engine& engine,
                               const LinkSnapshot& links,
                               ConnectorId connector)
    : engine_(&engine), links_(&links), connector_(connector), slots_(kSlots) {}

EvaluationPool::~EvaluationPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  free_.notify_all();
}

Result<void> EvaluationPool::start() {
  last_id_ = engine_->store->space().maxId();
  batch_count_ = static_cast<std::size_t>((last_id_ + kIdsPerBatch) / kIdsPerBatch);
  if (engine_->store->path() == ":memory:") {
    evaluations_.push_back(std::make_unique<FullEvaluation>(*engine_, *links_, *engine_->store));
    return {};
  }
  const unsigned threads = std::clamp(std::thread::hardware_concurrency(), 1U, kThreadsMax);
  for (unsigned i = 0; i < threads; ++i) {
    readers_.push_back(TRY(store::Store::openReader(engine_->store->path())));
    evaluations_.push_back(std::make_unique<FullEvaluation>(*engine_, *links_, *readers_.back()));
  }
  for (unsigned i = 0; i < threads; ++i) {
    threads_.emplace_back([this, i] { work(*readers_[i], *evaluations_[i]); });
  }
  return {};
}

void EvaluationPool::work(store::Store& reader, FullEvaluation& evaluation) {
  for (;;) {
    std::size_t number = 0;
    Slot* slot = nullptr;
    {
      std::unique_lock lock(mutex_);
      free_.wait(lock, [this] {
        return stop_ || next_to_fill_ >= batch_count_ ||
               next_to_fill_ < next_to_take_ + slots_.size();
      });
      if (stop_ || next_to_fill_ >= batch_count_) return;
      number = next_to_fill_++;
      slot = &slots_[number % slots_.size()];
    }
    fill(reader, evaluation, number, slot->batch);
    const std::lock_guard lock(mutex_);
    slot->is_ready = true;
    ready_.notify_one();
  }
}

void EvaluationPool::fill(store::Store& reader,
                          FullEvaluation& evaluation,
                          std::size_t number,
                          Batch& batch) {
  const std::int64_t first = static_cast<std::int64_t>(number) * kIdsPerBatch;
  batch.first = ConnectorObjectId(first);
  batch.last = ConnectorObjectId(first + kIdsPerBatch - 1);
  batch.plan_count = 0;
  batch.object_count = 0;
  batch.unchanged_count = 0;
  batch.unchanged_chains.clear();
  reader.space().scan(connector_, batch.first, batch.last, [&](const store::ObjectView& object) {
    batch.take(evaluation, object);
  });
  evaluation.endBatch();
  batch.error = reader.database().takeError();
}

// Nothing is to be done to most objects, and then the next one is planned in the same place.
void EvaluationPool::Batch::take(FullEvaluation& evaluation, const store::ObjectView& object) {
  if (plan_count == plans.size()) plans.emplace_back();
  ObjectPlan& plan = plans[plan_count];
  evaluation.evaluate(object, plan);
  ++object_count;
  switch (plan.kind) {
    case ObjectPlan::Kind::kSkip:
      return;
    case ObjectPlan::Kind::kUnchanged:
      ++unchanged_count;
      plan.appendChains(unchanged_chains);
      return;
    case ObjectPlan::Kind::kNew:
    case ObjectPlan::Kind::kChanged:
    case ObjectPlan::Kind::kDecide:
      ++plan_count;
  }
}

EvaluationPool::Batch* EvaluationPool::next() {
  if (threads_.empty()) {
    if (next_to_take_ >= batch_count_) return nullptr;
    Batch& batch = slots_.front().batch;
    fill(*engine_->store, *evaluations_.front(), next_to_take_++, batch);
    return &batch;
  }
  std::unique_lock lock(mutex_);
  if (next_to_take_ >= batch_count_) return nullptr;
  Slot& slot = slots_[next_to_take_ % slots_.size()];
  ready_.wait(lock, [&] { return slot.is_ready; });
  return &slot.batch;
}

void EvaluationPool::recycle(Batch*) {
  if (threads_.empty()) return;
  const std::lock_guard lock(mutex_);
  slots_[next_to_take_ % slots_.size()].is_ready = false;
  ++next_to_take_;
  free_.notify_all();
}

}  // namespace tandem::sync
