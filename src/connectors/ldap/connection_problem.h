// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/error.h"
#include "connectors/directory_settings.h"
#include "platform/tls_probe.h"

namespace tandem::connectors::ldap {

// libldap answers "Can't contact LDAP server" to every TLS failure; these look for the reason.
Error explainTlsFailure(const LdapSettings& settings, int code, std::string_view diagnostic);
Error explainBindFailure(const LdapSettings& settings, int code, std::string_view diagnostic);

// The probe of the connection's own certificate, as the settings say.
platform::TlsProbeRequest tlsProbeOf(const LdapSettings& settings);

// "data 533" in Active Directory's answer to a bind: what the account's state is; "" when there is
// none.
std::string_view accountStateOf(std::string_view diagnostic);

}  // namespace tandem::connectors::ldap
