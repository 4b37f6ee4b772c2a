// SPDX-License-Identifier: Apache-2.0
//
// One exportBatch() call. Each item goes through
//   adds:     look-ups ─▶ take over | restore | create ─▶ references ─▶ outcome
//   updates:  update ─▶ references ─▶ outcome
//   deletes:  after everything else; what has no id is looked for with the adds
// and all items go at once: the pipeline fills its batches with whatever is ready. An item's
// references wait only for those targets that are made in the same call.
//
// Nothing is ever made twice: users are looked for by anchor before a create whose predecessor's
// answer was lost, groups are made by an upsert on uniqueName, and everything else can be repeated
// (an "already there" of Graph is then a success).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "connectors/connector.h"
#include "connectors/graph/attribute_map.h"
#include "connectors/graph/batch_pipeline.h"
#include "connectors/graph/object_writer.h"
#include "connectors/graph/recent_objects.h"

namespace tandem::connectors::graph {

class Exporter final : public BatchOwner {
 public:
  struct Parts {
    GraphSession& session;
    const AttributeMap& map;
    ConcurrencyWindow& window;
    RecentObjects& recent;
    const ExportGrant& grant;
  };

  Exporter(Parts parts, std::span<const ExportItem> items, ExportSink& sink);
  Result<void> run();

  void write(const Operation& operation, JsonText& out) override;
  Verdict answered(const Operation& operation, const InnerAnswer& answer) override;
  void gaveUp(const Operation& operation, const GraphFailure& failure) override;
  bool resendLost(const Operation& operation) override;

 private:
  enum Kinds : std::uint8_t {
    // subject: a look-up
    kFindByAnchor,
    kFindDeleted,
    kFindByName,     // userPrincipalName
    kFindByAddress,  // proxyAddresses
    // subject: an item
    kRoleCheck,
    kOtherTypeCheck,
    kRestore,
    kCreate,
    kUpsertGroup,
    kReadGroup,
    kUpdate,
    kDelete,
    kSetManager,
    kClearManager,
    kBindMembers,   // first, count: positions in Item::adds
    kAddMember,     // first: position in Item::adds
    kRemoveMember,  // first: index of the reference
  };

  struct Item {
    const ExportItem* in = nullptr;
    Kind kind = Kind::kUser;
    std::string id;             // the object's, once known
    bool stamp_anchor = false;  // the object is taken over and gets our anchor
    bool settled = false;       // the object's own fate is known
    bool answered = false;      // the sink has been told
    std::uint8_t lookups = 0;
    std::uint32_t waits = 0;               // targets made in this call whose fate is not known
    std::uint32_t open = 0;                // requests about references
    std::vector<std::uint32_t> adds;       // indexes of references to add, targets known
    std::optional<GraphFailure> conflict;  // why a create was refused, while we look for the holder
    ExportOutcome outcome;
  };

  struct Candidate {
    std::uint8_t found_by = 0;  // Kinds
    std::string id;
    std::string anchor;
    std::string upn;
    std::string mail;
    std::vector<std::string> addresses;
    bool is_synced = false;
  };

  // Look-ups for up to 15 items of one kind at once.
  struct Lookup {
    Kind kind = Kind::kUser;
    std::vector<std::uint32_t> items;
    std::uint32_t open = 0;
    std::vector<Candidate> candidates;
  };

  // exporter.cc: the life of an item
  void startItem(std::uint32_t number);
  void startAdd(std::uint32_t number);
  void startDeletes();
  void isGone(std::uint32_t number);
  void add(Kinds kind, std::uint32_t subject, std::uint32_t first = 0, std::uint16_t count = 0);
  Verdict onObjectAnswer(const Operation& operation, const InnerAnswer& answer);
  Verdict onCreated(const Operation& operation, const InnerAnswer& answer);
  Verdict onUpserted(const Operation& operation, const InnerAnswer& answer);
  Verdict onGroupRead(const Operation& operation, const InnerAnswer& answer);
  Verdict onUpdated(const Operation& operation, const InnerAnswer& answer);
  Verdict onDeleted(const Operation& operation, const InnerAnswer& answer);
  void objectIs(std::uint32_t number, std::string_view id);
  void settle(std::uint32_t number);
  void fail(std::uint32_t number, const GraphFailure& failure, std::string_view doing);
  void failWith(std::uint32_t number, ExportErrorClass error, std::string code, std::string text);
  void finish(std::uint32_t number);

  // export_matching.cc: is it there already?
  void planLookups(std::span<const std::uint32_t> items);
  void startLookup(Kind kind, std::vector<std::uint32_t> items, std::chrono::milliseconds delay);
  bool needsLookup(const Item& item) const;
  void lookupFailed(const Lookup& lookup, const GraphFailure& failure);
  Verdict onLookupAnswer(const Operation& operation, const InnerAnswer& answer);
  Verdict onCheckAnswer(const Operation& operation, const InnerAnswer& answer);
  void lookUpAgain(std::uint32_t number);
  void decide(std::uint32_t number, const Lookup& lookup);
  const Candidate* findSoftMatch(const Item& item, const Lookup& lookup) const;
  void takeSoftMatch(std::uint32_t number, const Candidate& candidate);
  void create(std::uint32_t number);
  Verdict onRestored(const Operation& operation, const InnerAnswer& answer);
  void createRefused(const Operation& operation, const GraphFailure& failure);
  std::vector<std::string> addressesOf(const Item& item) const;
  std::string_view textOf(const Item& item, AttributeId attribute) const;
  std::string sourceAnchorOf(const Item& item) const;

  // export_references.cc: managers and members
  void countWaits(std::uint32_t number);
  void startReferences(std::uint32_t number);
  void startManager(std::uint32_t number);
  std::string_view targetId(const ExportedReference& reference) const;
  Verdict onReferenceAnswer(const Operation& operation, const InnerAnswer& answer);
  void splitBind(const Operation& operation);
  bool mayAppear(const Operation& operation);
  void referenceDone(std::uint32_t number);
  void referenceFailed(std::uint32_t number, const GraphFailure& failure, std::string_view doing);

  // export_requests.cc: what is sent
  void writeLookup(const Operation& operation, JsonText& out) const;
  void writeObjectRequest(const Operation& operation, const Item& item, JsonText& out);
  void writeReferenceRequest(const Operation& operation, const Item& item, JsonText& out) const;
  std::string memberUrl(std::string_view id) const;

  GraphSession& session_;
  const AttributeMap& map_;
  RecentObjects& recent_;
  ObjectWriter writer_;
  BatchPipeline pipeline_;
  ExportSink& sink_;
  std::vector<Item> items_;
  std::deque<Lookup> lookups_;
  std::unordered_map<ConnectorObjectId, std::uint32_t> made_here_;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> waiters_;
  std::uint64_t writes_done_ = 0;
  bool deleted_items_unsupported_ = false;
};

}  // namespace tandem::connectors::graph
