// SPDX-License-Identifier: Apache-2.0
#include "store/connector_space.h"

#include "base/text.h"
#include "directory/dn.h"

namespace tandem::store {
namespace {

// The setting that remembers highest_gone_.
constexpr std::string_view kHighestGone = "highest_object_gone";

std::string sql(const char* before, const char* after) {
  return std::string(before) + kObjectColumns + after;
}

}  // namespace

ObjectView objectFrom(const Statement& row) {
  ObjectView view;
  view.id = ConnectorObjectId(row.integer(0));
  view.connector = ConnectorId(row.integer(1));
  view.type = ObjectTypeId(row.integer(2));
  view.state = static_cast<std::uint32_t>(row.integer(3));
  view.anchor = row.blob(4);
  view.dn = row.text(5);
  view.has_image = !row.isNull(6);
  if (view.has_image) view.image = row.blob(6);
  return view;
}

ConnectorSpace::ConnectorSpace(Database& database,
                               Checks& checks,
                               ChangeTimes& times,
                               std::uint64_t seed)
    : database_(&database),
      checks_(&checks),
      times_(&times),
      insert_(
          database,
          "INSERT INTO cs_object (connector, type, state, anchor, dn, dn_hash, image, state_hash, "
          "id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
      find_(database, sql("SELECT ", " FROM cs_object WHERE id = ?1")),
      find_by_anchor_(database, "SELECT id FROM cs_object WHERE connector = ?1 AND anchor = ?2"),
      find_by_dn_(database, "SELECT id, dn FROM cs_object WHERE connector = ?1 AND dn_hash = ?2"),
      state_hash_(database, "SELECT state_hash FROM cs_object WHERE id = ?1"),
      set_image_(database, "UPDATE cs_object SET image = ?2, state_hash = ?3 WHERE id = ?1"),
      set_state_hash_(database, "UPDATE cs_object SET state_hash = ?2 WHERE id = ?1"),
      set_identity_(database,
                    "UPDATE cs_object SET type = ?2, state = ?3, anchor = ?4 WHERE id = ?1"),
      set_dn_(database, "UPDATE cs_object SET dn = ?2, dn_hash = ?3 WHERE id = ?1"),
      forget_image_(database, "UPDATE cs_object SET image = NULL, state_hash = NULL WHERE id = ?1"),
      scan_(database,
            sql("SELECT ",
                " FROM cs_object WHERE id BETWEEN ?2 AND ?3 AND +connector = ?1 ORDER BY id")),
      scan_identities_(
          database,
          "SELECT id, anchor, state_hash, dn_hash, state FROM cs_object WHERE +connector = ?1"),
      scan_anchors_(database,
                    "SELECT id, anchor, state_hash FROM cs_object "
                    "WHERE connector = ?1 AND anchor IS NOT NULL"),
      scan_dn_hashes_(database, "SELECT id, dn_hash FROM cs_object WHERE connector = ?1"),
      max_id_(database, "SELECT max(id) FROM cs_object"),
      add_reference_(database, "INSERT OR IGNORE INTO cs_reference VALUES (?1, ?2, ?3)"),
      remove_reference_(
          database, "DELETE FROM cs_reference WHERE owner = ?1 AND attribute = ?2 AND target = ?3"),
      has_reference_(
          database,
          "SELECT 1 FROM cs_reference WHERE owner = ?1 AND attribute = ?2 AND target = ?3"),
      references_(database, "SELECT attribute, target FROM cs_reference WHERE owner = ?1"),
      targets_(database, "SELECT target FROM cs_reference WHERE owner = ?1 AND attribute = ?2"),
      reference_count_(database,
                       "SELECT count(*) FROM cs_reference WHERE owner = ?1 AND attribute = ?2"),
      referrers_(database, "SELECT owner, attribute FROM cs_reference WHERE target = ?1"),
      scan_references_(
          database,
          "SELECT owner, attribute, target FROM cs_reference ORDER BY owner, attribute, target"),
      add_pending_(database,
                   "INSERT INTO cs_pending_import VALUES (?1, ?2, ?3, ?4) "
                   "ON CONFLICT (object) DO UPDATE SET what = what | excluded.what, "
                   "changed_at = iif(changed_at = 0, excluded.changed_at, changed_at)"),
      pending_(database, "SELECT what FROM cs_pending_import WHERE object = ?1"),
      clear_pending_(database, "DELETE FROM cs_pending_import WHERE object = ?1"),
      clear_pending_range_(
          database,
          "DELETE FROM cs_pending_import WHERE object BETWEEN ?2 AND ?3 AND connector = ?1"),
      list_pending_(database,
                    "SELECT object, what, changed_at FROM cs_pending_import WHERE object > ?2 AND "
                    "connector = ?1 "
                    "ORDER BY object LIMIT ?3"),
      add_pending_reference_(database,
                             "INSERT OR REPLACE INTO cs_pending_reference VALUES (?1, ?2, ?3, ?4)"),
      pending_references_(
          database, "SELECT attribute, target, added FROM cs_pending_reference WHERE owner = ?1"),
      clear_pending_references_(database, "DELETE FROM cs_pending_reference WHERE owner = ?1"),
      seed_(seed) {
  Statement setting(database, "SELECT value FROM setting WHERE name = ?1");
  setting.bindText(1, kHighestGone);
  if (setting.step()) highest_gone_ = parseInteger(setting.text(0)).value_or(0);
}

std::int64_t ConnectorSpace::dnHash(std::string_view dn) {
  // An import asks for the name of an object up to three times in a row.
  if (dn == hashed_dn_ && !dn.empty()) return dn_hash_;
  directory::dnKeyInto(dn, key_buffer_);
  const auto hash = static_cast<std::int64_t>(hash64(key_buffer_, seed_));
  hashed_dn_ = dn;
  dn_hash_ = hash == 0 ? 1 : hash;
  return dn_hash_;
}

ConnectorObjectId ConnectorSpace::insert(const NewObject& object) {
  insert_.bind(1, object.connector.raw()).bind(2, object.type.raw()).bind(3, object.state);
  if (object.anchor.empty()) {
    insert_.bindNull(4);
  } else {
    insert_.bindBlob(4, object.anchor);
  }
  insert_.bindText(5, object.dn);
  insert_.bind(6, object.dn_hash != 0 ? object.dn_hash : dnHash(object.dn));
  std::string hash;
  if (object.image) {
    hash = object.state_hash.bytes();
    insert_.bindBlob(7, *object.image).bindBlob(8, hash);
  } else {
    insert_.bindNull(7).bindNull(8);
  }
  // SQLite would give the number of the last object again once that is gone, and the history of
  // one would be taken for the other's.
  if (highest_gone_ > 0 && highest_gone_ >= maxId()) {
    insert_.bind(9, highest_gone_ + 1);
  } else {
    insert_.bindNull(9);
  }
  insert_.step();
  insert_.reset();
  return ConnectorObjectId(database_->lastInsertId());
}

std::optional<ObjectRow> ConnectorSpace::find(ConnectorObjectId id) {
  find_.bind(1, id.raw());
  std::optional<ObjectRow> found;
  if (find_.step()) {
    const ObjectView view = objectFrom(find_);
    found = ObjectRow{view.id,
                      view.connector,
                      view.type,
                      view.state,
                      std::string(view.anchor),
                      std::string(view.dn),
                      std::string(view.image),
                      view.has_image};
  }
  find_.reset();
  return found;
}

std::optional<ConnectorObjectId> ConnectorSpace::findByAnchor(ConnectorId connector,
                                                              std::string_view anchor) {
  find_by_anchor_.bind(1, connector.raw()).bindBlob(2, anchor);
  std::optional<ConnectorObjectId> found;
  if (find_by_anchor_.step()) found = ConnectorObjectId(find_by_anchor_.integer(0));
  find_by_anchor_.reset();
  return found;
}

std::optional<ConnectorObjectId> ConnectorSpace::findByDn(ConnectorId connector,
                                                          std::string_view dn) {
  const std::string key = directory::dnKey(dn);
  find_by_dn_.bind(1, connector.raw()).bind(2, dnHash(dn));
  std::optional<ConnectorObjectId> found;
  while (find_by_dn_.step()) {
    if (directory::dnKey(find_by_dn_.text(1)) != key) continue;  // another name with the same hash
    found = ConnectorObjectId(find_by_dn_.integer(0));
    break;
  }
  find_by_dn_.reset();
  return found;
}

std::optional<Hash128> ConnectorSpace::stateHash(ConnectorObjectId id) {
  state_hash_.bind(1, id.raw());
  std::optional<Hash128> hash;
  if (state_hash_.step() && !state_hash_.isNull(0)) hash = Hash128::fromBytes(state_hash_.blob(0));
  state_hash_.reset();
  return hash;
}

void ConnectorSpace::setImage(ConnectorObjectId id,
                              std::string_view image,
                              const Hash128& state_hash) {
  const std::string hash = state_hash.bytes();
  set_image_.bind(1, id.raw()).bindBlob(2, image).bindBlob(3, hash);
  set_image_.step();
  set_image_.reset();
}

void ConnectorSpace::setIdentity(ConnectorObjectId id,
                                 ObjectTypeId type,
                                 std::uint32_t state,
                                 std::string_view anchor) {
  set_identity_.bind(1, id.raw()).bind(2, type.raw()).bind(3, state);
  if (anchor.empty()) {
    set_identity_.bindNull(4);
  } else {
    set_identity_.bindBlob(4, anchor);
  }
  set_identity_.step();
  set_identity_.reset();
}

void ConnectorSpace::setDn(ConnectorObjectId id, std::string_view dn) {
  set_dn_.bind(1, id.raw()).bindText(2, dn).bind(3, dnHash(dn));
  set_dn_.step();
  set_dn_.reset();
}

void ConnectorSpace::forgetImage(ConnectorObjectId id) {
  forget_image_.bind(1, id.raw());
  forget_image_.step();
  forget_image_.reset();
}

void ConnectorSpace::setStateHash(ConnectorObjectId id, const Hash128& state_hash) {
  const std::string hash = state_hash.bytes();
  set_state_hash_.bind(1, id.raw()).bindBlob(2, hash);
  set_state_hash_.step();
  set_state_hash_.reset();
}

void ConnectorSpace::loseDn(ConnectorObjectId id) {
  Statement statement(*database_,
                      "UPDATE cs_object SET dn_hash = 0, state = state | ?2 WHERE id = ?1");
  statement.bind(1, id.raw()).bind(2, ObjectState::kTransient).step();
}

void ConnectorSpace::moveReferences(ConnectorObjectId from, ConnectorObjectId to) {
  Statement(*database_, "UPDATE OR IGNORE cs_reference SET target = ?2 WHERE target = ?1")
      .bind(1, from.raw())
      .bind(2, to.raw())
      .step();
}

void ConnectorSpace::remove(ConnectorObjectId id) {
  for (const char* statement : {"DELETE FROM cs_reference WHERE owner = ?1",
                                "DELETE FROM cs_reference WHERE target = ?1",
                                "DELETE FROM cs_pending_import WHERE object = ?1",
                                "DELETE FROM cs_pending_reference WHERE owner = ?1",
                                "DELETE FROM cs_error WHERE object = ?1",
                                "DELETE FROM cs_wanted WHERE object = ?1",
                                "DELETE FROM cs_pending_export WHERE object = ?1",
                                "DELETE FROM cs_unconfirmed WHERE object = ?1",
                                "DELETE FROM export_reference WHERE owner = ?1",
                                "DELETE FROM disconnector_key WHERE object = ?1",
                                "DELETE FROM link WHERE object = ?1",
                                "DELETE FROM cs_object WHERE id = ?1"}) {
    Statement(*database_, statement).bind(1, id.raw()).step();
  }
  checks_->objectRemoved(id);
  if (maxId() >= id.raw() || highest_gone_ >= id.raw()) return;
  highest_gone_ = id.raw();
  Statement(*database_, "INSERT OR REPLACE INTO setting VALUES (?1, ?2)")
      .bindText(1, kHighestGone)
      .bindText(2, std::to_string(highest_gone_))
      .step();
}

void ConnectorSpace::scan(ConnectorId connector,
                          ConnectorObjectId from,
                          ConnectorObjectId to,
                          const std::function<void(const ObjectView&)>& take) {
  scan_.bind(1, connector.raw()).bind(2, from.raw()).bind(3, to.raw());
  while (scan_.step())
    take(objectFrom(scan_));
  scan_.reset();
}

void ConnectorSpace::scanAll(const std::function<void(const ObjectView&)>& take) {
  Statement all(*database_, sql("SELECT ", " FROM cs_object ORDER BY id"));
  while (all.step())
    take(objectFrom(all));
}

void ConnectorSpace::scanAnchors(
    ConnectorId connector,
    const std::function<void(ConnectorObjectId, std::string_view, const Hash128&)>& take) {
  scan_anchors_.bind(1, connector.raw());
  while (scan_anchors_.step()) {
    take(ConnectorObjectId(scan_anchors_.integer(0)),
         scan_anchors_.blob(1),
         Hash128::fromBytes(scan_anchors_.blob(2)));
  }
  scan_anchors_.reset();
}

void ConnectorSpace::scanDnHashes(
    ConnectorId connector, const std::function<void(ConnectorObjectId, std::int64_t)>& take) {
  scan_dn_hashes_.bind(1, connector.raw());
  while (scan_dn_hashes_.step())
    take(ConnectorObjectId(scan_dn_hashes_.integer(0)), scan_dn_hashes_.integer(1));
  scan_dn_hashes_.reset();
}

void ConnectorSpace::scanIdentities(
    ConnectorId connector,
    const std::function<void(
        ConnectorObjectId, std::string_view, const Hash128&, std::int64_t, std::uint32_t)>& take) {
  scan_identities_.bind(1, connector.raw());
  while (scan_identities_.step()) {
    take(ConnectorObjectId(scan_identities_.integer(0)),
         scan_identities_.blob(1),
         Hash128::fromBytes(scan_identities_.blob(2)),
         scan_identities_.integer(3),
         static_cast<std::uint32_t>(scan_identities_.integer(4)));
  }
  scan_identities_.reset();
}

std::vector<ConnectorObjectId> ConnectorSpace::findUnder(ConnectorId connector,
                                                         std::string_view dn) {
  std::vector<ConnectorObjectId> found;
  const std::string prefix = directory::dnKey(dn) + '\x1f';
  Statement all(*database_, "SELECT id, dn FROM cs_object WHERE +connector = ?1");
  all.bind(1, connector.raw());
  std::string key;
  while (all.step()) {
    directory::dnKeyInto(all.text(1), key);
    if (key.starts_with(prefix)) found.emplace_back(all.integer(0));
  }
  return found;
}

std::int64_t ConnectorSpace::count(ConnectorId connector) {
  // The index by DN would lead to each row in the order of its hash: a page read for every object.
  Statement statement(*database_,
                      "SELECT count(*) FROM cs_object WHERE +connector = ?1 AND (state & ?2) = 0");
  statement.bind(1, connector.raw()).bind(2, ObjectState::kPlaceholder | ObjectState::kProvisioned);
  return statement.step() ? statement.integer(0) : 0;
}

std::int64_t ConnectorSpace::countAll(ConnectorId connector) {
  Statement statement(*database_, "SELECT count(*) FROM cs_object WHERE connector = ?1");
  statement.bind(1, connector.raw());
  return statement.step() ? statement.integer(0) : 0;
}

std::int64_t ConnectorSpace::countKnown(ConnectorId connector) {
  Statement statement(*database_,
                      "SELECT count(*) FROM cs_object WHERE connector = ?1 AND anchor IS NOT NULL");
  statement.bind(1, connector.raw());
  return statement.step() ? statement.integer(0) : 0;
}

std::int64_t ConnectorSpace::maxId() {
  const bool found = max_id_.step() && !max_id_.isNull(0);
  const std::int64_t highest = found ? max_id_.integer(0) : 0;
  max_id_.reset();
  return highest;
}

bool ConnectorSpace::addReference(ConnectorObjectId owner,
                                  AttributeId attribute,
                                  ConnectorObjectId target) {
  add_reference_.bind(1, owner.raw()).bind(2, attribute.raw()).bind(3, target.raw());
  add_reference_.step();
  add_reference_.reset();
  return database_->changes() > 0;
}

bool ConnectorSpace::removeReference(ConnectorObjectId owner,
                                     AttributeId attribute,
                                     ConnectorObjectId target) {
  remove_reference_.bind(1, owner.raw()).bind(2, attribute.raw()).bind(3, target.raw());
  remove_reference_.step();
  remove_reference_.reset();
  return database_->changes() > 0;
}

bool ConnectorSpace::hasReference(ConnectorObjectId owner,
                                  AttributeId attribute,
                                  ConnectorObjectId target) {
  has_reference_.bind(1, owner.raw()).bind(2, attribute.raw()).bind(3, target.raw());
  const bool found = has_reference_.step();
  has_reference_.reset();
  return found;
}

std::vector<Reference> ConnectorSpace::references(ConnectorObjectId owner) {
  std::vector<Reference> found;
  references_.bind(1, owner.raw());
  while (references_.step()) {
    found.push_back({AttributeId(static_cast<std::uint32_t>(references_.integer(0))),
                     ConnectorObjectId(references_.integer(1))});
  }
  references_.reset();
  return found;
}

std::vector<ConnectorObjectId> ConnectorSpace::targets(ConnectorObjectId owner,
                                                       AttributeId attribute) {
  std::vector<ConnectorObjectId> found;
  targets_.bind(1, owner.raw()).bind(2, attribute.raw());
  while (targets_.step())
    found.emplace_back(targets_.integer(0));
  targets_.reset();
  return found;
}

std::int64_t ConnectorSpace::referenceCount(ConnectorObjectId owner, AttributeId attribute) {
  reference_count_.bind(1, owner.raw()).bind(2, attribute.raw());
  const std::int64_t count = reference_count_.step() ? reference_count_.integer(0) : 0;
  reference_count_.reset();
  return count;
}

std::vector<ConnectorSpace::Referrer> ConnectorSpace::referrers(ConnectorObjectId target) {
  std::vector<Referrer> found;
  referrers_.bind(1, target.raw());
  while (referrers_.step()) {
    found.push_back({ConnectorObjectId(referrers_.integer(0)),
                     AttributeId(static_cast<std::uint32_t>(referrers_.integer(1)))});
  }
  referrers_.reset();
  return found;
}

void ConnectorSpace::scanReferences(
    const std::function<void(ConnectorObjectId, AttributeId, ConnectorObjectId)>& take) {
  while (scan_references_.step()) {
    take(ConnectorObjectId(scan_references_.integer(0)),
         AttributeId(static_cast<std::uint32_t>(scan_references_.integer(1))),
         ConnectorObjectId(scan_references_.integer(2)));
  }
  scan_references_.reset();
}

void ConnectorSpace::addPendingImport(ConnectorObjectId id,
                                      ConnectorId connector,
                                      std::uint32_t what) {
  add_pending_.bind(1, id.raw()).bind(2, connector.raw()).bind(3, what);
  add_pending_.bind(4, times_->current());
  add_pending_.step();
  add_pending_.reset();
}

std::uint32_t ConnectorSpace::pendingImport(ConnectorObjectId id) {
  pending_.bind(1, id.raw());
  const auto what = pending_.step() ? static_cast<std::uint32_t>(pending_.integer(0)) : 0;
  pending_.reset();
  return what;
}

void ConnectorSpace::clearPendingImport(ConnectorObjectId id) {
  clear_pending_.bind(1, id.raw());
  clear_pending_.step();
  clear_pending_.reset();
}

void ConnectorSpace::clearPendingImports(ConnectorId connector,
                                         ConnectorObjectId from,
                                         ConnectorObjectId to) {
  clear_pending_range_.bind(1, connector.raw()).bind(2, from.raw()).bind(3, to.raw());
  clear_pending_range_.step();
  clear_pending_range_.reset();
}

std::vector<PendingImportRow> ConnectorSpace::pendingImports(ConnectorId connector,
                                                             ConnectorObjectId after,
                                                             std::size_t limit) {
  std::vector<PendingImportRow> rows;
  list_pending_.bind(1, connector.raw())
      .bind(2, after.raw())
      .bind(3, static_cast<std::int64_t>(limit));
  while (list_pending_.step()) {
    rows.push_back({ConnectorObjectId(list_pending_.integer(0)),
                    static_cast<std::uint32_t>(list_pending_.integer(1)),
                    list_pending_.integer(2)});
  }
  list_pending_.reset();
  return rows;
}

void ConnectorSpace::scanPendingImports(ConnectorId connector,
                                        std::uint32_t any_of,
                                        const std::function<void(ConnectorObjectId)>& take) {
  Statement rows(*database_,
                 "SELECT object FROM cs_pending_import WHERE connector = ?1 AND (what & ?2) <> 0");
  rows.bind(1, connector.raw()).bind(2, any_of);
  while (rows.step())
    take(ConnectorObjectId(rows.integer(0)));
}

std::int64_t ConnectorSpace::pendingImportCount(ConnectorId connector, std::uint32_t any_of) {
  Statement statement(
      *database_,
      "SELECT count(*) FROM cs_pending_import WHERE connector = ?1 AND (what & ?2) <> 0");
  statement.bind(1, connector.raw()).bind(2, any_of);
  return statement.step() ? statement.integer(0) : 0;
}

void ConnectorSpace::addPendingReference(ConnectorObjectId owner,
                                         const ReferenceChangeRow& change) {
  add_pending_reference_.bind(1, owner.raw()).bind(2, change.attribute.raw());
  add_pending_reference_.bind(3, change.target.raw()).bind(4, change.added ? 1 : 0);
  add_pending_reference_.step();
  add_pending_reference_.reset();
}

std::vector<ReferenceChangeRow> ConnectorSpace::pendingReferences(ConnectorObjectId owner) {
  std::vector<ReferenceChangeRow> rows;
  pending_references_.bind(1, owner.raw());
  while (pending_references_.step()) {
    rows.push_back({AttributeId(static_cast<std::uint32_t>(pending_references_.integer(0))),
                    ConnectorObjectId(pending_references_.integer(1)),
                    pending_references_.integer(2) != 0});
  }
  pending_references_.reset();
  return rows;
}

void ConnectorSpace::clearPendingReferences(ConnectorObjectId owner) {
  clear_pending_references_.bind(1, owner.raw());
  clear_pending_references_.step();
  clear_pending_references_.reset();
}

void ConnectorSpace::clearPendingReferences(ConnectorObjectId from,
                                            ConnectorObjectId to,
                                            ConnectorId connector) {
  // Those whose owner is still queued are left: it is decided later.
  // Asked row by row, so that a range without such rows reads no object.
  Statement statement(
      *database_,
      "DELETE FROM cs_pending_reference WHERE owner BETWEEN ?1 AND ?2 AND EXISTS "
      "(SELECT 1 FROM cs_object WHERE id = owner AND connector = ?3) AND NOT EXISTS "
      "(SELECT 1 FROM cs_pending_import WHERE object = owner)");
  statement.bind(1, from.raw()).bind(2, to.raw()).bind(3, connector.raw()).step();
}

std::optional<std::string> ConnectorSpace::watermark(ConnectorId connector,
                                                     std::string_view partition) {
  Statement statement(*database_,
                      "SELECT value FROM watermark WHERE connector = ?1 AND partition = ?2");
  statement.bind(1, connector.raw()).bindText(2, partition);
  if (!statement.step()) return std::nullopt;
  return std::string(statement.blob(0));
}

void ConnectorSpace::setWatermark(ConnectorId connector,
                                  std::string_view partition,
                                  std::string_view value) {
  Statement statement(*database_, "INSERT OR REPLACE INTO watermark VALUES (?1, ?2, ?3)");
  statement.bind(1, connector.raw()).bindText(2, partition).bindBlob(3, value);
  statement.step();
}

void ConnectorSpace::clearWatermarks(ConnectorId connector) {
  Statement statement(*database_, "DELETE FROM watermark WHERE connector = ?1");
  statement.bind(1, connector.raw());
  statement.step();
}

}  // namespace tandem::store
