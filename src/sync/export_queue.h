// SPDX-License-Identifier: Apache-2.0
//
// Pending exports as batches for a connector, and the answers back into the store.
//
//   intend()   journal: "this is about to be sent"          one transaction, before sending
//   answered() journal: answered; export memory, errors      one transaction a few hundred answers
//
// What was intended and never answered (a crash, a lost connection) stands in the journal and goes
// out again marked as a retry.
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "connectors/connector.h"
#include "sync/engine.h"
#include "sync/target_object.h"

namespace tandem::sync {

class ExportQueue {
 public:
  ExportQueue(const Engine& engine,
              ConnectorId connector,
              StepRecorder& recorder,
              std::int64_t run);

  // The next items of one operation, after those given before. Adds carry no references: their
  // targets may be adds themselves. Updates carry those whose target exists.
  std::vector<connectors::ExportItem> next(store::PendingOperation operation, std::size_t limit);
  void rewind() { after_ = ConnectorObjectId(); }
  // Adds and updates of objects with an error of an attribute check do not go out, and get an error
  // that says why.
  void holdBackOffending() { holds_back_ = true; }
  std::int64_t heldBack() const { return held_back_count_; }

  Result<void> intend(std::span<const connectors::ExportItem> items, std::uint64_t epoch);
  // Collects; commits every few hundred. flush() commits the rest.
  Result<void> answered(const connectors::ExportOutcome& outcome);
  Result<void> flush();
  std::int64_t failures() const { return failures_; }

 private:
  struct InFlight {
    std::int64_t journal = 0;
    connectors::ExportItem item;
  };
  connectors::ExportItem itemFor(const store::ObjectRow& row, store::PendingOperation operation);
  void record(const connectors::ExportOutcome& outcome, const InFlight& sent);
  bool isHeldBack(ConnectorObjectId id, store::PendingOperation operation);
  ObjectProblem whyHeldBack(const store::ObjectRow& row);

  const Engine* engine_;
  ConnectorId connector_;
  StepRecorder* recorder_;
  std::int64_t run_;
  TargetObjects targets_;
  ConnectorObjectId after_;
  std::unordered_map<std::int64_t, InFlight> in_flight_;
  std::unordered_map<std::int64_t, std::int64_t>
      changed_at_;  // by object; none for an initial load
  std::vector<connectors::ExportOutcome> answers_;
  std::int64_t failures_ = 0;
  bool holds_back_ = false;
  std::vector<ObjectProblem> held_back_;  // to be recorded with the next answers
  std::int64_t held_back_count_ = 0;
  Result<void> unrecorded_;  // an error of next(), for flush()
};

}  // namespace tandem::sync
