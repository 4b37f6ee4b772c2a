// SPDX-License-Identifier: Apache-2.0
#include "store/names.h"

namespace tandem::store {

Result<void> Names::load() {
  Statement attributes(*database_, "SELECT id, name FROM attribute ORDER BY id");
  while (attributes.step()) {
    const directory::AttributeId id = attributes_.intern(attributes.text(1));
    if (id.raw() != attributes.integer(0)) {
      return Error(ErrorCode::kCorruption,
                   "the table of attribute names has a gap; restore the store from a backup");
    }
  }
  attributes_saved_ = attributes_.size();
  Statement types(*database_, "SELECT name FROM object_type ORDER BY id");
  while (types.step())
    object_types_.intern(types.text(0));
  object_types_saved_ = object_types_.size();
  Statement connectors(*database_, "SELECT id, name FROM connector");
  while (connectors.step())
    connectors_.emplace(connectors.text(1), connectors.integer(0));
  Statement rules(*database_, "SELECT id, guid, name FROM sync_rule");
  while (rules.step()) {
    rules_.emplace(rules.text(1), rules.integer(0));
    rule_names_.emplace(rules.integer(0), rules.text(2));
  }
  return database_->takeError();
}

void Names::save() {
  Statement attribute(*database_, "INSERT INTO attribute VALUES (?1, ?2)");
  for (std::uint32_t id = attributes_saved_ + 1; id <= attributes_.size(); ++id) {
    attribute.bind(1, id).bindText(2, attributes_.name(directory::AttributeId(id)));
    attribute.step();
    attribute.reset();
  }
  attributes_saved_ = attributes_.size();
  Statement type(*database_, "INSERT INTO object_type VALUES (?1, ?2)");
  for (std::uint32_t id = object_types_saved_ + 1; id <= object_types_.size(); ++id) {
    type.bind(1, id).bindText(2, object_types_.name(id));
    type.step();
    type.reset();
  }
  object_types_saved_ = object_types_.size();
}

directory::ConnectorId Names::connector(std::string_view name) {
  const auto known = connectors_.find(name);
  if (known != connectors_.end()) return directory::ConnectorId(known->second);
  Statement insert(*database_, "INSERT INTO connector (name) VALUES (?1)");
  insert.bindText(1, name).step();
  connectors_.emplace(name, database_->lastInsertId());
  return directory::ConnectorId(database_->lastInsertId());
}

std::optional<directory::ConnectorId> Names::findConnector(std::string_view name) const {
  const auto known = connectors_.find(name);
  return known == connectors_.end() ? std::nullopt
                                    : std::optional(directory::ConnectorId(known->second));
}

std::string Names::connectorName(directory::ConnectorId id) const {
  for (const auto& [name, raw] : connectors_) {
    if (raw == id.raw()) return name;
  }
  return {};
}

directory::RuleId Names::rule(std::string_view guid, std::string_view name) {
  const auto known = rules_.find(guid);
  if (known == rules_.end()) {
    Statement insert(*database_, "INSERT INTO sync_rule (guid, name) VALUES (?1, ?2)");
    insert.bindText(1, guid).bindText(2, name).step();
    const std::int64_t id = database_->lastInsertId();
    rules_.emplace(guid, id);
    rule_names_.emplace(id, name);
    return directory::RuleId(id);
  }
  std::string& stored = rule_names_[known->second];
  if (stored != name) {
    stored = name;
    Statement update(*database_, "UPDATE sync_rule SET name = ?2 WHERE id = ?1");
    update.bind(1, known->second).bindText(2, name).step();
  }
  return directory::RuleId(known->second);
}

std::string Names::ruleName(directory::RuleId id) const {
  const auto found = rule_names_.find(id.raw());
  return found == rule_names_.end() ? std::string() : found->second;
}

}  // namespace tandem::store
