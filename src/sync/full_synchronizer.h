// SPDX-License-Identifier: Apache-2.0
//
// Synchronization of every object of a connector, made for a million of them:
//
//   two threads      read objects, and work out what becomes of each (FullEvaluation)
//   this thread      applies the plans in order of object id, thousands a transaction
//   afterwards       what needs a decision, one by one (ObjectSync)
//   at the end       all references at once, from dense arrays
//
// Nothing is written for an object whose outcome is what the store has already. A run that is
// killed leaves a mark, and the next synchronization of the connector is a full one again.
#pragma once

#include <memory>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "sync/full_evaluation.h"
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
  struct Chain {  // target_owner.target_attribute ← source.source_attribute
    std::uint32_t target_owner;
    std::uint32_t target_attribute;
    std::uint32_t source;
    std::uint32_t source_attribute;
  };

  Result<void> begin();
  Result<void> applyAll();
  Result<void> applyBatch(std::vector<ObjectPlan>& plans);
  void apply(ObjectPlan& plan);
  bool applyNew(ObjectPlan& plan);
  void loadNames();
  void applyChanged(ObjectPlan& plan);
  void addChains(const ObjectPlan& plan);
  void decideLater(ConnectorObjectId id);
  Result<void> decide();
  Result<void> writeKeys();
  Result<void> synchronizeReferences();
  void loadCounterparts();
  void loadExportReferences();
  void compareReferences(const Chain& chain);

  Result<void> finish();
  std::string outboundCounter(const OutboundPlan& out, const char* name) const;

  const Engine* engine_;
  StepRecorder* recorder_;
  ConnectorId connector_;
  TargetObjects targets_;
  bool is_bulk_ = false;
  std::unique_ptr<LinkSnapshot> links_;
  std::unique_ptr<KeyIndex> keys_;
  std::vector<std::pair<std::pair<std::uint32_t, std::int64_t>, std::int64_t>> new_keys_;
  std::unordered_set<std::int64_t> target_names_;  // DN hashes of target spaces
  std::vector<std::pair<ConnectorObjectId, std::uint32_t>> undecided_;
  std::vector<Chain> chains_;
  std::vector<std::uint32_t> counterpart_;  // of the connector in hand: object id → target object
  std::unordered_set<std::uint32_t> leaving_;  // targets whose deletion is pending
  struct ExportReference {                     // a row of export_reference
    std::uint32_t owner;
    std::uint32_t attribute;
    std::uint32_t target;
    bool added;
    friend auto operator<=>(const ExportReference&, const ExportReference&) = default;
  };
  std::vector<ExportReference> export_references_;  // sorted
  std::vector<ExportReference> needed_;             // of the chain in hand
  std::vector<std::uint32_t> wanted_;
  bool has_new_ = false;
  std::int64_t done_ = 0;
  std::int64_t total_ = 0;
};

// Join keys of the metaverse, written anew from its records.
Result<void> rebuildKeys(const Engine& engine);

}  // namespace tandem::sync
