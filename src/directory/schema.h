// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "directory/attribute_table.h"
#include "directory/value.h"

namespace tandem::directory {

struct AttributeDefinition {
  AttributeId id;
  ValueType type = ValueType::kString;
  bool multi = false;
};

// Which attributes a connected directory or the metaverse has, and of which type. Used to type what
// is imported and to refuse a rule that names an attribute which does not exist.
class Schema {
 public:
  void define(AttributeId id, ValueType type, bool multi) {
    definitions_[id] = AttributeDefinition{id, type, multi};
  }
  const AttributeDefinition* find(AttributeId id) const {
    const auto found = definitions_.find(id);
    return found == definitions_.end() ? nullptr : &found->second;
  }
  std::size_t size() const { return definitions_.size(); }
  std::vector<AttributeDefinition> definitions() const;  // ascending by id

 private:
  std::unordered_map<AttributeId, AttributeDefinition> definitions_;
};

}  // namespace tandem::directory
