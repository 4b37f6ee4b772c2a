// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/attribute_map.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/bytes.h"

namespace tandem::connectors::graph {
namespace {

using directory::AttributeId;
using directory::ValueType;

constexpr std::string_view kUniqueNameMark = "tandem-anchor-";

bool isPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

// The shape of the few attributes without a property: only so that rules are typed rightly.
struct NoPlaceType {
  std::string_view attribute;
  ValueType type;
  bool multi;
};
constexpr NoPlaceType kNoPlaceTypes[] = {
    {"countryCode", ValueType::kInteger, false},
    {"msExchHideFromAddressLists", ValueType::kBoolean, false},
    {"msExchMailboxGuid", ValueType::kBinary, false},
    {"msExchRecipientDisplayType", ValueType::kInteger, false},
    {"msExchRecipientTypeDetails", ValueType::kInteger, false},
    {"msExchRemoteRecipientType", ValueType::kInteger, false},
    {"otherFacsimileTelephoneNumber", ValueType::kString, true},
    {"otherHomePhone", ValueType::kString, true},
    {"otherIpPhone", ValueType::kString, true},
    {"otherMobile", ValueType::kString, true},
    {"otherPager", ValueType::kString, true},
    {"otherTelephone", ValueType::kString, true},
    {"thumbnailPhoto", ValueType::kBinary, false},
    {"userCertificate", ValueType::kBinary, true},
    {"userSMIMECertificate", ValueType::kBinary, true},
};

const NoPlaceType* findNoPlace(const AttributeRow& row) {
  for (const NoPlaceType& known : kNoPlaceTypes) {
    if (known.attribute == row.attribute) return &known;
  }
  return nullptr;
}

// The property that $select has to name for a row; empty: none.
std::string_view selectedProperty(const AttributeRow& row) {
  switch (row.shape) {
    case Shape::kExtension:
      return "onPremisesExtensionAttributes";
    case Shape::kPhone:
      return "phones";
    case Shape::kAddress:
      return "addresses";
    case Shape::kAnchor:
    case Shape::kComputed:
    case Shape::kReference:
    case Shape::kNoPlace:
      return {};
    case Shape::kText:
    case Shape::kBoolean:
    case Shape::kTextList:
    case Shape::kFirstOfList:
    case Shape::kSid:
      break;
  }
  return row.property;
}

bool isPlainProperty(const AttributeRow& row) {
  return !row.property.empty() && row.shape != Shape::kPhone && row.shape != Shape::kAddress &&
         row.shape != Shape::kComputed && row.shape != Shape::kReference;
}

}  // namespace

std::string_view typeName(Kind kind) {
  constexpr std::array<std::string_view, kKinds> kNames = {"user", "group", "contact"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view collectionName(Kind kind) {
  constexpr std::array<std::string_view, kKinds> kNames = {"users", "groups", "contacts"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view anchorPrefix(Kind kind) {
  constexpr std::array<std::string_view, kKinds> kNames = {"User_", "Group_", "Contact_"};
  return kNames[static_cast<std::size_t>(kind)];
}

AttributeMap::AttributeMap(GraphProfile profile,
                           directory::AttributeTable& attributes,
                           directory::NameTable& object_types)
    : profile_(profile) {
  for (std::size_t k = 0; k < kKinds; ++k) {
    types_[k] = directory::ObjectTypeId(object_types.intern(typeName(static_cast<Kind>(k))));
  }
  for (const AttributeRow& row : attributeRows()) {
    const AttributeId id = attributes.intern(row.attribute);
    ids_.push_back(id);
    for (std::size_t k = 0; k < kKinds; ++k) {
      if ((row.kinds & (1U << k)) == 0) continue;
      by_attribute_[k].emplace(id, &row);
      if (isPlainProperty(row)) by_property_[k].emplace(row.property, &row);
    }
  }
  source_anchor = attributes.intern("sourceAnchor");
  cloud_anchor = attributes.intern("cloudAnchor");
  cloud_mastered = attributes.intern("cloudMastered");
  user_principal_name = attributes.intern("userPrincipalName");
  on_premises_user_principal_name = attributes.intern("onPremisesUserPrincipalName");
  display_name = attributes.intern("displayName");
  alias = attributes.intern("alias");
  mail = attributes.intern("mail");
  proxy_addresses = attributes.intern("proxyAddresses");
  security_enabled = attributes.intern("securityEnabled");
  account_enabled = attributes.intern("accountEnabled");
  manager = attributes.intern("manager");
  member = attributes.intern("member");
}

std::optional<Kind> AttributeMap::kindOf(directory::ObjectTypeId type) const {
  for (std::size_t k = 0; k < kKinds; ++k) {
    if (types_[k] == type) return static_cast<Kind>(k);
  }
  return std::nullopt;
}

const AttributeRow* AttributeMap::find(Kind kind, AttributeId attribute) const {
  const auto& rows = by_attribute_[index(kind)];
  const auto found = rows.find(attribute);
  return found == rows.end() ? nullptr : found->second;
}

AttributeId AttributeMap::idOf(const AttributeRow& row) const {
  return ids_[static_cast<std::size_t>(&row - attributeRows().data())];
}

bool AttributeMap::canWrite(Kind kind, const AttributeRow& row) const {
  if (kind == Kind::kContact && profile_ != GraphProfile::kSync) return false;
  if (row.writable == Writable::kNever) return false;
  return row.writable == Writable::kAnywhere || profile_ == GraphProfile::kSync;
}

std::vector<AttributeTraits> AttributeMap::traits(Kind kind) const {
  std::vector<AttributeTraits> all;
  for (const AttributeRow& row : attributeRows()) {
    if ((row.kinds & (1U << index(kind))) == 0) continue;
    AttributeTraits traits;
    traits.attribute = idOf(row);
    traits.writable = canWrite(kind, row);
    traits.on_add_only = row.shape == Shape::kAnchor;
    traits.comparison = row.comparison;
    all.push_back(traits);
  }
  return all;
}

directory::Schema AttributeMap::schema() const {
  directory::Schema schema;
  for (const AttributeRow& row : attributeRows()) {
    const AttributeId id = idOf(row);
    // An attribute with a place for one type and none for another is typed by the first.
    if (row.shape == Shape::kNoPlace && schema.find(id) != nullptr) continue;
    schema.define(id, valueTypeOf(row), isMultiValued(row));
  }
  return schema;
}

const AttributeRow* AttributeMap::findProperty(Kind kind, std::string_view property) const {
  const auto& rows = by_property_[index(kind)];
  const auto found = rows.find(property);
  return found == rows.end() ? nullptr : found->second;
}

std::string_view AttributeMap::anchorProperty(Kind kind) const {
  return kind == Kind::kGroup ? "uniqueName" : "onPremisesImmutableId";
}

std::string AttributeMap::select(Kind kind, std::span<const AttributeId> wanted) const {
  std::string text = fmt::format("id,{}", anchorProperty(kind));
  std::vector<std::string_view> named;
  for (const AttributeId attribute : wanted) {
    const AttributeRow* row = find(kind, attribute);
    if (row == nullptr) continue;
    const std::string_view property = selectedProperty(*row);
    if (property.empty() || std::find(named.begin(), named.end(), property) != named.end()) {
      continue;
    }
    named.push_back(property);
    text += fmt::format(",{}", property);
  }
  if (profile_ == GraphProfile::kSync) text += ",onPremisesProvisioningErrors";
  return text;
}

ValueType valueTypeOf(const AttributeRow& row) {
  switch (row.shape) {
    case Shape::kBoolean:
      return ValueType::kBoolean;
    case Shape::kSid:
      return ValueType::kBinary;
    case Shape::kReference:
      return ValueType::kReference;
    case Shape::kComputed:
      return row.attribute == "cloudMastered" ? ValueType::kBoolean : ValueType::kString;
    case Shape::kNoPlace:
      if (const NoPlaceType* known = findNoPlace(row)) return known->type;
      return ValueType::kString;
    case Shape::kText:
    case Shape::kTextList:
    case Shape::kFirstOfList:
    case Shape::kExtension:
    case Shape::kPhone:
    case Shape::kAddress:
    case Shape::kAnchor:
      break;
  }
  return ValueType::kString;
}

bool isMultiValued(const AttributeRow& row) {
  if (row.shape == Shape::kTextList) return true;
  if (row.shape == Shape::kReference) return row.attribute == "member";
  if (row.shape != Shape::kNoPlace) return false;
  const NoPlaceType* known = findNoPlace(row);
  return known != nullptr && known->multi;
}

std::string uniqueNameOf(std::string_view source_anchor) {
  std::string name(kUniqueNameMark);
  for (const char c : source_anchor) {
    if (isPlain(c)) {
      name += c;
    } else {
      name += '_';
      name += toHexUpper(std::string_view(&c, 1));
    }
  }
  return name;
}

std::optional<std::string> anchorOfUniqueName(std::string_view unique_name) {
  if (unique_name.substr(0, kUniqueNameMark.size()) != kUniqueNameMark) return std::nullopt;
  std::string anchor;
  std::string_view rest = unique_name.substr(kUniqueNameMark.size());
  while (!rest.empty()) {
    if (rest.front() != '_') {
      if (!isPlain(rest.front())) return std::nullopt;
      anchor += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    const std::optional<std::string> byte = fromHex(rest.substr(1, 2));
    if (!byte || byte->size() != 1) return std::nullopt;
    anchor += *byte;
    rest.remove_prefix(3);
  }
  if (anchor.empty()) return std::nullopt;
  return anchor;
}

std::string dnOfAnchor(std::string_view source_anchor) {
  return fmt::format("CN={{{}}}", toHexUpper(source_anchor));
}

std::optional<std::string> anchorOfDn(std::string_view dn) {
  constexpr std::string_view kBefore = "CN={";
  if (dn.size() <= kBefore.size() || dn.substr(0, kBefore.size()) != kBefore || dn.back() != '}')
    return std::nullopt;
  std::optional<std::string> anchor =
      fromHex(dn.substr(kBefore.size(), dn.size() - kBefore.size() - 1));
  return anchor && !anchor->empty() ? anchor : std::nullopt;
}

bool isGuidText(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    const bool is_dash_place = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash_place ? c != '-' : !is_hex) return false;
  }
  return true;
}

std::optional<CloudAnchor> parseCloudAnchor(std::string_view text) {
  for (std::size_t k = 0; k < kKinds; ++k) {
    const std::string_view prefix = anchorPrefix(static_cast<Kind>(k));
    if (text.substr(0, prefix.size()) != prefix) continue;
    const std::string_view id = text.substr(prefix.size());
    if (!isGuidText(id)) return std::nullopt;
    return CloudAnchor{static_cast<Kind>(k), id};
  }
  return std::nullopt;
}

}  // namespace tandem::connectors::graph
