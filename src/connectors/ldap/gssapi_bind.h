// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ldap.h>

#include "base/result.h"
#include "connectors/directory_settings.h"

namespace tandem::connectors::ldap {

// Binds by Kerberos with the keytab of the settings; everything after is signed and sealed.
// The ticket cache is in memory and belongs to the calling thread, so that several connectors may
// have identities of their own.
Result<void> bindGssapi(LDAP* handle, const LdapSettings& settings);

}  // namespace tandem::connectors::ldap
