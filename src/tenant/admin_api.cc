// SPDX-License-Identifier: Apache-2.0
#include "tenant/admin_api.h"

#include <mutex>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "tenant/provision.h"
#include "tenant/sync_write.h"

namespace tandem::tenant {
namespace {

using nlohmann::json;
using platform::ServerRequest;
using platform::ServerResponse;

ServerResponse answer(const std::string& body, int status = 200) {
  ServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json; charset=utf-8"},
                      {"Cache-Control", "no-store"}};
  response.body = body;
  return response;
}

ServerResponse refuse(int status, const std::string& message) {
  return answer(json{{"error", message}}.dump(), status);
}

ServerResponse refuse(const Error& error) {
  return refuse(error.code() == ErrorCode::kNotFound ? 404 : 400, error.message());
}

std::string describe(Tenant& tenant) {
  const TenantSettings& settings = tenant.settings;
  json out{{"tenantId", settings.tenant_id},
           {"displayName", settings.display_name},
           {"mailEnabled", settings.mail_enabled},
           {"softDeleteSecurityGroups", settings.soft_delete_security_groups},
           {"placeholderPlus", settings.placeholder_plus},
           {"administrators", settings.administrators},
           {"domains", json::array()},
           {"apps", json::array()}};
  for (const auto& domain : settings.domains) {
    out["domains"].push_back({{"name", domain.name},
                              {"initial", domain.is_initial},
                              {"default", domain.is_default},
                              {"federated", domain.is_federated}});
  }
  for (const auto& app : settings.apps) {
    out["apps"].push_back({{"clientId", app.client_id},
                           {"displayName", app.display_name},
                           {"roles", app.roles},
                           {"secret", !app.secret_sha256.empty()},
                           {"certificates", app.certificates.size()}});
  }
  const ThrottleLimits limits = tenant.throttle.limits();
  out["throttling"] = {{"enabled", limits.enabled},
                       {"writes", limits.writes},
                       {"writeWindowSeconds", limits.write_window},
                       {"resourceUnits", limits.resource_units},
                       {"resourceWindowSeconds", limits.resource_window}};
  for (std::size_t k = 0; k < kKinds; ++k) {
    const auto kind = static_cast<Kind>(k);
    out["objects"][std::string(collectionName(kind))] = {
        {"active", tenant.directory.count(kind, ObjectState::kActive)},
        {"deleted", tenant.directory.count(kind, ObjectState::kSoftDeleted)}};
  }
  return out.dump(2) + "\n";
}

AppRequest appFromJson(const json& in) {
  AppRequest app;
  app.client_id = in.value("clientId", "");
  app.display_name = in.value("displayName", "");
  app.secret = in.value("secret", "");
  app.secret_ends = in.value("secretEnds", std::int64_t{0});
  app.certificates = in.value("certificates", std::vector<std::string>{});
  app.roles = in.value("roles", std::vector<std::string>{});
  app.profile = in.value("profile", "");
  return app;
}

void applyThrottling(const json& in, Throttle& throttle) {
  ThrottleLimits limits = throttle.limits();
  limits.enabled = in.value("enabled", limits.enabled);
  limits.writes = std::max<std::int64_t>(1, in.value("writes", limits.writes));
  limits.write_window =
      std::max<std::int64_t>(1, in.value("writeWindowSeconds", limits.write_window));
  limits.resource_units = in.value("resourceUnits", limits.resource_units);
  limits.resource_window =
      std::max<std::int64_t>(1, in.value("resourceWindowSeconds", limits.resource_window));
  throttle.setLimits(limits);
}

Result<void> applyTenant(const json& in, TenantSettings& settings) {
  for (const auto& item : in.items()) {
    static const std::vector<std::string> kKnown{"displayName",
                                                 "mailEnabled",
                                                 "softDeleteSecurityGroups",
                                                 "placeholderPlus",
                                                 "administrators",
                                                 "domains",
                                                 "removeDomains",
                                                 "apps",
                                                 "throttling"};
    if (std::find(kKnown.begin(), kKnown.end(), item.key()) == kKnown.end()) {
      return Error(ErrorCode::kInvalidArgument, "unknown key '" + item.key() + "'");
    }
  }
  settings.display_name = in.value("displayName", settings.display_name);
  settings.mail_enabled = in.value("mailEnabled", settings.mail_enabled);
  settings.soft_delete_security_groups =
      in.value("softDeleteSecurityGroups", settings.soft_delete_security_groups);
  settings.placeholder_plus = in.value("placeholderPlus", settings.placeholder_plus);
  settings.administrators = in.value("administrators", settings.administrators);
  for (const auto& domain : in.value("domains", json::array())) {
    TRY(putDomain(settings,
                  Domain{domain.value("name", ""),
                         false,
                         domain.value("default", false),
                         domain.value("federated", false)}));
  }
  for (const auto& name : in.value("removeDomains", std::vector<std::string>{})) {
    TRY(removeDomain(settings, name));
  }
  for (const auto& app : in.value("apps", json::array())) {
    TRY(putApp(settings, appFromJson(app)));
  }
  return {};
}

ServerResponse changeTenant(Tenant& tenant, const ServerRequest& request, std::int64_t now_ms) {
  try {
    const json in = json::parse(request.body);
    const std::unique_lock lock(tenant.mutex);
    TenantSettings changed = tenant.settings;
    const auto applied = applyTenant(in, changed);
    if (!applied.ok()) return refuse(applied.error());
    tenant.settings = std::move(changed);
    if (in.contains("throttling")) applyThrottling(in["throttling"], tenant.throttle);
    tenant.saveSettings();
    // A domain that came or went changes the names of synchronized users (§2.4).
    if (in.contains("domains") || in.contains("removeDomains")) {
      retryQuarantined(tenant, now_ms / 1000, true);
    }
    return answer(describe(tenant));
  } catch (const json::exception& problem) {
    return refuse(400, std::string("not the JSON of a tenant: ") + problem.what());
  }
}

ServerResponse answerFaults(Tenant& tenant, const ServerRequest& request) {
  if (request.method == "DELETE") {
    tenant.faults.clear();
  } else if (request.method == "PUT" || request.method == "POST") {
    const auto set = tenant.faults.set(request.body);
    if (!set.ok()) return refuse(set.error());
  } else if (request.method != "GET") {
    return refuse(405, "use GET, PUT or DELETE");
  }
  return answer(tenant.faults.toJson());
}

ServerResponse answerCounters(Tenant& tenant, const ServerRequest& request) {
  if (request.method == "DELETE") tenant.counters.reset();
  return answer(tenant.counters.toJson());
}

}  // namespace

ServerResponse answerAdmin(Tenant& tenant,
                           const ServerRequest& request,
                           const Target& target,
                           std::int64_t now_ms) {
  const std::string what = target.segments.size() > 1 ? toLowerAscii(target.segments[1]) : "";
  const std::string more = target.segments.size() > 2 ? toLowerAscii(target.segments[2]) : "";
  if (what == "counters") return answerCounters(tenant, request);
  if (what == "faults" && more.empty()) return answerFaults(tenant, request);
  if (what == "faults" && more == "expire-delta-tokens" && request.method == "POST") {
    const bool reset = target.query.find("reset").value_or("") == "true";
    tenant.faults.expireDeltaTokens(now_ms, reset);
    return answer("{}");
  }
  if (what == "quarantine" && more == "retry" && request.method == "POST") {
    const std::unique_lock lock(tenant.mutex);
    return answer(json{{"changed", retryQuarantined(tenant, now_ms / 1000, false)}}.dump());
  }
  if (what == "tenant" && (request.method == "POST" || request.method == "PATCH")) {
    return changeTenant(tenant, request, now_ms);
  }
  if (what == "tenant" && request.method == "GET") {
    const std::shared_lock lock(tenant.mutex);
    return answer(describe(tenant));
  }
  return refuse(404,
                "use /tandem/tenant, /tandem/counters, /tandem/faults, "
                "/tandem/faults/expire-delta-tokens or /tandem/quarantine/retry");
}

}  // namespace tandem::tenant
