// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "tenant/directory.h"

namespace tandem::tenant {

// What must be unique in the tenant (spec of §1.4): userPrincipalName among active users;
// onPremisesImmutableId among objects of a kind, deleted ones too; proxyAddresses among active
// users, groups and contacts; security identifiers; uniqueName; mailNickname of Microsoft 365
// groups. `self` is the object that is being written, if it exists.

const Object* findUserByUpn(const Directory& directory, std::string_view upn);
const Object* findHolderOfProxy(const Directory& directory,
                                std::string_view address,
                                const Object* self);
const Object* findByAnchor(const Directory& directory, Kind kind, std::string_view anchor);

// The first property of the changes, but for those to except, whose value another object holds.
std::optional<Property> findConflict(const Directory& directory,
                                     Kind kind,
                                     const PropertyChanges& changes,
                                     const Object* self,
                                     const PropertySet& except = {});

}  // namespace tandem::tenant
