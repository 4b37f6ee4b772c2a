// SPDX-License-Identifier: Apache-2.0
//
// The connector spaces: this server's copy of each connected directory, as it was last imported.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "directory/attribute_table.h"
#include "directory/ids.h"
#include "store/change_times.h"
#include "store/checks.h"
#include "store/database.h"

namespace tandem::store {

using directory::AttributeId;
using directory::ConnectorId;
using directory::ConnectorObjectId;
using directory::ObjectTypeId;

// Bits of cs_object.state.
struct ObjectState {
  static constexpr std::uint32_t kPlaceholder = 1;  // referenced or a parent, never imported
  static constexpr std::uint32_t kContainer = 2;
  static constexpr std::uint32_t kTransient = 4;    // lost its DN to another object
  static constexpr std::uint32_t kProvisioned = 8;  // made by us, not seen by an import yet
};

// Bits of cs_pending_import.what.
struct PendingImport {
  static constexpr std::uint32_t kAdd = 1;
  static constexpr std::uint32_t kUpdate = 2;      // attributes changed
  static constexpr std::uint32_t kReferences = 4;  // rows in cs_pending_reference
  static constexpr std::uint32_t kRename = 8;
  static constexpr std::uint32_t kDelete = 16;
  static constexpr std::uint32_t kRetry = 32;  // nothing changed here, but what it depends on did
};

// A row as a view: valid until the callback that got it returns.
struct ObjectView {
  ConnectorObjectId id;
  ConnectorId connector;
  ObjectTypeId type;
  std::uint32_t state = 0;
  std::string_view anchor;  // empty: none
  std::string_view dn;
  std::string_view image;
  bool has_image = false;
};

// The columns that a view is made of, for every statement that reads whole objects.
inline constexpr const char* kObjectColumns = "id, connector, type, state, anchor, dn, image";
ObjectView objectFrom(const Statement& row);

struct ObjectRow {
  ConnectorObjectId id;
  ConnectorId connector;
  ObjectTypeId type;
  std::uint32_t state = 0;
  std::string anchor;
  std::string dn;
  std::string image;
  bool has_image = false;

  bool isPlaceholder() const { return (state & ObjectState::kPlaceholder) != 0; }
};

struct NewObject {
  ConnectorId connector;
  ObjectTypeId type;
  std::uint32_t state = 0;
  std::string_view anchor;
  std::string_view dn;
  std::optional<std::string_view> image;
  Hash128 state_hash;
  std::int64_t dn_hash = 0;  // 0: not known yet
};

struct PendingImportRow {
  ConnectorObjectId id;
  std::uint32_t what = 0;
  std::int64_t changed_at = 0;  // see store/change_times.h
};

struct Reference {
  AttributeId attribute;
  ConnectorObjectId target;
  friend auto operator<=>(const Reference&, const Reference&) = default;
};

struct ReferenceChangeRow {
  AttributeId attribute;
  ConnectorObjectId target;
  bool added = true;
};

// The number under which a DN is indexed: equal for equal names (RFC 4514), whatever their
// spelling.
std::int64_t dnHash(std::string_view dn);

class ConnectorSpace {
 public:
  // seed: this store's own random number, so that nobody outside can make two names collide.
  // checks: is told of objects that go.
  // times: the change that pending imports stem from.
  ConnectorSpace(Database& database, Checks& checks, ChangeTimes& times, std::uint64_t seed);

  // The number under which a DN is indexed: equal for equal names (RFC 4514), whatever their
  // spelling. 0 is no DN's.
  std::int64_t dnHash(std::string_view dn);

  // -- objects
  ConnectorObjectId insert(const NewObject& object);
  std::optional<ObjectRow> find(ConnectorObjectId id);
  std::optional<ConnectorObjectId> findByAnchor(ConnectorId connector, std::string_view anchor);
  std::optional<ConnectorObjectId> findByDn(ConnectorId connector, std::string_view dn);
  std::optional<Hash128> stateHash(ConnectorObjectId id);
  // state_hash is over all that an import says of the object: image, references, DN, type.
  void setImage(ConnectorObjectId id, std::string_view image, const Hash128& state_hash);
  void setStateHash(ConnectorObjectId id, const Hash128& state_hash);
  void setIdentity(ConnectorObjectId id,
                   ObjectTypeId type,
                   std::uint32_t state,
                   std::string_view anchor);
  void setDn(ConnectorObjectId id, std::string_view dn);
  void forgetImage(ConnectorObjectId id);
  // Another object has its DN now: it is no longer found by it.
  void loseDn(ConnectorObjectId id);
  void moveReferences(ConnectorObjectId from,
                      ConnectorObjectId to);  // referrers of one to the other
  // With everything that hangs on it: references both ways, wanted image, pending rows, errors.
  void remove(ConnectorObjectId id);
  // Ascending by id, both ends included.
  void scan(ConnectorId connector,
            ConnectorObjectId from,
            ConnectorObjectId to,
            const std::function<void(const ObjectView&)>& take);
  // Every object of every connector, ascending by id.
  void scanAll(const std::function<void(const ObjectView&)>& take);
  // For the in-memory index of a full import: these two read an index each and no row.
  void scanAnchors(
      ConnectorId connector,
      const std::function<void(ConnectorObjectId, std::string_view anchor, const Hash128&)>& take);
  void scanDnHashes(ConnectorId connector,
                    const std::function<void(ConnectorObjectId, std::int64_t dn_hash)>& take);
  void scanIdentities(ConnectorId connector,
                      const std::function<void(ConnectorObjectId,
                                               std::string_view anchor,
                                               const Hash128& state_hash,
                                               std::int64_t dn_hash,
                                               std::uint32_t state)>& take);
  // Every object whose DN lies under dn (not dn itself). Looks at all: rare (an OU was moved).
  std::vector<ConnectorObjectId> findUnder(ConnectorId connector, std::string_view dn);
  std::int64_t count(ConnectorId connector);
  // With placeholders and what was provisioned: reads an index alone.
  std::int64_t countAll(ConnectorId connector);
  // What the directory is known to have, be it by an import or by its answer to an export: reads an
  // index alone.
  std::int64_t countKnown(ConnectorId connector);
  std::int64_t maxId();

  // -- references
  bool addReference(ConnectorObjectId owner, AttributeId attribute, ConnectorObjectId target);
  bool removeReference(ConnectorObjectId owner, AttributeId attribute, ConnectorObjectId target);
  bool hasReference(ConnectorObjectId owner, AttributeId attribute, ConnectorObjectId target);
  std::vector<Reference> references(ConnectorObjectId owner);
  std::vector<ConnectorObjectId> targets(ConnectorObjectId owner, AttributeId attribute);
  std::int64_t referenceCount(ConnectorObjectId owner, AttributeId attribute);
  struct Referrer {
    ConnectorObjectId owner;
    AttributeId attribute;
  };
  std::vector<Referrer> referrers(ConnectorObjectId target);
  // Owner by owner, ascending: for a full synchronization.
  void scanReferences(
      const std::function<void(ConnectorObjectId owner, AttributeId, ConnectorObjectId target)>&
          take);

  // -- what waits for synchronization
  void addPendingImport(ConnectorObjectId id, ConnectorId connector, std::uint32_t what);
  std::uint32_t pendingImport(ConnectorObjectId id);
  void clearPendingImport(ConnectorObjectId id);
  void clearPendingImports(ConnectorId connector, ConnectorObjectId from, ConnectorObjectId to);
  std::vector<PendingImportRow> pendingImports(ConnectorId connector,
                                               ConnectorObjectId after,
                                               std::size_t limit);
  // Those with one of these bits, in any order.
  void scanPendingImports(ConnectorId connector,
                          std::uint32_t any_of,
                          const std::function<void(ConnectorObjectId)>& take);
  std::int64_t pendingImportCount(ConnectorId connector, std::uint32_t any_of);
  void addPendingReference(ConnectorObjectId owner, const ReferenceChangeRow& change);
  std::vector<ReferenceChangeRow> pendingReferences(ConnectorObjectId owner);
  void clearPendingReferences(ConnectorObjectId owner);
  void clearPendingReferences(ConnectorObjectId from, ConnectorObjectId to, ConnectorId connector);

  // -- watermarks
  std::optional<std::string> watermark(ConnectorId connector, std::string_view partition);
  void setWatermark(ConnectorId connector, std::string_view partition, std::string_view value);
  void clearWatermarks(ConnectorId connector);

 private:
  Database* database_;
  Checks* checks_;
  ChangeTimes* times_;
  Statement insert_, find_, find_by_anchor_, find_by_dn_, state_hash_, set_image_, set_state_hash_,
      set_identity_, set_dn_, forget_image_, scan_, scan_identities_, scan_anchors_,
      scan_dn_hashes_, max_id_;
  Statement add_reference_, remove_reference_, has_reference_, references_, targets_,
      reference_count_, referrers_, scan_references_;
  Statement add_pending_, pending_, clear_pending_, clear_pending_range_, list_pending_,
      add_pending_reference_, pending_references_, clear_pending_references_;
  std::uint64_t seed_;
  std::string key_buffer_;
  std::string hashed_dn_;  // the last one, and its hash
  std::int64_t dn_hash_ = 0;
  std::int64_t highest_gone_ = 0;  // the highest number whose object was removed at the end
};

}  // namespace tandem::store
