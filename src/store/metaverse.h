// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/attribute_table.h"
#include "directory/ids.h"
#include "store/database.h"

namespace tandem::store {

using directory::AttributeId;
using directory::ConnectorId;
using directory::ConnectorObjectId;
using directory::MetaverseObjectId;
using directory::ObjectTypeId;
using directory::RuleId;

struct MetaverseRow {
  MetaverseObjectId id;
  ObjectTypeId type;
  std::string record;
  std::string lineage;
};

// A row as a view: valid until the callback that got it returns.
struct MetaverseView {
  MetaverseObjectId id;
  ObjectTypeId type;
  std::string_view record;
  std::string_view lineage;
};

struct Link {
  ConnectorObjectId object;
  ConnectorId connector;
  MetaverseObjectId mv;
  RuleId in_rule;   // raw() == 0: none
  RuleId out_rule;  // raw() == 0: none
};

// The joined view, and the links that make it one.
class Metaverse {
 public:
  explicit Metaverse(Database& database);

  MetaverseObjectId insert(ObjectTypeId type, std::string_view record, std::string_view lineage);
  std::optional<MetaverseRow> find(MetaverseObjectId id);
  void update(MetaverseObjectId id, std::string_view record, std::string_view lineage);
  void remove(MetaverseObjectId id);  // its links and join keys are the caller's
  void scan(MetaverseObjectId after, const std::function<bool(const MetaverseRow&)>& take);
  void scanAll(const std::function<void(const MetaverseView&)>& take);  // ascending by id
  std::int64_t count();
  bool hasFewerThan(std::int64_t objects);  // without counting all of them
  std::int64_t maxId();

  void setLink(const Link& link, std::int64_t now);
  void removeLink(ConnectorObjectId object);
  std::optional<Link> linkOf(ConnectorObjectId object);
  std::vector<Link> linksOf(MetaverseObjectId mv);  // ascending by connector, then object
  void scanLinks(const std::function<void(const Link&)>& take);

  void addKey(AttributeId attribute, std::int64_t hash, MetaverseObjectId mv);
  void removeKey(AttributeId attribute, std::int64_t hash, MetaverseObjectId mv);
  std::vector<MetaverseObjectId> findByKey(AttributeId attribute,
                                           std::int64_t hash,
                                           std::size_t limit);
  void clearKeys();
  void scanKeys(const std::function<void(AttributeId, std::int64_t hash, MetaverseObjectId)>& take);

  void addDisconnectorKey(ConnectorId connector,
                          AttributeId attribute,
                          std::int64_t hash,
                          ConnectorObjectId object);
  void removeDisconnectorKeys(ConnectorObjectId object);
  std::vector<ConnectorObjectId> findDisconnectors(ConnectorId connector,
                                                   AttributeId attribute,
                                                   std::int64_t hash);

 private:
  Database* database_;
  Statement insert_, find_, update_, remove_, scan_;
  Statement set_link_, remove_link_, link_of_, links_of_, scan_links_;
  Statement add_key_, remove_key_, find_by_key_, add_disconnector_key_, remove_disconnector_keys_,
      find_disconnectors_;
};

}  // namespace tandem::store
