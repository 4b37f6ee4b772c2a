// SPDX-License-Identifier: Apache-2.0
//
// Synchronization of every object of a connector, made for a million of them:
//
//   two threads      read objects, and work out what becomes of each (FullEvaluation)
//   this thread      applies the plans in order of object id, thousands a transaction
//   afterwards       what needs a decision, one by one (ObjectSync)
//   at the end       all references at once, from dense arrays (FullReferences)
//
// Nothing is written for an object whose outcome is what the store has already. A run that is
// killed leaves a mark, and the next synchronization of the connector is a full one again.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "store/background_checkpoint.h"
#include "sync/evaluation_pool.h"
#include "sync/link_snapshot.h"
#include "sync/object_sync.h"

namespace tandem::sync {

class FullSynchronizer {
 public:
  FullSynchronizer(const Engine& engine, StepRecorder& recorder, ConnectorId connector);
  ~FullSynchronizer();
  Result<void> run();

  // The last full synchronization of the connector did not come to its end.
  static bool isUnfinished(store::Store& store, ConnectorId connector);

 private:
  Result<void> begin();
  Result<void> applyAll();
  Result<void> applyBatches(EvaluationPool& pool);
  Result<void> applyBatch(EvaluationPool::Batch& batch);
  void apply(ObjectPlan& plan);
  bool applyNew(ObjectPlan& plan);
  void loadNames();
  void applyChanged(ObjectPlan& plan);
  void decideLater(ConnectorObjectId id);
  Result<void> decide();
  Result<void> writeKeys();
  Result<void> synchronizeReferences();

  Result<void> finish();
  Result<void> commit(bool has_written);
  struct OutboundCounts {  // of one connector, in the batch in hand
    std::int64_t provisioned = 0;
    std::int64_t changed = 0;
  };
  void reportOutbound();

  const Engine* engine_;
  StepRecorder* recorder_;
  ConnectorId connector_;
  TargetObjects targets_;
  bool is_bulk_ = false;
  std::unique_ptr<LinkSnapshot> links_;
  std::unique_ptr<store::BackgroundCheckpoint> checkpoint_;  // from the first commit that wrote
  std::unordered_map<const EngineConnector*, OutboundCounts> outbound_;
  std::unique_ptr<KeyIndex> keys_;
  std::vector<std::pair<std::pair<std::uint32_t, std::int64_t>, std::int64_t>> new_keys_;
  HashSet target_names_;  // DN hashes of target spaces
  std::vector<std::pair<ConnectorObjectId, std::uint32_t>> undecided_;
  std::vector<ReferenceChain> chains_;
  bool has_new_ = false;
  ConnectorObjectId first_new_;  // objects from this id on are made by this run
  std::int64_t done_ = 0;
  std::int64_t total_ = 0;
};

// Join keys of the metaverse, written anew from its records.
Result<void> rebuildKeys(const Engine& engine);

}  // namespace tandem::sync
