// SPDX-License-Identifier: Apache-2.0
#include "tenant/object_json.h"

#include <fmt/format.h>

#include "base/text.h"
#include "tenant/graph_request.h"

namespace tandem::tenant {
namespace {

bool isObjectValued(Property property) {
  return property == Property::kEmployeeOrgData || property == Property::kPasswordProfile ||
         property == Property::kDeviceVersion;
}

// As Entra makes it: S-1-12-1 and the Guid's bytes as four little-endian numbers.
std::string cloudSid(const Guid& id) {
  const auto swap16 = [](std::uint64_t v) { return (v & 0xff) << 8 | (v >> 8 & 0xff); };
  const auto swap32 = [&](std::uint64_t v) { return swap16(v & 0xffff) << 16 | swap16(v >> 16); };
  return fmt::format("S-1-12-1-{}-{}-{}-{}",
                     id.high >> 32,
                     (id.high & 0xffff) << 16 | (id.high >> 16 & 0xffff),
                     swap32(id.low >> 32 & 0xffffffff),
                     swap32(id.low & 0xffffffff));
}

void writeExtensionAttributes(JsonWriter& json, const Object& object) {
  json.key("onPremisesExtensionAttributes").beginObject();
  for (int i = 0; i < 15; ++i) {
    const auto property =
        static_cast<Property>(static_cast<int>(Property::kExtensionAttribute1) + i);
    json.key(rowOf(property).name);
    const std::string_view text = object.text(property);
    text.empty() ? json.null() : json.string(text);
  }
  json.endObject();
}

void writeIdentities(JsonWriter& json, const TenantSettings& settings, const Object& object) {
  json.key("identities").beginArray().beginObject();
  json.key("signInType").string("userPrincipalName");
  json.key("issuer").string(settings.initialDomain());
  json.key("issuerAssignedId").string(object.text(Property::kUserPrincipalName));
  json.endObject().endArray();
}

void writeStored(JsonWriter& json, const Object& object, const PropertyRow& row) {
  json.key(row.name);
  const Value* value = object.find(row.property);
  switch (row.type) {
    case PropertyType::kBool:
      value ? json.boolean(std::get<bool>(*value)) : json.null();
      return;
    case PropertyType::kString:
      value ? json.string(std::get<std::string>(*value)) : json.null();
      return;
    case PropertyType::kStrings:
      json.strings(object.texts(row.property));
      return;
    case PropertyType::kJson:
      if (value) {
        json.raw(std::get<std::string>(*value));
      } else {
        json.raw(isObjectValued(row.property) ? "null" : "[]");
      }
      return;
  }
}

// The rest is shown as it is stored, without a copy.
bool isComputed(const Object& object, Property property) {
  return property == Property::kId || property == Property::kCreatedDateTime ||
         property == Property::kSecurityIdentifier || property == Property::kDeletedDateTime ||
         (property == Property::kUserPrincipalName && object.state == ObjectState::kSoftDeleted);
}

void writeProperty(JsonWriter& json,
                   const TenantSettings& settings,
                   const Object& object,
                   Property property) {
  const PropertyRow& row = rowOf(property);
  if (property == Property::kOnPremisesExtensionAttributes) {
    writeExtensionAttributes(json, object);
  } else if (property == Property::kIdentities && !object.has(property)) {
    writeIdentities(json, settings, object);
  } else if (row.type == PropertyType::kString && !isComputed(object, property)) {
    writeStored(json, object, row);
  } else if (row.type == PropertyType::kString) {
    json.key(row.name);
    const auto text = shownText(object, property);
    text ? json.string(*text) : json.null();
  } else {
    writeStored(json, object, row);
  }
}

}  // namespace

std::optional<std::string> shownText(const Object& object, Property property) {
  if (property == Property::kId) return object.id.toString();
  if (property == Property::kCreatedDateTime) return isoTime(object.created);
  if (property == Property::kSecurityIdentifier) return cloudSid(object.id);
  if (property == Property::kDeletedDateTime) {
    if (object.deleted == 0) return std::nullopt;
    return isoTime(object.deleted);
  }
  if (property == Property::kUserPrincipalName && object.state == ObjectState::kSoftDeleted) {
    // A deleted user's name is free for others: it carries the id in front.
    std::string prefix = object.id.toString();
    std::erase(prefix, '-');
    return prefix + std::string(object.text(property));
  }
  const Value* value = object.find(property);
  const auto* text = value ? std::get_if<std::string>(value) : nullptr;
  if (!text) return std::nullopt;
  return *text;
}

void writeProperties(JsonWriter& json,
                     const TenantSettings& settings,
                     const Object& object,
                     const View& view) {
  if (view.with_type) {
    json.key("@odata.type").string("#microsoft.graph." + std::string(typeName(object.kind)));
  }
  for (std::size_t i = view.properties._Find_first(); i < kProperties;
       i = view.properties._Find_next(i)) {
    const auto property = static_cast<Property>(i);
    if (exists(property, object.kind)) writeProperty(json, settings, object, property);
  }
}

void writeObject(JsonWriter& json,
                 const TenantSettings& settings,
                 const Object& object,
                 const View& view) {
  json.beginObject();
  writeProperties(json, settings, object, view);
  json.endObject();
}

}  // namespace tandem::tenant
