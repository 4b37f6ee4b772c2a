// SPDX-License-Identifier: Apache-2.0
//
// What is wanted of connected directories, what was sent, and what has not been seen back yet.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/ids.h"
#include "store/change_times.h"
#include "store/checks.h"
#include "store/connector_space.h"
#include "store/database.h"

namespace tandem::store {

// Written to disk: do not change the values. They equal connectors::ExportOperation's.
enum class PendingOperation : std::uint8_t {
  kAdd = 1,
  kUpdate = 2,
  kDelete = 3
};

struct WantedRow {
  std::string image;  // attributes with count 0 are to be absent
  std::string lineage;
  // What was sent and accepted of attributes whose final value the directory computes itself:
  // comparing with what is imported would export them for ever.
  std::string accepted;
};

struct UnconfirmedRow {
  PendingOperation operation = PendingOperation::kUpdate;
  std::string delta;
  std::int64_t changed_at = 0;  // see store/change_times.h
};

struct PendingExportRow {
  ConnectorObjectId id;
  PendingOperation operation = PendingOperation::kUpdate;
  std::int64_t changed_at = 0;
};

// A pending export with what is wanted, as views: valid until the callback that got it returns.
struct PendingExportView {
  ConnectorObjectId id;
  ConnectorId connector;
  PendingOperation operation = PendingOperation::kUpdate;
  ObjectTypeId type;
  std::string_view anchor;  // empty: none yet
  std::string_view dn;
  std::string_view wanted;  // empty: nothing is
};

struct ExportReferenceRow {
  AttributeId attribute;
  ConnectorObjectId target;
  bool added = true;
  bool sent = false;            // answered with success, not seen by an import yet
  std::int64_t changed_at = 0;  // read only; written as the change that is under way
};

struct JournalRow {
  std::int64_t id = 0;
  std::int64_t run = 0;
  PendingOperation operation = PendingOperation::kUpdate;
  std::int64_t epoch = 0;
  std::int64_t sent_at = 0;
  std::int64_t answered_at = 0;  // 0: no answer
  std::string outcome;
  std::string delta;
};

struct PendingExportCounts {
  std::int64_t adds = 0;
  std::int64_t updates = 0;
  std::int64_t deletes = 0;
  std::int64_t total() const { return adds + updates + deletes; }
};

class Exports {
 public:
  // checks: is told whose wanted image changed. times: the change that new rows stem from; a row
  // that is there keeps its own.
  Exports(Database& database, Checks& checks, ChangeTimes& times);

  std::optional<WantedRow> wanted(ConnectorObjectId id);
  void setWanted(ConnectorObjectId id, std::string_view image, std::string_view lineage);
  void setAccepted(ConnectorObjectId id, std::string_view accepted);
  void removeWanted(ConnectorObjectId id);

  std::optional<UnconfirmedRow> unconfirmed(ConnectorObjectId id);
  void setUnconfirmed(ConnectorObjectId id,
                      PendingOperation operation,
                      std::string_view delta,
                      std::int64_t now);
  void removeUnconfirmed(ConnectorObjectId id);

  void setPending(ConnectorObjectId id, ConnectorId connector, PendingOperation operation);
  std::optional<PendingOperation> pending(ConnectorObjectId id);
  void removePending(ConnectorObjectId id);
  // When the oldest change was made that is not confirmed yet, apart from those that an error holds
  // up, which is told of itself. nullopt: none is counted.
  std::optional<std::int64_t> oldestChange();
  // Ascending by id after the given one, of one operation.
  std::vector<PendingExportRow> listPending(ConnectorId connector,
                                            PendingOperation operation,
                                            ConnectorObjectId after,
                                            std::size_t limit);
  PendingExportCounts countPending(ConnectorId connector);
  // All connectors, ascending by id.
  void scanPending(const std::function<void(const PendingExportView&)>& take);
  void scanPending(PendingOperation operation, const std::function<void(ConnectorObjectId)>& take);
  // Pending or not confirmed; an object that is both is named twice.
  void scanInFlight(const std::function<void(ConnectorObjectId)>& take);

  void setReference(ConnectorObjectId owner, const ExportReferenceRow& row);
  void removeReference(ConnectorObjectId owner, AttributeId attribute, ConnectorObjectId target);
  std::optional<ExportReferenceRow> reference(ConnectorObjectId owner,
                                              AttributeId attribute,
                                              ConnectorObjectId target);
  std::vector<ExportReferenceRow> references(ConnectorObjectId owner);
  bool hasReferencesToSend(ConnectorObjectId owner);
  // All that are not sent yet, owner by owner.
  void scanReferencesToSend(
      const std::function<void(ConnectorObjectId owner, const ExportReferenceRow&)>& take);
  // Ascending by owner, attribute and target.
  void scanReferences(
      const std::function<void(ConnectorObjectId owner, const ExportReferenceRow&)>& take);

  std::int64_t journalIntent(std::int64_t run,
                             ConnectorObjectId object,
                             PendingOperation operation,
                             std::int64_t epoch,
                             std::int64_t now,
                             std::string_view delta);
  void journalAnswer(std::int64_t entry, std::int64_t now, std::string_view outcome);
  bool hasOpenIntent(ConnectorObjectId object);
  std::optional<std::int64_t> lastOpenIntent();  // of any object: when it was sent; absent: none
  // After a restart: intents that nobody will answer any more become retries once sent again.
  void closeOpenIntents(ConnectorObjectId object, std::int64_t now);
  std::vector<JournalRow> journalOf(ConnectorObjectId object, std::size_t limit);

  // Deleted as far as the directory is concerned, of which no import ever showed anything.
  std::vector<ConnectorObjectId> deletedWithoutAnchor(ConnectorId connector);
  // Objects with something sent that no import has shown yet, or that was never answered.
  std::vector<ConnectorObjectId> inDoubt(ConnectorId connector);
  // Objects of which the directory has taken values that it decides itself.
  void scanAccepted(
      ConnectorId connector,
      const std::function<
          void(ConnectorObjectId, std::string_view image, std::string_view accepted)>& take);

 private:
  Database* database_;
  Checks* checks_;
  ChangeTimes* times_;
  Statement wanted_, set_wanted_, set_accepted_, remove_wanted_, unconfirmed_, set_unconfirmed_,
      remove_unconfirmed_;
  Statement set_pending_, pending_, remove_pending_, list_pending_;
  Statement set_reference_, remove_reference_, reference_, references_, has_unsent_;
  Statement intent_, answer_, open_intent_, close_intents_;
};

}  // namespace tandem::store
