// SPDX-License-Identifier: Apache-2.0
#include "tenant/cloud_names.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "tenant/write_body.h"

namespace tandem::tenant {
namespace {

std::string_view beforeAt(std::string_view text) {
  return text.substr(0, text.find('@'));
}

std::string_view domainOf(std::string_view address) {
  const std::size_t at = address.find('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

std::string upnCharacters(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (isUpnCharacter(c)) kept += c;
  }
  while (kept.ends_with('.'))
    kept.pop_back();
  kept.resize(std::min<std::size_t>(kept.size(), 60));
  return kept;
}

bool isReserved(std::string_view domain) {
  const std::string lower = toLowerAscii(domain);
  return lower.ends_with(".onmicrosoft.com") || lower.ends_with(".microsoftonline.com");
}

bool isLegacyType(std::string_view prefix) {
  static constexpr std::string_view kLegacy[] = {
      "msmail", "x400", "ccmail", "notes", "gwise", "novell", "ms", "cc"};
  return std::any_of(std::begin(kLegacy), std::end(kLegacy), [&](std::string_view type) {
    return equalsIgnoreCaseAscii(prefix, type);
  });
}

bool isGoodMail(const TenantSettings& settings, std::string_view mail) {
  const std::string_view domain = domainOf(mail);
  const bool clean =
      std::all_of(mail.begin(), mail.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!clean || domain.empty() || beforeAt(mail).empty() || isReserved(domain)) return false;
  if (domain.find('@') != std::string_view::npos) return false;
  return !settings.mail_enabled || settings.isVerified(domain);
}

bool isKept(const TenantSettings& settings, std::string_view address) {
  const std::size_t colon = address.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == address.size()) return false;
  const std::string_view prefix = address.substr(0, colon);
  if (isLegacyType(prefix)) return false;
  return !equalsIgnoreCaseAscii(prefix, "smtp") || isGoodMail(settings, address.substr(colon + 1));
}

bool holds(const std::vector<std::string>& addresses, std::string_view address) {
  return std::any_of(addresses.begin(), addresses.end(), [&](const auto& known) {
    return equalsIgnoreCaseAscii(known, address);
  });
}

void addOnce(std::vector<std::string>& addresses, std::string address) {
  if (!holds(addresses, address)) addresses.push_back(std::move(address));
}

void makePrimary(std::vector<std::string>& addresses, std::string_view mail) {
  const std::string primary = "SMTP:" + std::string(mail);
  std::erase_if(addresses,
                [&](const auto& known) { return equalsIgnoreCaseAscii(known, primary); });
  addresses.insert(addresses.begin(), primary);
}

}  // namespace

std::string_view primarySmtp(const std::vector<std::string>& addresses) {
  for (const auto& address : addresses) {
    if (address.starts_with("SMTP:")) return std::string_view(address).substr(5);
  }
  return {};
}

std::string firstNickname(const SourceNames& names) {
  std::string_view secondary;
  std::string_view primary;
  if (names.proxy_addresses) {
    primary = primarySmtp(*names.proxy_addresses);
    for (const auto& address : *names.proxy_addresses) {
      if (address.starts_with("smtp:") && secondary.empty()) {
        secondary = std::string_view(address).substr(5);
      }
    }
  }
  for (const std::string_view source :
       {names.mail_nickname, primary, names.mail, names.upn, secondary}) {
    std::string nickname = upnCharacters(beforeAt(source));
    if (!nickname.empty()) return nickname;
  }
  return "user";
}

std::string cloudUpn(const TenantSettings& settings,
                     std::string_view source_upn,
                     std::string_view nickname) {
  if (isValidUpn(source_upn) && settings.isVerified(domainOf(source_upn))) {
    return std::string(source_upn);
  }
  return std::string(nickname) + "@" + settings.initialDomain();
}

std::string placeholderUpn(const TenantSettings& settings, std::string_view upn, unsigned digits) {
  return fmt::format("{}{}{:04}@{}",
                     beforeAt(upn),
                     settings.placeholder_plus ? "+" : "",
                     digits % 10000,
                     settings.initialDomain());
}

std::vector<std::string> cloudAddresses(const TenantSettings& settings,
                                        const std::vector<std::string>& source_addresses,
                                        std::string_view source_mail,
                                        std::string_view cloud_upn,
                                        std::string_view nickname) {
  std::vector<std::string> addresses;
  for (const auto& address : source_addresses) {
    if (!isKept(settings, address) || holds(addresses, address)) continue;
    // One primary: a second one is kept as secondary.
    if (address.starts_with("SMTP:") && !primarySmtp(addresses).empty()) {
      addresses.push_back("smtp:" + address.substr(5));
    } else {
      addresses.push_back(address);
    }
  }
  if (primarySmtp(addresses).empty() && isGoodMail(settings, source_mail)) {
    makePrimary(addresses, source_mail);
  }
  if (settings.mail_enabled && !cloud_upn.empty()) {
    if (primarySmtp(addresses).empty()) makePrimary(addresses, cloud_upn);
    addOnce(addresses, "smtp:" + std::string(cloud_upn));
    addOnce(addresses, "smtp:" + std::string(nickname) + "@" + settings.initialDomain());
  }
  std::stable_partition(addresses.begin(), addresses.end(), [](const auto& address) {
    return address.starts_with("SMTP:");
  });
  return addresses;
}

}  // namespace tandem::tenant
