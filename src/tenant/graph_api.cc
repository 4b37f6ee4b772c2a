// SPDX-License-Identifier: Apache-2.0
// Which function answers which path, and which permission it takes.
#include "tenant/graph_api.h"

#include <algorithm>
#include <initializer_list>

#include "base/text.h"
#include "tenant/object_write.h"

namespace tandem::tenant {
namespace {

using Roles = std::initializer_list<std::string_view>;

bool hasAny(const GraphRequest& request, Roles roles) {
  return request.app && std::any_of(roles.begin(), roles.end(), [&](std::string_view role) {
           return request.app->hasRole(role);
         });
}

bool mayReadKind(const GraphRequest& request, Kind kind) {
  if (hasAny(request, {"Directory.Read.All", "Directory.ReadWrite.All"})) return true;
  switch (kind) {
    case Kind::kUser:
      return hasAny(request, {"User.Read.All", "User.ReadWrite.All"});
    case Kind::kGroup:
      return hasAny(request,
                    {"Group.Read.All",
                     "Group.ReadWrite.All",
                     "GroupMember.Read.All",
                     "GroupMember.ReadWrite.All"});
    case Kind::kContact:
      return hasAny(request, {"OrgContact.Read.All", kSyncRole});
    case Kind::kDevice:
      return hasAny(request, {"Device.Read.All", "Device.ReadWrite.All"});
  }
  return false;
}

bool mayWriteKind(const GraphRequest& request, Kind kind) {
  if (hasAny(request, {"Directory.ReadWrite.All"})) return true;
  switch (kind) {
    case Kind::kUser:
      return hasAny(request, {"User.ReadWrite.All"});
    case Kind::kGroup: {
      const bool links = request.segment(2) == "members" || request.segment(1) == "members";
      return hasAny(request, {"Group.ReadWrite.All"}) ||
             (links && hasAny(request, {"GroupMember.ReadWrite.All"})) ||
             (request.method == "POST" && request.segments.size() == 1 &&
              hasAny(request, {"Group.Create"}));
    }
    case Kind::kContact:
      return hasAny(request, {kSyncRole});
    case Kind::kDevice:
      return hasAny(request, {"Device.ReadWrite.All"});
  }
  return false;
}

std::string_view collectionPart(std::string_view segment) {
  return segment.substr(0, segment.find('('));
}

GraphAnswer answerCollection(Tenant& tenant, const GraphRequest& request, Kind kind) {
  if (request.method == "GET") return listObjects(tenant, request, kind);
  if (request.method == "POST") return postObject(tenant, request, kind);
  return answerError(methodNotAllowed(request.method), request);
}

bool isDelta(const std::string& segment) {
  return segment == "delta" || segment == "delta()" || segment == "microsoft.graph.delta" ||
         segment == "microsoft.graph.delta()";
}

GraphAnswer answerKeyed(Tenant& tenant, const GraphRequest& request, const ObjectKey& key) {
  const Object* object = findKeyed(tenant, request, key);
  if (!object) {
    const bool whole = request.segments.size() == key.rest;
    if (whole && key.by_unique_name && request.method == "PATCH") {
      return upsertGroup(tenant, request, key);
    }
    return answerError(notFound(key.text), request);
  }
  if (request.segments.size() > key.rest) {
    return answerLink(tenant, request, *object, key.rest);
  }
  if (request.method == "GET") return getObject(tenant, request, *object);
  if (request.method == "PATCH") return patchObject(tenant, request, *object);
  if (request.method == "DELETE") return removeObject(tenant, request, *object);
  return answerError(methodNotAllowed(request.method), request);
}

GraphAnswer answerObjects(Tenant& tenant, const GraphRequest& request, Kind kind) {
  const bool write = isWrite(request);
  if (write ? !mayWriteKind(request, kind) : !mayReadKind(request, kind)) {
    return answerError(denied(), request);
  }
  const std::string second = request.segment(1);
  const bool plain = request.segments.front().find('(') == std::string::npos;
  if (plain && request.segments.size() == 1) return answerCollection(tenant, request, kind);
  if (plain && second == "$count") return countObjects(tenant, request, kind);
  if (plain && isDelta(second)) return answerDelta(tenant, request, kind);
  const auto key = readKey(request);
  if (!key) return answerError(unknownSegment(request.segments.front()), request);
  return answerKeyed(tenant, request, *key);
}

GraphAnswer answerNothing() {
  return answerJson("{\"value\":[]}");
}

}  // namespace

bool isWrite(const GraphRequest& request) {
  if (request.method == "GET" || request.method == "HEAD") return false;
  if (request.segments.empty()) return false;
  const std::string last = request.segment(request.segments.size() - 1);
  return !last.ends_with("membergroups") && !last.ends_with("memberobjects") &&
         !last.ends_with("getbyids");
}

GraphAnswer answerGraph(Tenant& tenant, const GraphRequest& request) {
  if (request.segments.empty()) return answerError(unknownSegment(""), request);
  const std::string first = toLowerAscii(collectionPart(request.segments.front()));
  if (const auto kind = kindOfCollection(first)) return answerObjects(tenant, request, *kind);
  if (first == "directoryobjects") return answerDirectoryObjects(tenant, request);
  if (first == "directory") return answerDirectory(tenant, request);
  if (first == "organization") {
    const bool may =
        isWrite(request)
            ? hasAny(request, {"Organization.ReadWrite.All", "Directory.ReadWrite.All"})
            : hasAny(request,
                     {"Organization.Read.All",
                      "Organization.ReadWrite.All",
                      "Directory.Read.All",
                      "Directory.ReadWrite.All",
                      "User.Read.All",
                      "User.ReadWrite.All"});
    return may ? answerOrganization(tenant, request) : answerError(denied(), request);
  }
  if (first == "domains") return answerDomains(tenant, request);
  if (first == "subscribedskus" || first == "serviceprincipals" || first == "applications") {
    return answerNothing();
  }
  return answerError(unknownSegment(request.segments.front()), request);
}

namespace {

bool hasKeys(std::string_view collection) {
  static constexpr std::string_view kNames[] = {"users",
                                                "groups",
                                                "contacts",
                                                "devices",
                                                "members",
                                                "owners",
                                                "organization",
                                                "deleteditems",
                                                "directoryobjects",
                                                "extensions",
                                                "domains",
                                                "onpremisessynchronization"};
  return std::find(std::begin(kNames), std::end(kNames), collection) != std::end(kNames);
}

}  // namespace

std::string routeName(const GraphRequest& request) {
  std::string name = request.method;
  std::string before;
  std::string segment;
  for (std::size_t i = 0; i < request.segments.size(); ++i) {
    const std::string& whole = request.segments[i];
    toLowerAsciiInto(collectionPart(whole), segment);
    const bool is_key = hasKeys(before) && !segment.starts_with('$') && !isDelta(segment) &&
                        !segment.starts_with("microsoft.graph.") && segment != "getbyids";
    name += i == 0 ? ' ' : '/';
    name += is_key ? std::string_view("{id}") : std::string_view(segment);
    const bool has_key = segment.size() < whole.size();  // "users('a')"
    if (i == 0 && has_key) name += "/{id}";
    before.swap(segment);
    if (has_key) before.clear();
  }
  return name;
}

}  // namespace tandem::tenant
