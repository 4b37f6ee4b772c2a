// SPDX-License-Identifier: Apache-2.0
#include "web/setup_request.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "home/home.h"

namespace tandem::web {
namespace {

using Json = nlohmann::ordered_json;

Error missing(std::string_view what) {
  return Error(ErrorCode::kInvalidArgument, fmt::format("{} is missing", what));
}

std::string textOf(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Json listOf(const Json& request, const char* name, const std::string& connector) {
  const Json lists = request.value(name, Json::object());
  const Json list = lists.is_object() ? lists.value(connector, Json::array()) : Json::array();
  return list.is_array() ? list : Json::array();
}

// dc1.corp.example.com → corp.example.com: a connector is named for its directory.
std::string domainOf(const std::string& host) {
  const std::size_t dot = host.find('.');
  const bool has_domain = dot != std::string::npos && host.find('.', dot + 1) != std::string::npos;
  return has_domain ? host.substr(dot + 1) : host;
}

class Composer {
 public:
  explicit Composer(const Json& request) : request_(&request) {}

  Result<SetupFiles> compose() {
    Json policy{{"version", policy::kPolicyVersion}};
    const Json tenant = request_->value("tenant", Json());
    policy["identity"] = {{"name", textOf(*request_, "organisation")},
                          {"tenant", tenant.is_object() ? textOf(tenant, "tenant") : ""}};
    const std::string anchor = textOf(*request_, "sourceAnchor");
    policy["sourceAnchor"] = {{"attribute", anchor.empty() ? "automatic" : anchor}};
    const std::string sign_in = textOf(*request_, "signIn");
    if (!sign_in.empty()) policy["signIn"] = {{"method", sign_in}};
    if (request_->contains("optionalFeatures")) {
      policy["optionalFeatures"] = (*request_)["optionalFeatures"];
    }
    policy["connectors"] = Json::array();
    for (const Json& directory : request_->value("directories", Json::array()))
      policy["connectors"].push_back(TRY(directoryOf(directory)));
    if (policy["connectors"].empty()) return missing("a directory to read");
    if (tenant.is_object()) policy["connectors"].push_back(TRY(tenantOf(tenant)));
    files_.settings = policy.dump(2);
    files_.secrets = secrets_.dump();
    return std::move(files_);
  }

 private:
  Result<Json> directoryOf(const Json& directory) {
    const std::string kind = textOf(directory, "kind");
    const std::string host = textOf(directory, "host");
    std::string name = textOf(directory, "name");
    if (kind == "ldif") {
      if (textOf(directory, "folder").empty()) return missing("the folder of LDIF files");
      if (name.empty()) name = "ldif";
      return withScope(Json{{"name", name},
                            {"id", home::newGuid()},
                            {"kind", "ldif"},
                            {"folder", textOf(directory, "folder")}});
    }
    if (host.empty()) return missing("the name of a domain controller or directory server");
    if (textOf(directory, "account").empty()) return missing("the account that reads " + host);
    if (name.empty()) name = domainOf(host);
    const std::string secret = secrets_.contains("directory.password")
                                   ? fmt::format("{}.password", name)
                                   : "directory.password";
    secrets_[secret] = textOf(directory, "password");
    const std::string tls = textOf(directory, "tls");
    Json connector{{"name", name},
                   {"id", home::newGuid()},
                   {"kind", kind.empty() ? "activeDirectory" : kind},
                   {"host", host},
                   {"tls", tls.empty() ? "ldaps" : tls},
                   {"bind", {{"account", textOf(directory, "account")}, {"password", secret}}}};
    const std::string address = textOf(directory, "connectAddress");
    if (!address.empty()) connector["connectAddress"] = address;
    authority(connector, directory, fmt::format("{}-ca.pem", name));
    return withScope(std::move(connector));
  }

  Result<Json> tenantOf(const Json& tenant) {
    for (const char* name : {"tenant", "clientId", "clientSecret"}) {
      if (textOf(tenant, name).empty()) return missing(fmt::format("\"{}\" of the tenant", name));
    }
    secrets_["entra.client-secret"] = textOf(tenant, "clientSecret");
    Json connector{{"name", "entra"},
                   {"id", home::newGuid()},
                   {"kind", "entra"},
                   {"tenantId", textOf(tenant, "tenant")},
                   {"clientId", textOf(tenant, "clientId")},
                   {"credential", {{"clientSecret", "entra.client-secret"}}}};
    if (!textOf(tenant, "loginUrl").empty()) connector["authority"] = textOf(tenant, "loginUrl");
    if (!textOf(tenant, "graphUrl").empty()) connector["graph"] = textOf(tenant, "graphUrl");
    if (tenant.value("syncProfile", false)) connector["profile"] = "sync";
    authority(connector, tenant, "tenant-ca.pem");
    return connector;
  }

  void authority(Json& connector, const Json& from, const std::string& file) {
    const std::string pem = textOf(from, "ca");
    if (pem.empty()) return;
    files_.authorities.emplace(file, pem);
    connector["caFile"] = file;
  }

  // A list that names the topmost itself is the partition's own.
  Json withScope(Json connector) const {
    const std::string name = connector["name"];
    const Json include = listOf(*request_, "include", name);
    const Json exclude = listOf(*request_, "exclude", name);
    const Json tops = listOf(*request_, "partitions", name);
    if (tops.empty()) return connector;
    connector["partitions"] = Json::array();
    for (const Json& top : tops) {
      Json partition{{"dn", top}, {"include", Json::array()}, {"exclude", Json::array()}};
      for (const auto& [list, into] :
           {std::pair(&include, "include"), std::pair(&exclude, "exclude")}) {
        for (const Json& dn : *list) {
          if (endsWith(dn, top)) partition[into].push_back(dn);
        }
      }
      connector["partitions"].push_back(std::move(partition));
    }
    return connector;
  }
  static bool endsWith(const Json& dn, const Json& top) {
    return dn.is_string() && top.is_string() &&
           dn.get<std::string>().ends_with(top.get<std::string>());
  }

  const Json* request_;
  SetupFiles files_;
  Json secrets_ = Json::object();
};

Result<SetupFiles> imported(const Json& request) {
  SetupFiles files;
  const Json& import = request.at("import");
  files.settings = import.is_object() ? textOf(import, "content") : std::string();
  if (files.settings.empty()) return missing("the content of the settings file");
  const Json secrets = request.value("secrets", Json::object());
  files.secrets = secrets.is_object() ? secrets.dump() : "{}";
  return files;
}

}  // namespace

Result<SetupFiles> readSetupRequest(const Json& request) {
  SetupFiles files = request.contains("import") && !request["import"].is_null()
                         ? TRY(imported(request))
                         : TRY(Composer(request).compose());
  files.is_active = request.contains("staging") && request["staging"] == false;
  files.starts_cycle = request.value("startCycle", false);
  return files;
}

}  // namespace tandem::web
