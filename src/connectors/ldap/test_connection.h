// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/connector.h"
#include "connectors/ldap/root_dse.h"
#include "connectors/ldap/session.h"

namespace tandem::connectors::ldap {

// Step by step, until one refuses: names, connect, TLS, clock, sign in, partitions, rights.
std::vector<TestFinding> testConnection(const LdapSettings& settings, std::int64_t now);

// "2.5.13", as loaded.
std::string libraryVersion();

// nETBIOSName of a domain, from the forest's list of partitions; "" when it is not there.
Result<std::string> readNetbiosName(Session& session, const RootDse& root, const std::string& dn);

}  // namespace tandem::connectors::ldap
