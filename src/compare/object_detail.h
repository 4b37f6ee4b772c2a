// SPDX-License-Identifier: Apache-2.0
//
// An object of a space in full, as it is shown and sent to the other server: named fields with
// their values as bytes, and a hash of each field that does not depend on how much of it is held.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compare/server_snapshot.h"
#include "directory/value.h"

namespace tandem::compare {

// Bounds of what one field holds: a photo, or a group of 250,000, is known by its hash.
constexpr std::size_t kValuesMax = 1000;
constexpr std::size_t kValueBytesMax = 1024;

struct FieldValue {
  std::string bytes;         // cut at kValueBytesMax
  std::uint64_t length = 0;  // before it was cut
  friend bool operator==(const FieldValue&, const FieldValue&) = default;
};

struct Field {
  std::string name;  // an attribute's, or in brackets: "(DN)", "(type)", "(operation)"
  directory::ValueType type = directory::ValueType::kString;
  std::uint64_t hash = 0;
  std::uint64_t count = 0;  // of values, before they were cut at kValuesMax; 0: to be cleared
  std::vector<FieldValue> values;  // sorted by bytes
  std::string rule;                // which supplied it; empty where no rule does
};

// Another object that this one was made from: where that differs, this one follows.
struct RelatedObject {
  SpaceKind kind = SpaceKind::kConnectorSpace;
  std::string connector;
  std::uint64_t key = 0;
  friend auto operator<=>(const RelatedObject&, const RelatedObject&) = default;
};

struct ObjectDetail {
  std::uint64_t key = 0;
  std::string name;  // for people
  std::string dn;    // of the object or of one that it was made from; may be empty
  std::string type;
  std::vector<Field> fields;  // ascending by name, once each
  std::vector<RelatedObject> related;
};

// In the place of an object that has nothing pending: the values that this server has sent and that
// the directory has taken, whatever it shows. A server that has not sent them is told of them when
// it takes over, and does not send them again.
std::optional<ObjectDetail> readTaken(ServerSnapshot& snapshot,
                                      const Space& pending,
                                      std::uint64_t key);
bool isTaken(const ObjectDetail& detail);
// What remains of a pending update when the other side's values have been taken already. False:
// nothing, the two agree.
bool withoutTaken(ObjectDetail& update, const ObjectDetail& taken);

// Reads objects of one space of a snapshot. id: HashTree::Entry's.
ObjectDetail readDetail(ServerSnapshot& snapshot, const Space& space, const HashTree::Entry& entry);

}  // namespace tandem::compare
