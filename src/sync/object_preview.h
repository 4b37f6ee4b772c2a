// SPDX-License-Identifier: Apache-2.0
//
// What the next synchronization would make of one object, and what the export behind it would
// write. It is the engine itself that answers: it works inside a transaction that is rolled back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sync/sync_trace.h"

namespace tandem::sync {

// One object of a directory that has outbound rules, as it would be afterwards.
struct PreviewedTarget {
  ConnectorId connector;
  ConnectorObjectId object;
  ObjectTypeId type;
  std::string dn;
  std::string anchor;
  bool is_linked = false;
  bool was_pending = false;                          // something was to be exported before this
  std::optional<store::PendingOperation> operation;  // none: nothing is to be exported
  std::string known;                                 // what its directory has, as far as we know
  std::string delta;  // what would be sent: all of an add, the changes of an update
  std::vector<store::ExportReferenceRow> references;  // not sent yet
};

struct ObjectPreview {
  store::ObjectRow object;
  std::optional<store::Link> link_before;
  std::optional<store::Link> link_after;
  std::string record_after;  // of the metaverse object
  SyncTrace trace;
  std::vector<PreviewedTarget> targets;
  std::vector<ObjectProblem> problems;
};

struct PreviewOptions {
  bool as_if_deleted = false;  // as if an import had told that the object is gone
};

// engine.store: a private copy (store/snapshot.h); a writer would hold up others meanwhile.
Result<ObjectPreview> previewObject(const Engine& engine,
                                    ConnectorObjectId id,
                                    const PreviewOptions& options = {});

}  // namespace tandem::sync
