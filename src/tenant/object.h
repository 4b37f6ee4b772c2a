// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tenant/guid.h"
#include "tenant/member_list.h"
#include "tenant/property.h"

namespace tandem::tenant {

// Objects are numbered from 1 in the order of their making; links use the number, Graph the Guid.
using ObjectNumber = std::uint32_t;

// Rises with every change in the tenant; delta tokens are made of it.
using ChangeNumber = std::uint64_t;

// By the property's type: bool, text (JSON text too), texts.
using Value = std::variant<bool, std::string, std::vector<std::string>>;

struct PropertyChange {
  Property property = Property::kId;
  std::optional<Value> value = std::nullopt;  // absent: clear
};
using PropertyChanges = std::vector<PropertyChange>;

enum class ObjectState : std::uint8_t {
  kActive,
  kSoftDeleted,
  kPurged
};

struct Object {
  Guid id;
  ObjectNumber number = 0;
  Kind kind = Kind::kUser;
  ObjectState state = ObjectState::kActive;
  std::int64_t created = 0;     // seconds since 1970
  std::int64_t deleted = 0;     // the same; 0 while active
  std::int64_t visible_at = 0;  // milliseconds since 1970: before it, reads answer 404 (a fault)
  ChangeNumber changed = 0;
  ObjectNumber manager = 0;
  ObjectNumber previous_manager = 0;  // what a delta reports as removed
  ChangeNumber manager_changed = 0;
  std::vector<std::pair<Property, Value>> properties;  // ascending by property
  std::vector<ObjectNumber> owners;
  std::vector<ObjectNumber> member_of;       // derived
  std::vector<ObjectNumber> direct_reports;  // derived
  MemberList members;

  const Value* find(Property property) const;
  std::string_view text(Property property) const;  // empty when absent or not a text
  bool flag(Property property) const;              // false when absent
  const std::vector<std::string>& texts(Property property) const;
  bool has(Property property) const { return find(property) != nullptr; }
  void set(Property property, std::optional<Value> value);

  bool isSynced() const { return flag(Property::kOnPremisesSyncEnabled); }
  bool isActive() const { return state == ObjectState::kActive; }
};

// What the store keeps of an object: all but its number, members and what is derived.
std::string encodeObject(const Object& object);
// Absent when the bytes are not a record.
std::optional<Object> decodeObject(std::string_view bytes);

}  // namespace tandem::tenant
