// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "directory/attribute_table.h"
#include "directory/ids.h"
#include "store/database.h"

namespace tandem::store {

// The names behind the small integers. Attributes and object types are interned freely in memory;
// save() makes the new ones durable and must come, in the same transaction, before a row that uses
// them.
class Names {
 public:
  explicit Names(Database& database) : database_(&database) {}

  Result<void> load();
  void save();

  directory::AttributeTable& attributes() { return attributes_; }
  const directory::AttributeTable& attributes() const { return attributes_; }
  directory::NameTable& objectTypes() { return object_types_; }
  const directory::NameTable& objectTypes() const { return object_types_; }

  directory::ConnectorId connector(std::string_view name);  // given anew when unknown
  std::optional<directory::ConnectorId> findConnector(std::string_view name) const;
  std::string connectorName(directory::ConnectorId id) const;
  directory::RuleId rule(std::string_view guid, std::string_view name);
  std::string ruleName(directory::RuleId id) const;

 private:
  Database* database_;
  directory::AttributeTable attributes_;
  directory::NameTable object_types_;
  std::uint32_t attributes_saved_ = 0;
  std::uint32_t object_types_saved_ = 0;
  std::map<std::string, std::int64_t, std::less<>> connectors_;
  std::map<std::string, std::int64_t, std::less<>> rules_;
  std::map<std::int64_t, std::string> rule_names_;
};

}  // namespace tandem::store
