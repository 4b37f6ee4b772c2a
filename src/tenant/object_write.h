// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "tenant/graph_request.h"
#include "tenant/tenant.h"
#include "tenant/write_body.h"

// Creating, changing and deleting objects: all rules that need other objects, the tenant's domains
// or the caller's permission. Called with the tenant's lock held alone.
namespace tandem::tenant {

struct Created {
  const Object* object = nullptr;
  int status = 201;        // 200: the sync permission matched an object that was there
  std::string_view match;  // "hard", "soft" or empty
};

std::variant<Created, GraphError> createObject(Tenant& tenant,
                                               const GraphRequest& request,
                                               Kind kind,
                                               WriteBody body);

Refusal updateObject(Tenant& tenant,
                     const GraphRequest& request,
                     const Object& object,
                     WriteBody body);

Refusal deleteObject(Tenant& tenant, const GraphRequest& request, const Object& object);

// Objects that were deleted 30 days ago or earlier go for good. Returns how many.
std::size_t purgeExpired(Tenant& tenant, std::int64_t now);

// An object by what stands in a reference: a URL of any host that ends in
// directoryObjects/{id}, users/{id or UPN}, groups/{id}, or directoryObjects('id'). Active and
// visible ones only.
const Object* findReferenced(const Tenant& tenant,
                             const GraphRequest& request,
                             std::string_view reference);

// Objects that replication (a fault) has not brought yet are as if absent.
bool isVisible(const Object& object, const GraphRequest& request);

}  // namespace tandem::tenant
