// SPDX-License-Identifier: Apache-2.0
// What hangs on an object: members, owners, manager, reports, groups.
#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "tenant/graph_api.h"
#include "tenant/listing.h"
#include "tenant/object_write.h"

namespace tandem::tenant {
namespace {

std::optional<Kind> kindOfCast(std::string_view segment) {
  for (std::size_t i = 0; i < kKinds; ++i) {
    const auto kind = static_cast<Kind>(i);
    if (equalsIgnoreCaseAscii(segment, "microsoft.graph." + std::string(typeName(kind)))) {
      return kind;
    }
  }
  return std::nullopt;
}

CandidateSource directMembers(const Tenant& tenant, const Object& group, std::int64_t now_ms) {
  return [&tenant, &group, now_ms](std::uint64_t& key) -> const Object* {
    for (const auto* entry = group.members.after(key); entry != group.members.end(); ++entry) {
      if (entry->member == 0) continue;
      const Object& member = tenant.directory.at(entry->member);
      if (!member.isActive() || member.visible_at > now_ms) continue;
      key = entry->change;
      return &member;
    }
    return nullptr;
  };
}

// Members of members too, each once, in the order of finding.
std::vector<ObjectNumber> transitiveMembers(const Tenant& tenant, const Object& group) {
  std::vector<ObjectNumber> found;
  std::unordered_set<ObjectNumber> seen{group.number};
  std::vector<ObjectNumber> open{group.number};
  while (!open.empty()) {
    const Object& next = tenant.directory.at(open.back());
    open.pop_back();
    for (const auto* entry = next.members.after(0); entry != next.members.end(); ++entry) {
      if (entry->member == 0 || !seen.insert(entry->member).second) continue;
      found.push_back(entry->member);
      if (tenant.directory.at(entry->member).kind == Kind::kGroup) open.push_back(entry->member);
    }
  }
  return found;
}

std::vector<ObjectNumber> transitiveGroups(const Tenant& tenant, const Object& object) {
  std::vector<ObjectNumber> found;
  std::unordered_set<ObjectNumber> seen{object.number};
  std::vector<ObjectNumber> open{object.number};
  while (!open.empty()) {
    const Object& next = tenant.directory.at(open.back());
    open.pop_back();
    for (const ObjectNumber group : next.member_of) {
      if (!seen.insert(group).second) continue;
      found.push_back(group);
      open.push_back(group);
    }
  }
  return found;
}

CandidateSource onlyKind(CandidateSource source, Kind kind) {
  return [source = std::move(source), kind](std::uint64_t& key) -> const Object* {
    while (const Object* object = source(key)) {
      if (object->kind == kind) return object;
    }
    return nullptr;
  };
}

struct Collection {
  CandidateSource source;
  std::string context;
};

std::optional<Collection> collectionOf(const Tenant& tenant,
                                       const GraphRequest& request,
                                       const Object& object,
                                       const std::string& name) {
  if (object.kind == Kind::kGroup) {
    if (name == "members") {
      return Collection{directMembers(tenant, object, request.now_ms), "directoryObjects"};
    }
    if (name == "transitivemembers") {
      return Collection{theseObjects(tenant, transitiveMembers(tenant, object)),
                        "directoryObjects"};
    }
    if (name == "owners")
      return Collection{theseObjects(tenant, object.owners), "directoryObjects"};
  }
  if (name == "memberof") {
    return Collection{theseObjects(tenant, object.member_of), "directoryObjects"};
  }
  if (name == "transitivememberof") {
    return Collection{theseObjects(tenant, transitiveGroups(tenant, object)), "directoryObjects"};
  }
  if (name == "directreports") {
    return Collection{theseObjects(tenant, object.direct_reports), "directoryObjects"};
  }
  return std::nullopt;
}

// Without a cast the objects may be of any type: the properties of all of them can be selected.
std::variant<ListOptions, GraphError> readMixedOptions(const GraphRequest& request,
                                                       std::optional<Kind> cast) {
  if (cast) return readListOptions(request, *cast);
  std::variant<ListOptions, GraphError> first = readListOptions(request, Kind::kUser);
  if (std::holds_alternative<ListOptions>(first)) {
    auto& options = std::get<ListOptions>(first);
    if (!request.query.has("$select")) {
      for (std::size_t k = 0; k < kKinds; ++k) {
        options.view.properties |= defaultProperties(static_cast<Kind>(k));
      }
    }
    return first;
  }
  for (const Kind kind : {Kind::kGroup, Kind::kContact, Kind::kDevice}) {
    auto read = readListOptions(request, kind);
    if (std::holds_alternative<ListOptions>(read)) return read;
  }
  return first;
}

GraphAnswer listLinked(const Tenant& tenant,
                       const GraphRequest& request,
                       Collection collection,
                       std::size_t after) {
  std::optional<Kind> cast;
  if (after < request.segments.size() && request.segment(after) != "$count") {
    cast = kindOfCast(request.segments[after]);
    if (!cast) return answerError(unknownSegment(request.segments[after]), request);
    collection.source = onlyKind(std::move(collection.source), *cast);
    ++after;
  }
  auto read = readMixedOptions(request, cast);
  if (auto* bad = std::get_if<GraphError>(&read)) return answerError(*bad, request);
  ListOptions options = std::get<ListOptions>(read);
  if (after < request.segments.size()) {
    if (!request.eventual) {
      return answerError(badRequest("$count is not currently supported."), request);
    }
    return answerText(std::to_string(countMatches(options, collection.source)));
  }
  options.view.with_type = !request.bare && !cast;
  return answerPage(tenant,
                    request,
                    options,
                    cast ? std::string(collectionName(*cast)) : collection.context,
                    collection.source);
}

// The tenant has one role, and settings say who holds it.
GraphAnswer listRoles(const Tenant& tenant, const GraphRequest& request, const Object& object) {
  // Microsoft's id of the template of that role; the role itself has an id in each tenant.
  constexpr std::string_view kGlobalAdministrator = "62e90394-69f5-4237-9190-012177145e10";
  std::string body;
  JsonWriter json(body);
  json.beginObject();
  if (!request.bare) {
    json.key("@odata.context").string(request.base_url + "/$metadata#directoryRoles");
  }
  json.key("value").beginArray();
  if (tenant.settings.isAdministrator(object.id.toString(),
                                      object.text(Property::kUserPrincipalName))) {
    json.beginObject().key("id").string(kGlobalAdministrator);
    json.key("displayName").string("Global Administrator");
    json.key("roleTemplateId").string(kGlobalAdministrator).endObject();
  }
  json.endArray().endObject();
  return answerJson(std::move(body));
}

std::optional<std::string_view> referenceIn(const GraphRequest& request) {
  std::string_view reference;
  if (!request.body || (*request.body)["@odata.id"].get_string().get(reference)) {
    return std::nullopt;
  }
  return reference;
}

std::string lastPart(std::string_view reference) {
  return std::string(reference.substr(reference.find_last_of('/') + 1));
}

Refusal mayChangeLinks(const GraphRequest& request, const Object& object) {
  if (object.isSynced() && !request.mayWriteAsSync()) return onPremisesMastered();
  return std::nullopt;
}

GraphAnswer addReference(Tenant& tenant,
                         const GraphRequest& request,
                         const Object& group,
                         bool owners) {
  const auto reference = referenceIn(request);
  if (!reference) {
    return answerError(badRequest("The body must be {\"@odata.id\": \"…/directoryObjects/{id}\"}."),
                       request);
  }
  const Object* target = findReferenced(tenant, request, *reference);
  if (!target) return answerError(notFound(lastPart(*reference)), request);
  if (auto bad = owners ? std::nullopt : mayChangeLinks(request, group)) {
    return answerError(*bad, request);
  }
  const bool added = owners ? tenant.directory.addOwner(group, *target)
                            : tenant.directory.addMember(group, *target);
  if (!added) {
    return answerError(badRequest("One or more added object references already exist for the "
                                  "following modified properties: '" +
                                  std::string(owners ? "owners" : "members") + "'."),
                       request);
  }
  tenant.counters.write(owners ? "groups.owners.add" : "groups.members.add");
  return answerEmpty();
}

GraphAnswer removeReference(Tenant& tenant,
                            const GraphRequest& request,
                            const Object& group,
                            const std::string& member_id,
                            bool owners) {
  if (auto bad = owners ? std::nullopt : mayChangeLinks(request, group)) {
    return answerError(*bad, request);
  }
  const auto id = Guid::parse(member_id);
  const Object* target = id ? tenant.directory.find(*id) : nullptr;
  const bool removed = target && (owners ? tenant.directory.removeOwner(group, *target)
                                         : tenant.directory.removeMember(group, *target));
  if (!removed) return answerError(notFound(member_id), request);
  tenant.counters.write(owners ? "groups.owners.remove" : "groups.members.remove");
  return answerEmpty();
}

GraphAnswer getManager(Tenant& tenant, const GraphRequest& request, const Object& user, bool ref) {
  const Object* manager = user.manager == 0 ? nullptr : &tenant.directory.at(user.manager);
  if (!manager || !isVisible(*manager, request)) return answerError(notFound("manager"), request);
  const std::string url = request.base_url + "/directoryObjects/" + manager->id.toString();
  if (ref) return answerJson("{\"@odata.id\":\"" + url + "/Microsoft.DirectoryServices.User\"}");
  auto view = readSelect(request, manager->kind);
  if (auto* bad = std::get_if<GraphError>(&view)) return answerError(*bad, request);
  GraphAnswer answer = answerJson("");
  JsonWriter json(answer.body);
  json.beginObject();
  if (!request.bare) {
    json.key("@odata.context").string(request.base_url + "/$metadata#directoryObjects/$entity");
  }
  std::get<View>(view).with_type = !request.bare;
  writeProperties(json, tenant.settings, *manager, std::get<View>(view));
  json.endObject();
  return answer;
}

GraphAnswer answerManager(Tenant& tenant,
                          const GraphRequest& request,
                          const Object& user,
                          std::size_t at) {
  const bool ref = request.segment(at + 1) == "$ref";
  if (request.method == "GET") return getManager(tenant, request, user, ref);
  if (!ref) return answerError(methodNotAllowed(request.method), request);
  if (auto bad = mayChangeLinks(request, user)) return answerError(*bad, request);
  const Object* manager = nullptr;
  if (request.method == "PUT") {
    const auto reference = referenceIn(request);
    manager = reference ? findReferenced(tenant, request, *reference) : nullptr;
    if (!manager) return answerError(notFound(lastPart(reference.value_or("manager"))), request);
  } else if (request.method != "DELETE") {
    return answerError(methodNotAllowed(request.method), request);
  } else if (user.manager == 0) {
    return answerError(notFound("manager"), request);
  }
  if (user.manager != (manager ? manager->number : 0)) tenant.counters.write("users.manager");
  tenant.directory.setManager(user, manager);
  return answerEmpty();
}

}  // namespace

GraphAnswer answerLink(Tenant& tenant,
                       const GraphRequest& request,
                       const Object& object,
                       std::size_t at) {
  const std::string name = request.segment(at);
  if (name == "manager" && object.kind == Kind::kUser) {
    return answerManager(tenant, request, object, at);
  }
  const bool owners = name == "owners";
  const bool changeable = object.kind == Kind::kGroup && (name == "members" || owners);
  if (changeable && request.method == "POST" && request.segment(at + 1) == "$ref") {
    return addReference(tenant, request, object, owners);
  }
  if (changeable && request.method == "DELETE" && request.segment(at + 2) == "$ref") {
    return removeReference(tenant, request, object, request.segments[at + 1], owners);
  }
  if (request.method == "POST" &&
      (name.ends_with("membergroups") || name.ends_with("memberobjects"))) {
    return answerMemberGroups(tenant, request, object, name);
  }
  const bool is_membership = name == "memberof" || name == "transitivememberof";
  if (is_membership && request.method == "GET" &&
      equalsIgnoreCaseAscii(request.segment(at + 1), "microsoft.graph.directoryRole")) {
    return listRoles(tenant, request, object);
  }
  auto collection = collectionOf(tenant, request, object, name);
  if (!collection) return answerError(unknownSegment(request.segments[at]), request);
  if (request.method != "GET") return answerError(methodNotAllowed(request.method), request);
  return listLinked(tenant, request, std::move(*collection), at + 1);
}

GraphAnswer answerMemberGroups(Tenant& tenant,
                               const GraphRequest& request,
                               const Object& object,
                               const std::string& action) {
  std::vector<std::string> asked;
  simdjson::dom::array ids;
  const bool check = action.find("check") != std::string::npos;
  const char* names[] = {"groupIds", "ids"};
  for (const char* name : names) {
    if (!request.body || (*request.body)[name].get_array().get(ids)) continue;
    for (const auto& id : ids) {
      std::string_view text;
      if (!id.get_string().get(text)) asked.push_back(toLowerAscii(text));
    }
  }
  bool security_only = false;
  if (request.body) {
    bool flag = false;
    if (!(*request.body)["securityEnabledOnly"].get_bool().get(flag)) security_only = flag;
  }
  std::string body;
  JsonWriter json(body);
  json.beginObject();
  if (!request.bare) {
    json.key("@odata.context").string(request.base_url + "/$metadata#Collection(Edm.String)");
  }
  json.key("value").beginArray();
  for (const ObjectNumber number : transitiveGroups(tenant, object)) {
    const Object& group = tenant.directory.at(number);
    const std::string id = group.id.toString();
    if (!group.isActive() || (security_only && !group.flag(Property::kSecurityEnabled))) continue;
    if (check && std::find(asked.begin(), asked.end(), id) == asked.end()) continue;
    json.string(id);
  }
  json.endArray().endObject();
  return answerJson(std::move(body));
}

}  // namespace tandem::tenant
