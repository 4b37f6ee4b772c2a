// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/container_list.h"

#include <algorithm>

#include "connectors/ldap/root_dse.h"
#include "connectors/ldap/session.h"
#include "directory/dn.h"

namespace tandem::connectors::ldap {
namespace {

// What people keep accounts in. Not every object that may have children: Active Directory keeps
// some below users and computers.
constexpr const char* kContainers =
    "(|(objectClass=organizationalUnit)(objectClass=container)(objectClass=builtinDomain)"
    "(objectClass=domain)(objectClass=organization)(objectClass=locality)(objectClass=country))";

}  // namespace

Result<std::vector<std::string>> listContainers(const LdapSettings& settings,
                                                const std::string& parent) {
  const auto session = TRY(Session::open(settings));
  if (parent.empty()) {
    if (!settings.base.empty()) return std::vector<std::string>{settings.base};
    return TRY(readRootDse(*session)).partitions();
  }
  SearchRequest request;
  request.base = parent;
  request.scope = LDAP_SCOPE_ONELEVEL;
  request.filter = kContainers;
  request.attributes = {"1.1"};  // none (RFC 4511, 4.5.1.8)
  std::vector<std::string> found;
  SearchHandler handler;
  handler.on_entry = [&](EntryCursor& entry) -> Result<void> {
    found.emplace_back(entry.dn());
    return {};
  };
  TRY(session->searchOk(request, handler));
  std::sort(found.begin(), found.end(), [](const std::string& a, const std::string& b) {
    return directory::dnKey(a) < directory::dnKey(b);
  });
  return found;
}

}  // namespace tandem::connectors::ldap
