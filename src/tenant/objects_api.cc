// SPDX-License-Identifier: Apache-2.0
// Collections of objects and single objects: list, count, create, get, update, delete, and the
// upsert of groups by uniqueName.
#include "base/text.h"
#include "tenant/graph_api.h"
#include "tenant/listing.h"
#include "tenant/object_write.h"
#include "tenant/uniqueness.h"

namespace tandem::tenant {
namespace {

std::string unquote(std::string_view quoted) {
  std::string text;
  for (std::size_t i = 0; i < quoted.size(); ++i) {
    text += quoted[i];
    if (quoted[i] == '\'' && i + 1 < quoted.size() && quoted[i + 1] == '\'') ++i;
  }
  return text;
}

// "groups(uniqueName='a')" or "users('b')": the part in brackets.
std::optional<ObjectKey> readBracketKey(const GraphRequest& request) {
  const std::string& first = request.segments.front();
  const std::size_t open = first.find('(');
  if (open == std::string::npos || !first.ends_with(')')) return std::nullopt;
  const auto kind = kindOfCollection(std::string_view(first).substr(0, open));
  if (!kind) return std::nullopt;
  std::string_view inside = std::string_view(first).substr(open + 1, first.size() - open - 2);
  ObjectKey key{*kind, "", false, 1};
  const std::size_t equals = inside.find('=');
  if (equals != std::string_view::npos && equals < inside.find('\'')) {
    const std::string_view name = trimAscii(inside.substr(0, equals));
    key.by_unique_name = equalsIgnoreCaseAscii(name, "uniqueName");
    if (!key.by_unique_name && !equalsIgnoreCaseAscii(name, "id")) return std::nullopt;
    inside.remove_prefix(equals + 1);
  }
  if (inside.size() >= 2 && inside.front() == '\'' && inside.back() == '\'') {
    inside = inside.substr(1, inside.size() - 2);
  }
  key.text = unquote(inside);
  return key;
}

std::string metadataOf(const GraphRequest& request, Kind kind) {
  return request.base_url + "/$metadata#" + std::string(collectionName(kind)) + "/$entity";
}

GraphAnswer answerObject(const Tenant& tenant,
                         const GraphRequest& request,
                         const Object& object,
                         const View& view,
                         int status) {
  GraphAnswer answer = answerJson("", status);
  JsonWriter json(answer.body);
  json.beginObject();
  if (!request.bare) json.key("@odata.context").string(metadataOf(request, object.kind));
  writeProperties(json, tenant.settings, object, view);
  json.endObject();
  return answer;
}

// [ours] A matched or created object shows its anchor and sync flag, so that the exporter need
// not ask for them.
View viewOfCreated(const Object& object, const GraphRequest& request) {
  View view{defaultProperties(object.kind), false};
  if (request.mayWriteAsSync()) {
    view.properties.set(static_cast<std::size_t>(Property::kOnPremisesImmutableId));
  }
  return view;
}

GraphAnswer answerCreated(const Tenant& tenant, const GraphRequest& request, const Created& made) {
  GraphAnswer answer =
      request.prefers("return=minimal")
          ? answerEmpty()
          : answerObject(
                tenant, request, *made.object, viewOfCreated(*made.object, request), made.status);
  answer.headers.emplace_back("Location",
                              request.base_url + "/" +
                                  std::string(collectionName(made.object->kind)) + "/" +
                                  made.object->id.toString());
  if (!made.match.empty()) answer.headers.emplace_back("x-tandem-match", std::string(made.match));
  return answer;
}

std::variant<WriteBody, GraphError> bodyOf(const GraphRequest& request, Kind kind) {
  if (!request.body) return badRequest("The request needs a JSON body.");
  WriteBody body;
  if (auto bad = readWriteBody(kind, *request.body, body)) return *bad;
  return body;
}

}  // namespace

std::optional<ObjectKey> readKey(const GraphRequest& request) {
  if (request.segments.empty()) return std::nullopt;
  if (auto key = readBracketKey(request)) return key;
  const auto kind = kindOfCollection(request.segments.front());
  if (!kind || request.segments.size() < 2) return std::nullopt;
  return ObjectKey{*kind, request.segments[1], false, 2};
}

const Object* findKeyed(const Tenant& tenant, const GraphRequest& request, const ObjectKey& key) {
  const Object* object = nullptr;
  if (key.by_unique_name) {
    const auto found = tenant.directory.findBy(key.kind, Property::kUniqueName, key.text);
    for (const Object* one : found) {
      if (one->isActive()) object = one;
    }
  } else if (const auto id = Guid::parse(key.text)) {
    object = tenant.directory.find(*id);
  } else if (key.kind == Kind::kUser) {
    object = findUserByUpn(tenant.directory, key.text);
  }
  if (!object || object->kind != key.kind || !isVisible(*object, request)) return nullptr;
  return object;
}

GraphAnswer listObjects(Tenant& tenant, const GraphRequest& request, Kind kind) {
  auto read = readListOptions(request, kind);
  if (auto* bad = std::get_if<GraphError>(&read)) return answerError(*bad, request);
  const auto& options = std::get<ListOptions>(read);
  return answerPage(tenant,
                    request,
                    options,
                    std::string(collectionName(kind)),
                    allObjects(tenant, kind, ObjectState::kActive, options, request.now_ms));
}

GraphAnswer countObjects(Tenant& tenant, const GraphRequest& request, Kind kind) {
  if (!request.eventual) {
    return answerError(badRequest("$count is not currently supported."), request);
  }
  GraphRequest counted = request;
  auto read = readListOptions(counted, kind);
  if (auto* bad = std::get_if<GraphError>(&read)) return answerError(*bad, request);
  const auto& options = std::get<ListOptions>(read);
  const auto source = allObjects(tenant, kind, ObjectState::kActive, options, request.now_ms);
  return answerText(std::to_string(countMatches(options, source)));
}

GraphAnswer postObject(Tenant& tenant, const GraphRequest& request, Kind kind) {
  auto body = bodyOf(request, kind);
  if (auto* bad = std::get_if<GraphError>(&body)) return answerError(*bad, request);
  auto made = createObject(tenant, request, kind, std::move(std::get<WriteBody>(body)));
  if (auto* bad = std::get_if<GraphError>(&made)) return answerError(*bad, request);
  return answerCreated(tenant, request, std::get<Created>(made));
}

GraphAnswer getObject(Tenant& tenant, const GraphRequest& request, const Object& object) {
  auto read = readListOptions(request, object.kind);
  if (auto* bad = std::get_if<GraphError>(&read)) return answerError(*bad, request);
  const auto& options = std::get<ListOptions>(read);
  GraphAnswer answer = answerJson("");
  JsonWriter json(answer.body);
  json.beginObject();
  if (!request.bare) json.key("@odata.context").string(metadataOf(request, object.kind));
  writeProperties(json, tenant.settings, object, options.view);
  writeExpansions(json, tenant, object, options.expansions);
  json.endObject();
  return answer;
}

GraphAnswer patchObject(Tenant& tenant, const GraphRequest& request, const Object& object) {
  auto body = bodyOf(request, object.kind);
  if (auto* bad = std::get_if<GraphError>(&body)) return answerError(*bad, request);
  if (auto bad = updateObject(tenant, request, object, std::move(std::get<WriteBody>(body)))) {
    return answerError(*bad, request);
  }
  return answerEmpty();
}

GraphAnswer upsertGroup(Tenant& tenant, const GraphRequest& request, const ObjectKey& key) {
  if (!request.prefers("create-if-missing")) return answerError(notFound(key.text), request);
  auto read = bodyOf(request, Kind::kGroup);
  if (auto* bad = std::get_if<GraphError>(&read)) return answerError(*bad, request);
  WriteBody body = std::move(std::get<WriteBody>(read));
  body.set(Property::kUniqueName, Value(key.text));
  auto made = createObject(tenant, request, Kind::kGroup, std::move(body));
  if (auto* bad = std::get_if<GraphError>(&made)) return answerError(*bad, request);
  return answerCreated(tenant, request, std::get<Created>(made));
}

GraphAnswer removeObject(Tenant& tenant, const GraphRequest& request, const Object& object) {
  if (auto bad = deleteObject(tenant, request, object)) return answerError(*bad, request);
  return answerEmpty();
}

}  // namespace tandem::tenant
