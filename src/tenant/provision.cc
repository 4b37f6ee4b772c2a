// SPDX-License-Identifier: Apache-2.0
#include "tenant/provision.h"

#include <algorithm>

#include "base/text.h"
#include "platform/signing.h"
#include "tenant/guid.h"

namespace tandem::tenant {

Result<void> putDomain(TenantSettings& settings, Domain domain) {
  if (!isDomainName(domain.name)) {
    return Error(ErrorCode::kInvalidArgument,
                 "'" + domain.name + "' is not a domain name; write it as contoso.example");
  }
  domain.name = toLowerAscii(domain.name);
  if (domain.is_default) {
    for (auto& other : settings.domains)
      other.is_default = false;
  }
  for (auto& known : settings.domains) {
    if (known.name != domain.name) continue;
    domain.is_initial = known.is_initial;
    known = domain;
    return {};
  }
  settings.domains.push_back(std::move(domain));
  return {};
}

Result<void> removeDomain(TenantSettings& settings, const std::string& name) {
  const auto found =
      std::find_if(settings.domains.begin(), settings.domains.end(), [&](const Domain& domain) {
        return equalsIgnoreCaseAscii(domain.name, name);
      });
  if (found == settings.domains.end()) {
    return Error(ErrorCode::kNotFound, "the tenant has no domain '" + name + "'");
  }
  if (found->is_initial) {
    return Error(ErrorCode::kInvalidArgument, "the initial domain cannot be removed");
  }
  const bool was_default = found->is_default;
  settings.domains.erase(found);
  if (was_default) settings.domains.front().is_default = true;
  return {};
}

Result<std::string> putApp(TenantSettings& settings, const AppRequest& request) {
  App app;
  if (const App* known = settings.findApp(request.client_id)) {
    app = *known;
  } else {
    app.client_id = request.client_id.empty() ? Guid::random().toString() : request.client_id;
    app.object_id = Guid::random().toString();
    app.display_name = "Tandem";
  }
  if (!Guid::parse(app.client_id)) {
    return Error(ErrorCode::kInvalidArgument,
                 "'" + app.client_id + "' is not a client id; write a GUID with its dashes");
  }
  app.client_id = toLowerAscii(app.client_id);
  if (!request.display_name.empty()) app.display_name = request.display_name;
  if (!request.secret.empty()) {
    app.secret_sha256 = platform::sha256(request.secret);
    app.secret_ends = request.secret_ends;
  }
  if (!request.certificates.empty()) app.certificates.clear();
  for (const auto& pem : request.certificates) {
    const auto prints = TRY(platform::certificateThumbprints(pem));
    app.certificates.push_back({pem, prints.sha1, prints.sha256});
  }
  if (!request.profile.empty()) {
    const auto roles = rolesOfProfile(request.profile);
    if (!roles) {
      return Error(ErrorCode::kInvalidArgument,
                   "unknown profile '" + request.profile + "'; use graph or sync");
    }
    app.roles = *roles;
  }
  if (!request.roles.empty()) app.roles = request.roles;
  std::erase_if(settings.apps, [&](const App& known) { return known.client_id == app.client_id; });
  settings.apps.push_back(app);
  return app.client_id;
}

}  // namespace tandem::tenant
