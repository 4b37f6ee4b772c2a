// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "base/check.h"
#include "base/time_text.h"
#include "connectors/entry/entry_reader.h"
#include "connectors/ldap/connection_problem.h"
#include "connectors/ldap/controls.h"
#include "connectors/ldap/ldap_schema.h"
#include "connectors/ldap/root_dse.h"
#include "connectors/ldap/watermark.h"

// Every value of a directory's answer that we take apart ourselves.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* octets, std::size_t size) {
  namespace ldap_values = tandem::connectors::ldap;  // plain `ldap` is a struct of libldap
  namespace entry = tandem::connectors::entry;
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  const ldap_values::AttributeName name = ldap_values::splitRange(text);
  TANDEM_CHECK(text.starts_with(name.name));
  if (name.has_range && name.last) TANDEM_CHECK(*name.last >= name.first);
  if (const auto answer = ldap_values::readDirSyncAnswer(text)) {
    TANDEM_CHECK(answer->cookie.size() < size);
  }
  if (const auto cookie = ldap_values::readPagedCookie(text)) TANDEM_CHECK(cookie->size() < size);
  if (const auto state = ldap_values::readSyncState(text))
    TANDEM_CHECK(state->entry_uuid.size() == 16);
  static_cast<void>(ldap_values::readSyncDone(text));
  if (const auto info = ldap_values::readSyncInfo(text)) {
    TANDEM_CHECK(info->entry_uuids.size() * 16 <= size);
  }
  const entry::ExtendedDn extended = entry::splitExtendedDn(text);
  TANDEM_CHECK(extended.anchor.empty() || extended.anchor.size() == 16);
  TANDEM_CHECK(text.ends_with(extended.dn));
  static_cast<void>(ldap_values::parseAttributeType(text));
  static_cast<void>(tandem::parseGeneralizedTime(text));
  static_cast<void>(ldap_values::accountStateOf(text));
  if (const auto mark = ldap_values::LdapWatermark::parse(text)) {
    TANDEM_CHECK(ldap_values::LdapWatermark::parse(mark->toText()).has_value());
  }
  return 0;
}
