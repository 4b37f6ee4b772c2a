// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/root_dse.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"
#include "base/time_text.h"
#include "directory/dn.h"

namespace tandem::connectors::ldap {
namespace {

constexpr std::string_view kActiveDirectoryOid = "1.2.840.113556.1.4.800";

std::string firstValue(const EntryCursor::Attribute& attribute) {
  if (attribute.values == nullptr || attribute.values->bv_val == nullptr) return "";
  return {attribute.values->bv_val, attribute.values->bv_len};
}

std::vector<std::string> allValues(const EntryCursor::Attribute& attribute) {
  std::vector<std::string> values;
  for (const berval* v = attribute.values; v != nullptr && v->bv_val != nullptr; ++v)
    values.emplace_back(v->bv_val, v->bv_len);
  return values;
}

void readInto(const EntryCursor::Attribute& attribute, RootDse& root) {
  const std::string name = toLowerAscii(attribute.name);
  if (name == "namingcontexts") root.naming_contexts = allValues(attribute);
  if (name == "supportedcontrol") root.controls = allValues(attribute);
  if (name == "defaultnamingcontext") root.default_context = firstValue(attribute);
  if (name == "rootdomainnamingcontext") root.root_context = firstValue(attribute);
  if (name == "configurationnamingcontext") root.configuration_context = firstValue(attribute);
  if (name == "schemanamingcontext") root.schema_context = firstValue(attribute);
  if (name == "subschemasubentry") root.subschema_entry = firstValue(attribute);
  if (name == "dsservicename") root.service_name = firstValue(attribute);
  if (name == "currenttime") root.current_time = parseGeneralizedTime(firstValue(attribute));
  if (name == "highestcommittedusn") {
    const auto usn = parseInteger(firstValue(attribute));
    root.highest_usn = usn && *usn > 0 ? static_cast<std::uint64_t>(*usn) : 0;
  }
  if (name == "supportedcapabilities") {
    const auto values = allValues(attribute);
    root.is_active_directory =
        std::find(values.begin(), values.end(), kActiveDirectoryOid) != values.end();
  }
}

}  // namespace

bool RootDse::supports(std::string_view control) const {
  return std::find(controls.begin(), controls.end(), control) != controls.end();
}

std::vector<std::string> RootDse::partitions() const {
  std::vector<std::string> result;
  for (const std::string& context : naming_contexts) {
    const std::string key = directory::dnKey(context);
    const std::string lower = toLowerAscii(context);
    if (key == directory::dnKey(configuration_context)) continue;
    if (key == directory::dnKey(schema_context)) continue;
    if (lower.starts_with("dc=domaindnszones,") || lower.starts_with("dc=forestdnszones,"))
      continue;
    result.push_back(context);
  }
  return result;
}

Result<RootDse> readRootDse(Session& session) {
  RootDse root;
  SearchRequest request;
  request.scope = LDAP_SCOPE_BASE;
  request.attributes = {"namingContexts",
                        "supportedControl",
                        "supportedCapabilities",
                        "defaultNamingContext",
                        "rootDomainNamingContext",
                        "configurationNamingContext",
                        "schemaNamingContext",
                        "subschemaSubentry",
                        "dsServiceName",
                        "currentTime",
                        "highestCommittedUSN"};
  SearchHandler handler;
  handler.on_entry = [&](EntryCursor& entry) -> Result<void> {
    EntryCursor::Attribute attribute;
    while (entry.next(attribute))
      readInto(attribute, root);
    return {};
  };
  TRY_DOING(session.searchOk(request, handler), "reading what the server says about itself");
  if (root.naming_contexts.empty()) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("{} names no naming context: is it an LDAP directory, and may this "
                             "account read its root DSE?",
                             whereOf(session.settings())));
  }
  return root;
}

Result<bool> canSeeDeletions(Session& session, const std::string& partition) {
  SearchRequest request;
  request.base = "CN=Deleted Objects," + partition;
  request.scope = LDAP_SCOPE_BASE;
  request.attributes = {"objectClass"};
  request.controls = {showDeletedControl()};
  bool seen = false;
  SearchHandler handler;
  handler.on_entry = [&](EntryCursor& entry) -> Result<void> {
    // Samba names the container to those who may not read it, too, but without attributes.
    EntryCursor::Attribute attribute;
    while (entry.next(attribute))
      seen = seen || attribute.values != nullptr;
    return {};
  };
  const SearchAnswer answer = TRY(session.search(request, handler));
  return seen && answer.code == LDAP_SUCCESS;
}

Result<std::string> readInvocationId(Session& session, const RootDse& root) {
  SearchRequest request;
  request.base = root.service_name;
  request.scope = LDAP_SCOPE_BASE;
  request.attributes = {"invocationId"};
  std::string id;
  SearchHandler handler;
  handler.on_entry = [&](EntryCursor& entry) -> Result<void> {
    EntryCursor::Attribute attribute;
    while (entry.next(attribute))
      if (equalsIgnoreCaseAscii(attribute.name, "invocationId")) id = firstValue(attribute);
    return {};
  };
  TRY_DOING(session.searchOk(request, handler), "reading the identity of the domain controller");
  if (id.empty()) {
    return Error(ErrorCode::kPermissionDenied,
                 fmt::format("invocationId of {} cannot be read: changes cannot be followed by "
                             "uSNChanged without it",
                             root.service_name));
  }
  return toHex(id);
}

}  // namespace tandem::connectors::ldap
