// SPDX-License-Identifier: Apache-2.0
#include "tenant/uniqueness.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::tenant {
namespace {

constexpr Kind kWithProxies[] = {Kind::kUser, Kind::kGroup, Kind::kContact};

const Object* findOther(const Directory& directory,
                        Kind kind,
                        Property property,
                        std::string_view value,
                        const Object* self,
                        bool active_only) {
  for (const Object* object : directory.findBy(kind, property, value)) {
    if (object != self && (object->isActive() || !active_only)) return object;
  }
  return nullptr;
}

bool isUnified(const PropertyChanges& changes, const Object* self) {
  const std::vector<std::string>* types = self ? &self->texts(Property::kGroupTypes) : nullptr;
  for (const auto& [property, value] : changes) {
    if (property != Property::kGroupTypes) continue;
    types = value ? std::get_if<std::vector<std::string>>(&*value) : nullptr;
  }
  return types && std::any_of(types->begin(), types->end(), [](const auto& type) {
           return equalsIgnoreCaseAscii(type, "Unified");
         });
}

bool conflicts(const Directory& directory,
               Kind kind,
               const PropertyChange& change,
               const PropertyChanges& changes,
               const Object* self) {
  const Property property = change.property;
  if (property == Property::kProxyAddresses) {
    const auto& addresses = std::get<std::vector<std::string>>(*change.value);
    return std::any_of(addresses.begin(), addresses.end(), [&](const auto& address) {
      return findHolderOfProxy(directory, address, self) != nullptr;
    });
  }
  const auto* text = std::get_if<std::string>(&*change.value);
  if (!text) return false;
  if (property == Property::kUserPrincipalName ||
      property == Property::kOnPremisesSecurityIdentifier) {
    return findOther(directory, kind, property, *text, self, true) != nullptr;
  }
  if (property == Property::kOnPremisesImmutableId || property == Property::kUniqueName) {
    return findOther(directory, kind, property, *text, self, false) != nullptr;
  }
  if (property == Property::kMailNickname && kind == Kind::kGroup && isUnified(changes, self)) {
    const Object* other = findOther(directory, kind, property, *text, self, true);
    return other && isUnified({}, other);
  }
  return false;
}

}  // namespace

const Object* findUserByUpn(const Directory& directory, std::string_view upn) {
  return findOther(directory, Kind::kUser, Property::kUserPrincipalName, upn, nullptr, true);
}

const Object* findHolderOfProxy(const Directory& directory,
                                std::string_view address,
                                const Object* self) {
  for (const Kind kind : kWithProxies) {
    const Object* other =
        findOther(directory, kind, Property::kProxyAddresses, address, self, true);
    if (other) return other;
  }
  return nullptr;
}

const Object* findByAnchor(const Directory& directory, Kind kind, std::string_view anchor) {
  return findOther(directory, kind, Property::kOnPremisesImmutableId, anchor, nullptr, false);
}

std::optional<Property> findConflict(const Directory& directory,
                                     Kind kind,
                                     const PropertyChanges& changes,
                                     const Object* self,
                                     const PropertySet& except) {
  for (const auto& change : changes) {
    if (except.test(static_cast<std::size_t>(change.property))) continue;
    if (change.value && conflicts(directory, kind, change, changes, self)) return change.property;
  }
  return std::nullopt;
}

}  // namespace tandem::tenant
