// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "tenant/graph_request.h"
#include "tenant/tenant.h"

// The routes of Graph v1.0, one function a family. Each is called with the tenant's lock held:
// alone when isWrite() says so, else shared. The caller's permission has been checked.
namespace tandem::tenant {

bool isWrite(const GraphRequest& request);

// Permission, then the route. No throttling, faults or waiting for the disk.
GraphAnswer answerGraph(Tenant& tenant, const GraphRequest& request);

// The family and the kind of request, for counters: "GET users/{id}/members".
std::string routeName(const GraphRequest& request);

// What names one object of a collection.
struct ObjectKey {
  Kind kind = Kind::kUser;
  std::string text;
  bool by_unique_name = false;  // groups(uniqueName='…')
  std::size_t rest = 0;         // index of the first segment after the key
};

// users/{key}, users('{key}') and groups(uniqueName='{key}'); absent for the collection itself.
std::optional<ObjectKey> readKey(const GraphRequest& request);
const Object* findKeyed(const Tenant& tenant, const GraphRequest& request, const ObjectKey& key);

GraphAnswer listObjects(Tenant& tenant, const GraphRequest& request, Kind kind);
GraphAnswer countObjects(Tenant& tenant, const GraphRequest& request, Kind kind);
GraphAnswer postObject(Tenant& tenant, const GraphRequest& request, Kind kind);
GraphAnswer getObject(Tenant& tenant, const GraphRequest& request, const Object& object);
GraphAnswer patchObject(Tenant& tenant, const GraphRequest& request, const Object& object);
GraphAnswer upsertGroup(Tenant& tenant, const GraphRequest& request, const ObjectKey& key);
GraphAnswer removeObject(Tenant& tenant, const GraphRequest& request, const Object& object);

// members, owners, manager, memberOf and what else hangs on an object; `at`: the segment's index.
GraphAnswer answerLink(Tenant& tenant,
                       const GraphRequest& request,
                       const Object& object,
                       std::size_t at);

GraphAnswer answerDelta(Tenant& tenant, const GraphRequest& request, Kind kind);
GraphAnswer answerDirectoryObjects(Tenant& tenant, const GraphRequest& request);
GraphAnswer answerMemberGroups(Tenant& tenant,
                               const GraphRequest& request,
                               const Object& object,
                               const std::string& action);
GraphAnswer answerDirectory(Tenant& tenant, const GraphRequest& request);  // /directory/…
GraphAnswer answerDeletedItems(Tenant& tenant, const GraphRequest& request);
GraphAnswer answerOrganization(Tenant& tenant, const GraphRequest& request);
GraphAnswer answerExtensions(Tenant& tenant, const GraphRequest& request);
GraphAnswer answerDomains(Tenant& tenant, const GraphRequest& request);

}  // namespace tandem::tenant
