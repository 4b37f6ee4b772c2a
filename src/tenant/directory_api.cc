// SPDX-License-Identifier: Apache-2.0
// /directoryObjects, /directory/deletedItems and the like.
#include <algorithm>

#include "base/text.h"
#include "tenant/graph_api.h"
#include "tenant/listing.h"
#include "tenant/object_write.h"
#include "tenant/uniqueness.h"

namespace tandem::tenant {
namespace {

constexpr std::size_t kMaxIds = 1000;

GraphAnswer getByIds(Tenant& tenant, const GraphRequest& request) {
  simdjson::dom::array ids;
  if (!request.body || (*request.body)["ids"].get_array().get(ids)) {
    return answerError(badRequest("The body must have 'ids'."), request);
  }
  std::vector<std::string> types;
  simdjson::dom::array given;
  if (!(*request.body)["types"].get_array().get(given)) {
    for (const auto& type : given) {
      std::string_view text;
      if (!type.get_string().get(text)) types.push_back(toLowerAscii(text));
    }
  }
  std::string body;
  JsonWriter json(body);
  json.beginObject();
  if (!request.bare)
    json.key("@odata.context").string(request.base_url + "/$metadata#directoryObjects");
  json.key("value").beginArray();
  std::size_t count = 0;
  for (const auto& id : ids) {
    std::string_view text;
    if (++count > kMaxIds || id.get_string().get(text)) continue;
    const auto guid = Guid::parse(text);
    const Object* object = guid ? tenant.directory.find(*guid) : nullptr;
    if (!object || !isVisible(*object, request)) continue;
    const std::string type = toLowerAscii(typeName(object->kind));
    const bool wanted = types.empty() ||
                        std::find(types.begin(), types.end(), type) != types.end() ||
                        std::find(types.begin(), types.end(), "directoryobject") != types.end();
    if (!wanted) continue;
    writeObject(
        json, tenant.settings, *object, View{defaultProperties(object->kind), !request.bare});
  }
  json.endArray().endObject();
  return answerJson(std::move(body));
}

GraphAnswer answerWithType(const Tenant& tenant,
                           const GraphRequest& request,
                           const Object& object) {
  std::string body;
  JsonWriter json(body);
  json.beginObject();
  if (!request.bare) {
    json.key("@odata.context").string(request.base_url + "/$metadata#directoryObjects/$entity");
  }
  View view{defaultProperties(object.kind), !request.bare};
  view.properties.set(static_cast<std::size_t>(Property::kDeletedDateTime));
  writeProperties(json, tenant.settings, object, view);
  json.endObject();
  return answerJson(std::move(body));
}

std::optional<Kind> kindOfDeletedCast(const std::string& segment) {
  if (segment == "microsoft.graph.user") return Kind::kUser;
  if (segment == "microsoft.graph.group") return Kind::kGroup;
  if (segment == "microsoft.graph.device") return Kind::kDevice;
  return std::nullopt;
}

GraphAnswer listDeleted(Tenant& tenant, const GraphRequest& request, Kind kind) {
  auto read = readListOptions(request, kind);
  if (auto* bad = std::get_if<GraphError>(&read)) return answerError(*bad, request);
  auto& options = std::get<ListOptions>(read);
  if (!request.query.has("$select")) {
    options.view.properties.set(static_cast<std::size_t>(Property::kDeletedDateTime));
  }
  const auto source = allObjects(tenant, kind, ObjectState::kSoftDeleted, options, request.now_ms);
  if (request.segment(3) == "$count") {
    return answerText(std::to_string(countMatches(options, source)));
  }
  return answerPage(tenant,
                    request,
                    options,
                    "directory/deletedItems/microsoft.graph." + std::string(typeName(kind)),
                    source);
}

// Both take the kind's own write permission; public Graph lets no app purge, this tenant lets one
// with the sync permission.
bool mayChange(const GraphRequest& request, Kind kind) {
  return request.app->hasRole("Directory.ReadWrite.All") ||
         request.app->hasRole(kind == Kind::kUser    ? "User.ReadWrite.All"
                              : kind == Kind::kGroup ? "Group.ReadWrite.All"
                                                     : "Device.ReadWrite.All");
}

GraphAnswer restoreDeleted(Tenant& tenant, const GraphRequest& request, const Object& object) {
  PropertyChanges held;
  for (const auto& [property, value] : object.properties)
    held.push_back({property, value});
  if (const auto conflict = findConflict(tenant.directory, object.kind, held, &object)) {
    GraphError error = duplicate(rowOf(*conflict).name);
    error.code = "Request_MultipleObjectsWithSameKeyValue";
    error.status = 409;
    return answerError(error, request);
  }
  tenant.directory.restore(object);
  tenant.counters.write(std::string(collectionName(object.kind)) + ".restore");
  return answerWithType(tenant, request, object);
}

}  // namespace

GraphAnswer answerDeletedItems(Tenant& tenant, const GraphRequest& request) {
  const std::string third = request.segment(2);
  if (third.empty()) {
    return answerError(badRequest("Listing deleted items needs a type, such as "
                                  "/directory/deletedItems/microsoft.graph.user."),
                       request);
  }
  if (const auto kind = kindOfDeletedCast(third)) {
    if (request.method != "GET") return answerError(methodNotAllowed(request.method), request);
    return listDeleted(tenant, request, *kind);
  }
  if (third == "microsoft.graph.application") return answerJson("{\"value\":[]}");
  const auto id = Guid::parse(third);
  const Object* object = id ? tenant.directory.find(*id) : nullptr;
  if (!object || object->state != ObjectState::kSoftDeleted) {
    return answerError(notFound(request.segments[2]), request);
  }
  if (request.method == "GET") return answerWithType(tenant, request, *object);
  if (!mayChange(request, object->kind)) return answerError(denied(), request);
  if (request.method == "POST" && request.segment(3) == "restore") {
    return restoreDeleted(tenant, request, *object);
  }
  if (request.method != "DELETE") return answerError(methodNotAllowed(request.method), request);
  if (!request.mayWriteAsSync()) return answerError(denied(), request);
  const Kind kind = object->kind;
  tenant.directory.purge(*object);
  tenant.counters.write(std::string(collectionName(kind)) + ".purge");
  return answerEmpty();
}

GraphAnswer answerDirectoryObjects(Tenant& tenant, const GraphRequest& request) {
  const std::string second = request.segment(1);
  if (request.method == "POST" && (second == "getbyids" || second == "microsoft.graph.getbyids")) {
    return getByIds(tenant, request);
  }
  const auto id = Guid::parse(second);
  const Object* object = id ? tenant.directory.find(*id) : nullptr;
  if (!object || !isVisible(*object, request)) return answerError(notFound(second), request);
  if (request.segments.size() > 2) return answerLink(tenant, request, *object, 2);
  if (request.method == "GET") return answerWithType(tenant, request, *object);
  if (request.method == "DELETE" && mayChange(request, object->kind)) {
    return removeObject(tenant, request, *object);
  }
  return answerError(request.method == "DELETE" ? denied() : methodNotAllowed(request.method),
                     request);
}

}  // namespace tandem::tenant
