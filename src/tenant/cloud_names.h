// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tenant/settings.h"

// How Entra derives a synced object's cloud names from what the source says: pure functions.
// Microsoft's pages: "userPrincipalName population" and "proxyAddresses attribute populate".
namespace tandem::tenant {

struct SourceNames {
  std::string_view mail_nickname;
  std::string_view mail;
  std::string_view upn;
  const std::vector<std::string>* proxy_addresses = nullptr;
};

// At first synchronization: the first that is there of nickname, primary SMTP prefix, mail prefix,
// UPN prefix, secondary smtp prefix; characters that no UPN may have are left out.
std::string firstNickname(const SourceNames& names);

// The source's UPN when it is valid and its domain verified, else nickname@initial domain.
std::string cloudUpn(const TenantSettings& settings,
                     std::string_view source_upn,
                     std::string_view nickname);

// "anna1234@initial", with four digits; a plus before them if the tenant says so.
std::string placeholderUpn(const TenantSettings& settings, std::string_view upn, unsigned digits);

// The primary SMTP address without its prefix; empty when there is none.
std::string_view primarySmtp(const std::vector<std::string>& addresses);

// What the cloud keeps of the source's addresses, primary first. `cloud_upn` and `nickname` count
// only in a tenant with mailboxes, for users.
std::vector<std::string> cloudAddresses(const TenantSettings& settings,
                                        const std::vector<std::string>& source_addresses,
                                        std::string_view source_mail,
                                        std::string_view cloud_upn,
                                        std::string_view nickname);

}  // namespace tandem::tenant
