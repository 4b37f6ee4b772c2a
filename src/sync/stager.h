// SPDX-License-Identifier: Apache-2.0
//
// Staging: what a connector has read becomes the imported image of a connector-space object and,
// where it differs from what was known, work for synchronization. Import never touches the
// metaverse.
//
//   found by anchor                          → same object; another DN is a rename
//   no anchor known, DN of an object without → it is that object (a placeholder, or provisioned by
//                                              us and its answer lost): it gets the anchor
//   DN of an object with another anchor      → that one loses its DN and is transient until its own
//                                              fate is read
//   otherwise                                → a new object
//
// One transaction a batch of items, together with the watermark they reach. References to objects
// that a full import has not read yet wait for its end.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "connectors/connector.h"
#include "sync/engine.h"
#include "sync/identity_index.h"
#include "sync/target_object.h"

namespace tandem::sync {

// How much may be missing from a full import before it is taken for a fault and not for deletions.
struct AbsenceGuard {
  bool enabled = true;
  int percent = 20;                 // of the objects known before …
  std::int64_t percent_from = 100;  // … when there were more than this many
};

class Stager {
 public:
  Stager(const Engine& engine, ConnectorId connector, StepRecorder& recorder);
  ~Stager();

  // Before the first item: everything that is there will come. Loads the index.
  Result<void> beginFull();
  bool isFull() const { return index_ != nullptr; }
  Result<void> stage(std::vector<connectors::ImportItem>& items,
                     std::string_view partition,
                     const connectors::Watermark& reached);
  // Behind the last item of the last partition: places references that had to wait and, when
  // complete, stages the deletion of what was not seen. kStoppedByGuard when too much is missing.
  Result<void> finish(bool complete, const AbsenceGuard& guard);
  std::int64_t staged() const { return staged_; }

 private:
  struct WaitingReference {
    ConnectorObjectId owner;
    AttributeId attribute;
    std::string dn;
    std::string anchor;
  };

  std::int64_t changeTime(const connectors::ImportItem& item) const;
  void countConfirmed(std::int64_t changed_at);
  void stageItem(connectors::ImportItem& item);
  void stageFull(connectors::ImportItem& item);
  void stageNew(connectors::ImportItem& item, const Hash128& state_hash);
  void stageKnown(connectors::ImportItem& item,
                  const KnownIdentity& known,
                  const Hash128& state_hash);
  void claim(connectors::ImportItem& item, const store::ObjectRow& row, const Hash128& state_hash);
  void stagePartial(connectors::ImportItem& item);
  void stageDelete(ConnectorObjectId id, store::DepartureKind kind);
  void rename(const store::ObjectRow& row, const std::string& dn, bool cascade);
  bool applyReferences(ConnectorObjectId owner, const connectors::ImportItem& item, bool is_new);
  bool replaceReferences(ConnectorObjectId owner, const connectors::ImportItem& item);
  bool changeReferences(ConnectorObjectId owner, const connectors::ImportItem& item);
  std::optional<ConnectorObjectId> resolve(const connectors::ImportedReference& reference);
  // In a delta import nothing waits for its end, so an unknown target becomes a placeholder at
  // once: its own item, or its rename, may come later in the same import.
  std::optional<ConnectorObjectId> resolveOrExpect(const connectors::ImportedReference& reference);
  ConnectorObjectId placeholderFor(const std::string& dn);
  bool link(ConnectorObjectId owner, AttributeId attribute, ConnectorObjectId target, bool is_new);
  bool unlink(ConnectorObjectId owner, AttributeId attribute, ConnectorObjectId target);
  // before: the image that it had until now.
  void confirm(ConnectorObjectId id,
               std::string_view before,
               std::optional<std::string_view> reported);
  void fail(const connectors::ImportItem& item, std::string_view type, std::string_view message);
  void findScopingGroups();
  void wakeMember(ConnectorObjectId owner, ConnectorObjectId target);
  Result<void> flushReferences();
  Result<void> placeWaitingReferences();
  Result<void> forgetDeletedAdds();
  bool isNothingLeft() const;
  Result<void> stageAbsent(const AbsenceGuard& guard);

  const Engine* engine_;
  ConnectorId connector_;
  StepRecorder* recorder_;
  TargetObjects targets_;
  std::unique_ptr<IdentityIndex> index_;      // full imports
  std::unique_ptr<StoredIdentities> stored_;  // deltas
  Identities* identities_;
  bool is_bulk_ = false;
  bool is_target_ = false;                           // exports go here: imports confirm
  std::unordered_set<std::int64_t> scoping_groups_;  // whose members are in scope by ISMEMBEROF
  std::int64_t known_before_ = 0;
  std::int64_t staged_ = 0;
  std::vector<WaitingReference> waiting_;
  struct NewReference {
    std::int64_t owner;
    std::uint32_t attribute;
    std::int64_t target;
  };
  std::vector<NewReference> new_references_;  // of new objects: written in key order
  std::unordered_map<std::int64_t, ConnectorObjectId> displaced_by_;  // transient → who has its DN
};

}  // namespace tandem::sync
