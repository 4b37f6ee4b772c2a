// SPDX-License-Identifier: Apache-2.0
//
// One table says how attributes of the tenant's connector space, which keep the names that Entra
// Connect gave them, become properties of Graph and come back. Everything else (what is selected,
// what a request body holds, what may be exported, how it is confirmed, the reference page) is read
// from it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "connectors/confirmation.h"
#include "connectors/graph/graph_settings.h"
#include "directory/attribute_table.h"
#include "directory/ids.h"
#include "directory/schema.h"

namespace tandem::connectors::graph {

enum class Kind : std::uint8_t {
  kUser = 0,
  kGroup = 1,
  kContact = 2
};
inline constexpr std::size_t kKinds = 3;

std::string_view typeName(Kind kind);        // "user": the connector space's object type
std::string_view collectionName(Kind kind);  // "users": the path segment
std::string_view anchorPrefix(Kind kind);    // "User_"

enum KindFlag : std::uint8_t {
  kOnUser = 1,
  kOnGroup = 2,
  kOnContact = 4
};

// How a value looks on the wire.
enum class Shape : std::uint8_t {
  kText,
  kBoolean,
  kTextList,     // several values
  kFirstOfList,  // one value here, an array of at most one there
  kSid,          // octets here, "S-1-5-…" there
  kExtension,    // a text inside onPremisesExtensionAttributes
  kPhone,        // contacts: the number of one type inside phones
  kAddress,      // contacts: a field of the one element of addresses
  kAnchor,       // the source anchor: onPremisesImmutableId or uniqueName
  kComputed,     // made by the connector on import: cloudAnchor, cloudMastered
  kReference,    // manager, member
  kNoPlace,      // Graph has no property for it; known so that rules may name it
};

enum class Writable : std::uint8_t {
  kNever,
  kAnywhere,  // public Graph lets an app write it
  kSyncOnly,  // only tandem-tenant does
};

struct AttributeRow {
  std::string_view attribute;  // in the connector space
  std::string_view property;   // of Graph; kPhone: the type; kAddress: the field
  std::uint8_t kinds;          // KindFlag
  Shape shape;
  Writable writable = Writable::kAnywhere;
  std::uint16_t length_max = 0;  // characters; 0: not documented
  Comparison comparison = Comparison::kExact;
  bool clearable = true;  // Graph refuses null for displayName, usageLocation, …
};

std::span<const AttributeRow> attributeRows();

// The table with this server's attribute ids, for one profile.
class AttributeMap {
 public:
  // Interns every name of the table, so that nothing is interned later from another thread.
  AttributeMap(GraphProfile profile,
               directory::AttributeTable& attributes,
               directory::NameTable& object_types);

  GraphProfile profile() const { return profile_; }
  directory::ObjectTypeId typeId(Kind kind) const { return types_[index(kind)]; }
  std::optional<Kind> kindOf(directory::ObjectTypeId type) const;
  // nullptr: the type has no such attribute.
  const AttributeRow* find(Kind kind, directory::AttributeId attribute) const;
  directory::AttributeId idOf(const AttributeRow& row) const;
  bool canWrite(Kind kind, const AttributeRow& row) const;
  std::vector<AttributeTraits> traits(Kind kind) const;
  directory::Schema schema() const;

  // For reading: the row of a plain property, or nullptr.
  const AttributeRow* findProperty(Kind kind, std::string_view property) const;
  // Properties to name in $select so that these attributes can be filled (and the anchors, always).
  std::string select(Kind kind, std::span<const directory::AttributeId> wanted) const;

  // Where a kind keeps the source anchor.
  std::string_view anchorProperty(Kind kind) const;

  directory::AttributeId source_anchor;
  directory::AttributeId cloud_anchor;
  directory::AttributeId cloud_mastered;
  directory::AttributeId user_principal_name;
  directory::AttributeId on_premises_user_principal_name;
  directory::AttributeId display_name;
  directory::AttributeId alias;
  directory::AttributeId mail;
  directory::AttributeId proxy_addresses;
  directory::AttributeId security_enabled;
  directory::AttributeId account_enabled;
  directory::AttributeId manager;
  directory::AttributeId member;

 private:
  static std::size_t index(Kind kind) { return static_cast<std::size_t>(kind); }

  GraphProfile profile_;
  directory::ObjectTypeId types_[kKinds];
  std::vector<directory::AttributeId> ids_;  // by position in attributeRows()
  std::unordered_map<directory::AttributeId, const AttributeRow*> by_attribute_[kKinds];
  std::unordered_map<std::string_view, const AttributeRow*> by_property_[kKinds];
};

// The value type and multiplicity in the connector space.
directory::ValueType valueTypeOf(const AttributeRow& row);
bool isMultiValued(const AttributeRow& row);

// A group's uniqueName for a source anchor, and back. Base64 has characters that paths do not like,
// and other tools use uniqueName too: ours starts with a mark, so that no foreign group is taken
// for one of ours.
std::string uniqueNameOf(std::string_view source_anchor);
std::optional<std::string> anchorOfUniqueName(std::string_view unique_name);

// "CN={4141…}": the connector-space DN of an anchored object, as Entra Connect writes it, and back.
std::string dnOfAnchor(std::string_view source_anchor);
std::optional<std::string> anchorOfDn(std::string_view dn);

// 36 characters of a GUID. Ids go into URLs, so nothing else may pass for one.
bool isGuidText(std::string_view text);

// "User_<guid>" → kind and guid; nullopt when it is not one.
struct CloudAnchor {
  Kind kind;
  std::string_view id;
};
std::optional<CloudAnchor> parseCloudAnchor(std::string_view text);

}  // namespace tandem::connectors::graph
