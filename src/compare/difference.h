// SPDX-License-Identifier: Apache-2.0
//
// What a comparison found. An object that was read at another moment makes a chain of differences:
// itself, the metaverse object it flows into, and the export of that. They are one finding, under
// the difference that the others follow from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compare/object_detail.h"

namespace tandem::compare {

enum class Presence : std::uint8_t {
  kBoth,
  kHereOnly,
  kThereOnly
};

struct FieldDifference {
  std::string name;
  std::optional<Field> here;
  std::optional<Field> there;
};

struct ObjectDifference {
  SpaceKind kind = SpaceKind::kSettings;
  std::string connector;
  std::uint64_t key = 0;
  Presence presence = Presence::kBoth;
  std::string name;
  std::string dn;
  std::string type;
  std::vector<FieldDifference> fields;  // all of an object that only one side has
  std::vector<RelatedObject> related;
  // An imported object, and the servers read its directory at different moments.
  bool may_be_transient = false;
};

struct DifferenceGroup {
  ObjectDifference cause;
  std::vector<ObjectDifference> followers;
};

// At least one of the two is there.
ObjectDifference differenceOf(const ObjectDetail* here, const ObjectDetail* there);

// Groups in the order settings, connector spaces, metaverse, pending exports of their causes.
//   a pending export follows from its metaverse object, from its object in the target, from a rule
//   a metaverse object follows from an object that is linked to it, from a rule
std::vector<DifferenceGroup> groupByCause(std::vector<ObjectDifference> differences);

// Values of one side that the other does not have. What both hold in full is left out; a field that
// differs in nothing of that keeps all its values.
std::vector<FieldValue> valuesOnlyIn(const std::optional<Field>& one,
                                     const std::optional<Field>& other);

}  // namespace tandem::compare
