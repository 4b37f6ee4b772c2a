// SPDX-License-Identifier: Apache-2.0
// The organization, its open extensions, its domains and its synchronization settings.
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "tenant/graph_api.h"
#include "tenant/json_writer.h"

namespace tandem::tenant {
namespace {

using nlohmann::json;

std::string domainType(const Domain& domain) {
  return domain.is_federated ? "Federated" : "Managed";
}

void writeOrganization(JsonWriter& out, const TenantSettings& settings) {
  out.beginObject();
  out.key("id").string(settings.tenant_id);
  out.key("displayName").string(settings.display_name);
  out.key("createdDateTime").string(isoTime(settings.created));
  out.key("tenantType").string("AAD");
  out.key("onPremisesSyncEnabled");
  settings.last_sync != 0 ? out.boolean(true) : out.null();
  out.key("onPremisesLastSyncDateTime");
  settings.last_sync != 0 ? out.string(isoTime(settings.last_sync)) : out.null();
  out.key("verifiedDomains").beginArray();
  for (const auto& domain : settings.domains) {
    out.beginObject().key("name").string(domain.name);
    out.key("type").string(domainType(domain));
    out.key("isInitial").boolean(domain.is_initial).key("isDefault").boolean(domain.is_default);
    out.key("capabilities").string("Email, OfficeCommunicationsOnline").endObject();
  }
  out.endArray();
  for (const char* list : {"assignedPlans",
                           "provisionedPlans",
                           "businessPhones",
                           "technicalNotificationMails",
                           "marketingNotificationEmails"}) {
    out.key(list).raw("[]");
  }
  out.endObject();
}

void writeDomain(JsonWriter& out, const Domain& domain) {
  out.beginObject().key("id").string(domain.name);
  out.key("authenticationType").string(domainType(domain));
  out.key("isAdminManaged").boolean(true).key("isDefault").boolean(domain.is_default);
  out.key("isInitial").boolean(domain.is_initial).key("isRoot").boolean(true);
  out.key("isVerified").boolean(true);
  out.key("supportedServices").raw("[\"Email\",\"OfficeCommunicationsOnline\"]").endObject();
}

std::string syncDocument(const TenantSettings& settings) {
  return json{{"id", settings.tenant_id},
              {"configuration",
               {{"accidentalDeletionPrevention",
                 {{"synchronizationPreventionType", settings.deletion_prevention},
                  {"alertThreshold", settings.deletion_threshold}}}}},
              {"features", settings.sync_features}}
      .dump();
}

Refusal applySyncPatch(const json& patch, TenantSettings& settings) {
  if (patch.contains("configuration")) {
    const json prevention =
        patch["configuration"].value("accidentalDeletionPrevention", json::object());
    const std::string type =
        prevention.value("synchronizationPreventionType", settings.deletion_prevention);
    if (type != "disabled" && type != "enabledForCount" && type != "enabledForPercentage") {
      return badRequest("Invalid synchronizationPreventionType.");
    }
    settings.deletion_prevention = type;
    settings.deletion_threshold = prevention.value("alertThreshold", settings.deletion_threshold);
  }
  const json features = patch.value("features", json::object());
  for (const auto& item : features.items()) {
    const auto known = settings.sync_features.find(item.key());
    if (known == settings.sync_features.end() || !item.value().is_boolean()) {
      return invalidProperty(item.key());
    }
    known->second = item.value();
  }
  return std::nullopt;
}

GraphAnswer answerSynchronization(Tenant& tenant, const GraphRequest& request) {
  const bool may_read =
      request.mayWriteAsSync() || request.app->hasRole("OnPremDirectorySynchronization.Read.All");
  if (!may_read) return answerError(denied(), request);
  const bool one = request.segments.size() > 2;
  if (one && request.segment(2) != tenant.settings.tenant_id) {
    return answerError(notFound(request.segments[2]), request);
  }
  if (request.method == "GET") {
    const std::string document = syncDocument(tenant.settings);
    return answerJson(one ? document : "{\"value\":[" + document + "]}");
  }
  if (request.method != "PATCH") return answerError(methodNotAllowed(request.method), request);
  if (!request.mayWriteAsSync()) return answerError(denied(), request);
  if (!request.body) return answerError(badRequest("The request needs a JSON body."), request);
  try {
    TenantSettings changed = tenant.settings;
    const json patch = json::parse(std::string(simdjson::minify(*request.body)));
    if (auto bad = applySyncPatch(patch, changed)) return answerError(*bad, request);
    tenant.settings = std::move(changed);
  } catch (const json::exception&) {
    return answerError(badRequest("The body is not of type onPremisesDirectorySynchronization."),
                       request);
  }
  tenant.saveSettings();
  tenant.counters.write("onPremisesSynchronization.update");
  return answerEmpty();
}

std::string etagOf(const OpenExtension& extension) {
  return "W/\"" + std::to_string(extension.version) + "\"";
}

GraphAnswer answerExtension(const OpenExtension& extension,
                            const GraphRequest& request,
                            int status) {
  json document{{"@odata.type", "#microsoft.graph.openTypeExtension"},
                {"extensionName", extension.name},
                {"id", extension.name}};
  if (!request.bare) document["@odata.etag"] = etagOf(extension);
  document.update(json::parse(extension.fields));
  GraphAnswer answer = answerJson(document.dump(), status);
  answer.headers.emplace_back("ETag", etagOf(extension));
  return answer;
}

// The fields of a body, without what names the extension; absent when the body is not an object.
std::optional<json> fieldsOf(const GraphRequest& request) {
  if (!request.body || !request.body->is_object()) return std::nullopt;
  json fields = json::parse(std::string(simdjson::minify(*request.body)), nullptr, false);
  if (!fields.is_object()) return std::nullopt;
  for (const char* name : {"@odata.type", "@odata.etag", "extensionName", "id"})
    fields.erase(name);
  return fields;
}

GraphAnswer createExtension(Tenant& tenant, const GraphRequest& request) {
  std::string_view name;
  const auto fields = fieldsOf(request);
  if (!fields || (*request.body)["extensionName"].get_string().get(name) || name.empty()) {
    return answerError(badRequest("An open extension needs an extensionName."), request);
  }
  if (tenant.extensions.contains(std::string(name))) {
    return answerError(
        {409, "NameAlreadyExists", "An extension already exists with given id.", {}, {}}, request);
  }
  OpenExtension extension{std::string(name), fields->dump(), 1};
  tenant.saveExtension(extension);
  tenant.counters.write("extensions.create");
  GraphAnswer answer = answerExtension(extension, request, 201);
  tenant.extensions.emplace(extension.name, std::move(extension));
  return answer;
}

// [ours] Public Graph documents no If-Match here; this tenant honours it, so that two writers can
// compare and set.
bool matchesEtag(const GraphRequest& request, const OpenExtension& extension) {
  return request.if_match.empty() || request.if_match == "*" ||
         request.if_match == etagOf(extension);
}

GraphAnswer patchExtension(Tenant& tenant, const GraphRequest& request, OpenExtension& extension) {
  const auto fields = fieldsOf(request);
  if (!fields) return answerError(badRequest("The request needs a JSON object."), request);
  json merged = json::parse(extension.fields);
  for (const auto& item : fields->items()) {
    if (item.value().is_null()) {
      merged.erase(item.key());
    } else {
      merged[item.key()] = item.value();
    }
  }
  extension.fields = merged.dump();
  ++extension.version;
  tenant.saveExtension(extension);
  tenant.counters.write("extensions.update");
  GraphAnswer answer = answerEmpty();
  answer.headers.emplace_back("ETag", etagOf(extension));
  return answer;
}

GraphAnswer listExtensions(const Tenant& tenant, const GraphRequest& request) {
  std::string body = "{\"value\":[";
  for (const auto& [name, extension] : tenant.extensions) {
    if (!body.ends_with('[')) body += ',';
    body += answerExtension(extension, request, 200).body;
  }
  return answerJson(body + "]}");
}

}  // namespace

GraphAnswer answerExtensions(Tenant& tenant, const GraphRequest& request) {
  if (request.segments.size() == 3) {
    if (request.method == "GET") return listExtensions(tenant, request);
    if (request.method == "POST") return createExtension(tenant, request);
    return answerError(methodNotAllowed(request.method), request);
  }
  std::string name = request.segments[3];
  // Graph shows the id of some extensions with its type in front.
  constexpr std::string_view kPrefix = "Microsoft.OutlookServices.OpenTypeExtension.";
  if (name.starts_with(kPrefix)) name.erase(0, kPrefix.size());
  const auto found = tenant.extensions.find(name);
  if (found == tenant.extensions.end()) {
    return answerError({404, "ResourceNotFound", "Extension with given id not found.", {}, {}},
                       request);
  }
  if (request.method == "GET") return answerExtension(found->second, request, 200);
  if (!matchesEtag(request, found->second)) {
    return answerError({412,
                        "PreconditionFailed",
                        "The extension has changed since it was read: its ETag is another.",
                        {},
                        {}},
                       request);
  }
  if (request.method == "PATCH") return patchExtension(tenant, request, found->second);
  if (request.method != "DELETE") return answerError(methodNotAllowed(request.method), request);
  tenant.removeExtension(name);
  tenant.extensions.erase(found);
  tenant.counters.write("extensions.delete");
  return answerEmpty();
}

GraphAnswer answerOrganization(Tenant& tenant, const GraphRequest& request) {
  std::string body;
  JsonWriter out(body);
  if (request.segments.size() == 1) {
    if (request.method != "GET") return answerError(methodNotAllowed(request.method), request);
    out.beginObject();
    if (!request.bare)
      out.key("@odata.context").string(request.base_url + "/$metadata#organization");
    out.key("value").beginArray();
    writeOrganization(out, tenant.settings);
    out.endArray().endObject();
    return answerJson(std::move(body));
  }
  if (request.segment(1) != toLowerAscii(tenant.settings.tenant_id)) {
    return answerError(notFound(request.segments[1]), request);
  }
  if (request.segments.size() > 2) {
    if (request.segment(2) == "extensions") return answerExtensions(tenant, request);
    return answerError(unknownSegment(request.segments[2]), request);
  }
  if (request.method != "GET") return answerError(methodNotAllowed(request.method), request);
  writeOrganization(out, tenant.settings);
  return answerJson(std::move(body));
}

GraphAnswer answerDomains(Tenant& tenant, const GraphRequest& request) {
  if (request.method != "GET") return answerError(methodNotAllowed(request.method), request);
  std::string body;
  JsonWriter out(body);
  if (request.segments.size() > 1) {
    for (const auto& domain : tenant.settings.domains) {
      if (domain.name != request.segment(1)) continue;
      writeDomain(out, domain);
      return answerJson(std::move(body));
    }
    return answerError(notFound(request.segments[1]), request);
  }
  out.beginObject().key("value").beginArray();
  for (const auto& domain : tenant.settings.domains)
    writeDomain(out, domain);
  out.endArray().endObject();
  return answerJson(std::move(body));
}

GraphAnswer answerDirectory(Tenant& tenant, const GraphRequest& request) {
  if (request.segment(1) == "deleteditems") return answerDeletedItems(tenant, request);
  if (request.segment(1) == "onpremisessynchronization") {
    return answerSynchronization(tenant, request);
  }
  return answerError(
      unknownSegment(request.segments.size() > 1 ? request.segments[1] : "directory"), request);
}

}  // namespace tandem::tenant
