// SPDX-License-Identifier: Apache-2.0
//
// Hashes of objects that two servers compute alike, although each has numbers of its own for
// attributes, types, rules and objects. Names stand in the place of numbers, and the hash of an
// object is a sum over its parts, because parts come in the order of this server's numbers.
//
// What is no part of an object: whether an attribute is declared multi-valued, spelling of
// attribute names, a rule's id. What is: value types, values as bytes, names of types and rules,
// identities of objects that are referred to.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "compare/hash_tree.h"
#include "directory/attribute_table.h"
#include "directory/ids.h"
#include "directory/record.h"
#include "rules/rule_set.h"
#include "store/names.h"

namespace tandem::compare {

using directory::AttributeId;
using directory::ConnectorId;
using directory::ObjectTypeId;
using directory::RuleId;

// Parts of an object that are no attribute.
enum class Part : std::uint64_t {
  kType = 1,
  kDn,
  kReference,
  kLineage,
  kReferenceFlow,
  kLink,
  kOperation,
  kAddedReference,
  kRemovedReference,
};

// The hash of a part, from what it consists of.
Hash128 partHash(Part part, std::uint64_t a, std::uint64_t b, std::uint64_t c = 0);

// Of an object that is known by its anchor, and of one that is not. connector: nameHash() of its
// connector's name, so that one anchor in two directories is two objects.
std::uint64_t anchorIdentity(std::uint64_t connector, std::string_view anchor);
std::uint64_t dnIdentity(std::uint64_t connector, std::string_view dn);

// Regardless of ASCII letter case.
std::uint64_t nameHash(std::string_view name);

// Hashes of this server's names, by number, each computed once.
class NameHashes {
 public:
  explicit NameHashes(const store::Names& names);

  std::uint64_t attribute(AttributeId id) const {
    return id.raw() < attributes_.size() ? attributes_[id.raw()] : 0;
  }
  std::uint64_t type(ObjectTypeId id) const {
    const auto at = static_cast<std::size_t>(id.raw());
    return at < types_.size() ? types_[at] : 0;
  }
  std::uint64_t rule(RuleId id);  // 0 for "no rule"

 private:
  const store::Names* names_;
  std::vector<std::uint64_t> attributes_;
  std::vector<std::uint64_t> types_;
  std::vector<std::uint64_t> rules_;  // 0: not asked for yet
};

// Of one attribute with its values.
inline Hash128 attributeHash(const NameHashes& names, const directory::AttributeView& attribute) {
  const auto type = static_cast<std::uint64_t>(attribute.values.type());
  return hash128(attribute.values.encoded(), names.attribute(attribute.id) + type);
}

// Sum over all attributes of a record.
Hash128 recordHash(const NameHashes& names, std::string_view record);

// "The rule supplied the attribute from that object"; and the same for a reference that flows.
Hash128 lineageHash(NameHashes& names, const rules::Lineage& value, std::uint64_t source);
Hash128 flowHash(NameHashes& names, const rules::ReferenceFlow& flow, std::uint64_t source);

}  // namespace tandem::compare
