// SPDX-License-Identifier: Apache-2.0
#include "store/metaverse.h"

namespace tandem::store {
namespace {

Link linkFrom(const Statement& row) {
  return {ConnectorObjectId(row.integer(0)),
          ConnectorId(row.integer(1)),
          MetaverseObjectId(row.integer(2)),
          RuleId(row.integer(3)),
          RuleId(row.integer(4))};
}

MetaverseRow rowFrom(const Statement& row) {
  return {MetaverseObjectId(row.integer(0)),
          ObjectTypeId(row.integer(1)),
          std::string(row.blob(2)),
          std::string(row.blob(3))};
}

void once(Statement& statement) {
  statement.step();
  statement.reset();
}

}  // namespace

Metaverse::Metaverse(Database& database)
    : database_(&database),
      insert_(database, "INSERT INTO mv_object (type, record, lineage) VALUES (?1, ?2, ?3)"),
      find_(database, "SELECT id, type, record, lineage FROM mv_object WHERE id = ?1"),
      update_(database, "UPDATE mv_object SET record = ?2, lineage = ?3 WHERE id = ?1"),
      remove_(database, "DELETE FROM mv_object WHERE id = ?1"),
      scan_(database, "SELECT id, type, record, lineage FROM mv_object WHERE id > ?1 ORDER BY id"),
      set_link_(database, "INSERT OR REPLACE INTO link VALUES (?1, ?2, ?3, ?4, ?5, ?6)"),
      remove_link_(database, "DELETE FROM link WHERE object = ?1"),
      link_of_(database,
               "SELECT object, connector, mv, in_rule, out_rule FROM link WHERE object = ?1"),
      links_of_(database,
                "SELECT object, connector, mv, in_rule, out_rule FROM link WHERE mv = ?1 "
                "ORDER BY connector, object"),
      scan_links_(database,
                  "SELECT object, connector, mv, in_rule, out_rule FROM link ORDER BY object"),
      add_key_(database, "INSERT OR IGNORE INTO mv_key VALUES (?1, ?2, ?3)"),
      remove_key_(database, "DELETE FROM mv_key WHERE attribute = ?1 AND hash = ?2 AND mv = ?3"),
      find_by_key_(database, "SELECT mv FROM mv_key WHERE attribute = ?1 AND hash = ?2 LIMIT ?3"),
      add_disconnector_key_(database,
                            "INSERT OR IGNORE INTO disconnector_key VALUES (?1, ?2, ?3, ?4)"),
      remove_disconnector_keys_(database, "DELETE FROM disconnector_key WHERE object = ?1"),
      find_disconnectors_(
          database,
          "SELECT object FROM disconnector_key WHERE connector = ?1 AND attribute = ?2 "
          "AND hash = ?3") {}

MetaverseObjectId Metaverse::insert(ObjectTypeId type,
                                    std::string_view record,
                                    std::string_view lineage) {
  insert_.bind(1, type.raw()).bindBlob(2, record).bindBlob(3, lineage);
  once(insert_);
  return MetaverseObjectId(database_->lastInsertId());
}

std::optional<MetaverseRow> Metaverse::find(MetaverseObjectId id) {
  find_.bind(1, id.raw());
  std::optional<MetaverseRow> found;
  if (find_.step()) found = rowFrom(find_);
  find_.reset();
  return found;
}

void Metaverse::update(MetaverseObjectId id, std::string_view record, std::string_view lineage) {
  update_.bind(1, id.raw()).bindBlob(2, record).bindBlob(3, lineage);
  once(update_);
}

void Metaverse::remove(MetaverseObjectId id) {
  remove_.bind(1, id.raw());
  once(remove_);
}

void Metaverse::scan(MetaverseObjectId after,
                     const std::function<bool(const MetaverseRow&)>& take) {
  scan_.bind(1, after.raw());
  while (scan_.step()) {
    if (!take(rowFrom(scan_))) break;
  }
  scan_.reset();
}

void Metaverse::scanAll(const std::function<void(const MetaverseView&)>& take) {
  Statement all(*database_, "SELECT id, type, record, lineage FROM mv_object ORDER BY id");
  while (all.step()) {
    take({MetaverseObjectId(all.integer(0)),
          ObjectTypeId(all.integer(1)),
          all.blob(2),
          all.blob(3)});
  }
}

std::int64_t Metaverse::count() {
  return database_->queryInteger("SELECT count(*) FROM mv_object").value_or(0);
}

bool Metaverse::hasFewerThan(std::int64_t objects) {
  Statement statement(*database_, "SELECT count(*) FROM (SELECT 1 FROM mv_object LIMIT ?1)");
  statement.bind(1, objects);
  return statement.step() && statement.integer(0) < objects;
}

std::int64_t Metaverse::maxId() {
  return database_->queryInteger("SELECT max(id) FROM mv_object").value_or(0);
}

void Metaverse::setLink(const Link& link, std::int64_t now) {
  set_link_.bind(1, link.object.raw()).bind(2, link.connector.raw()).bind(3, link.mv.raw());
  set_link_.bind(4, link.in_rule.raw()).bind(5, link.out_rule.raw()).bind(6, now);
  once(set_link_);
}

void Metaverse::removeLink(ConnectorObjectId object) {
  remove_link_.bind(1, object.raw());
  once(remove_link_);
}

std::optional<Link> Metaverse::linkOf(ConnectorObjectId object) {
  link_of_.bind(1, object.raw());
  std::optional<Link> found;
  if (link_of_.step()) found = linkFrom(link_of_);
  link_of_.reset();
  return found;
}

std::vector<Link> Metaverse::linksOf(MetaverseObjectId mv) {
  std::vector<Link> found;
  links_of_.bind(1, mv.raw());
  while (links_of_.step())
    found.push_back(linkFrom(links_of_));
  links_of_.reset();
  return found;
}

void Metaverse::scanLinks(const std::function<void(const Link&)>& take) {
  while (scan_links_.step())
    take(linkFrom(scan_links_));
  scan_links_.reset();
}

void Metaverse::addKey(AttributeId attribute, std::int64_t hash, MetaverseObjectId mv) {
  add_key_.bind(1, attribute.raw()).bind(2, hash).bind(3, mv.raw());
  once(add_key_);
}

void Metaverse::removeKey(AttributeId attribute, std::int64_t hash, MetaverseObjectId mv) {
  remove_key_.bind(1, attribute.raw()).bind(2, hash).bind(3, mv.raw());
  once(remove_key_);
}

std::vector<MetaverseObjectId> Metaverse::findByKey(AttributeId attribute,
                                                    std::int64_t hash,
                                                    std::size_t limit) {
  std::vector<MetaverseObjectId> found;
  find_by_key_.bind(1, attribute.raw()).bind(2, hash).bind(3, static_cast<std::int64_t>(limit));
  while (find_by_key_.step())
    found.emplace_back(find_by_key_.integer(0));
  find_by_key_.reset();
  return found;
}

void Metaverse::clearKeys() {
  Statement(*database_, "DELETE FROM mv_key").step();
}

void Metaverse::scanKeys(
    const std::function<void(AttributeId, std::int64_t, MetaverseObjectId)>& take) {
  Statement all(*database_, "SELECT attribute, hash, mv FROM mv_key");
  while (all.step()) {
    take(AttributeId(static_cast<std::uint32_t>(all.integer(0))),
         all.integer(1),
         MetaverseObjectId(all.integer(2)));
  }
}

void Metaverse::addDisconnectorKey(ConnectorId connector,
                                   AttributeId attribute,
                                   std::int64_t hash,
                                   ConnectorObjectId object) {
  add_disconnector_key_.bind(1, connector.raw())
      .bind(2, attribute.raw())
      .bind(3, hash)
      .bind(4, object.raw());
  once(add_disconnector_key_);
}

void Metaverse::removeDisconnectorKeys(ConnectorObjectId object) {
  remove_disconnector_keys_.bind(1, object.raw());
  once(remove_disconnector_keys_);
}

std::vector<ConnectorObjectId> Metaverse::findDisconnectors(ConnectorId connector,
                                                            AttributeId attribute,
                                                            std::int64_t hash) {
  std::vector<ConnectorObjectId> found;
  find_disconnectors_.bind(1, connector.raw()).bind(2, attribute.raw()).bind(3, hash);
  while (find_disconnectors_.step())
    found.emplace_back(find_disconnectors_.integer(0));
  find_disconnectors_.reset();
  return found;
}

}  // namespace tandem::store
