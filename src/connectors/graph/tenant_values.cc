// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/tenant_values.h"

#include <algorithm>

#include "base/text.h"
#include "directory/record.h"

namespace tandem::connectors::graph {
namespace {

using directory::ValuesView;

// Aliases are cut somewhere from here on; where exactly is not documented.
constexpr std::size_t kAliasCutFrom = 60;

std::string_view textOf(std::string_view image, directory::AttributeId attribute) {
  const std::optional<ValuesView> values = directory::findAttribute(image, attribute);
  return values && !values->isEmpty() ? values->front() : std::string_view();
}

std::vector<std::string_view> textsOf(std::string_view image, directory::AttributeId attribute) {
  std::vector<std::string_view> texts;
  const std::optional<ValuesView> values = directory::findAttribute(image, attribute);
  if (!values) return texts;
  for (const std::string_view value : *values)
    texts.push_back(value);
  return texts;
}

bool isChanged(const StoredQuestion& question) {
  const auto before = directory::findAttribute(question.before, question.attribute);
  const auto now = directory::findAttribute(question.now, question.attribute);
  if (question.before.empty()) return true;
  return before.has_value() != now.has_value() || (before && !(*before == *now));
}

std::string_view localPart(std::string_view address) {
  return address.substr(0, address.rfind('@'));
}

std::string_view domainOf(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

std::string onlyUpnCharacters(std::string_view text) {
  constexpr std::string_view kMarks = "'.-_!#^~";
  std::string kept;
  for (const char c : text) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (is_letter || (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos) kept += c;
  }
  while (kept.ends_with('.'))
    kept.pop_back();
  return kept;
}

bool isReserved(std::string_view domain) {
  const std::string lower = toLowerAscii(domain);
  return lower.ends_with(".onmicrosoft.com") || lower.ends_with(".microsoftonline.com");
}

bool isSmtp(std::string_view address) {
  return equalsIgnoreCaseAscii(address.substr(0, 5), "smtp:");
}

bool isLegacy(std::string_view prefix) {
  constexpr std::string_view kLegacy[] = {
      "msmail", "x400", "ccmail", "notes", "gwise", "novell", "ms", "cc"};
  return std::any_of(std::begin(kLegacy), std::end(kLegacy), [&](std::string_view type) {
    return equalsIgnoreCaseAscii(prefix, type);
  });
}

bool holds(const std::vector<std::string_view>& addresses, std::string_view address) {
  return std::any_of(addresses.begin(), addresses.end(), [&](std::string_view known) {
    return equalsIgnoreCaseAscii(known, address);
  });
}

}  // namespace

TenantValues::TenantValues(const AttributeMap& map, std::string_view verified_domains)
    : user_(map.typeId(Kind::kUser)),
      alias_(map.alias),
      upn_(map.user_principal_name),
      source_upn_(map.on_premises_user_principal_name),
      mail_(map.mail),
      addresses_(map.proxy_addresses) {
  if (!verified_domains.empty()) verified_ = split(verified_domains, ';');
}

bool TenantValues::show(const StoredQuestion& question) const {
  if (question.attribute == alias_) return showsAlias(question);
  if (question.attribute == upn_) return showsUserPrincipalName(question);
  if (question.attribute == mail_) return showsMail(question);
  if (question.attribute == addresses_) return showsAddresses(question);
  return false;
}

bool TenantValues::showsAlias(const StoredQuestion& question) const {
  if (question.type != user_ || !isChanged(question)) return false;
  const std::string_view is = textOf(question.now, alias_);
  const std::string kept = onlyUpnCharacters(localPart(textOf(question.wanted, alias_)));
  if (is.empty() || kept.empty()) return false;
  return equalsIgnoreCaseAscii(is, kept) ||
         (is.size() >= kAliasCutFrom && std::string_view(kept).starts_with(is));
}

bool TenantValues::showsUserPrincipalName(const StoredQuestion& question) const {
  const std::string_view wanted = textOf(question.wanted, upn_);
  const std::string_view is = textOf(question.now, upn_);
  if (wanted.empty() || is.empty()) return false;
  if (textOf(question.now, source_upn_) == wanted) return true;
  return isChanged(question) && equalsIgnoreCaseAscii(domainOf(is), domainOf(wanted)) &&
         equalsIgnoreCaseAscii(localPart(is), onlyUpnCharacters(localPart(wanted)));
}

bool TenantValues::showsMail(const StoredQuestion& question) const {
  if (!isChanged(question)) return false;
  const std::string_view wanted = textOf(question.wanted, mail_);
  const std::string_view is = textOf(question.now, mail_);
  if (!equalsIgnoreCaseAscii(is, primaryIn(question.now))) return false;
  const std::string_view primary = primaryIn(question.wanted);
  if (!primary.empty() && equalsIgnoreCaseAscii(is, primary)) return true;
  if (isGoodMail(wanted)) return equalsIgnoreCaseAscii(is, wanted);
  return is.empty() || isMadeByTenant(is, question.now);
}

bool TenantValues::showsAddresses(const StoredQuestion& question) const {
  if (!isChanged(question)) return false;
  const std::vector<std::string_view> wanted = textsOf(question.wanted, addresses_);
  const std::vector<std::string_view> is = textsOf(question.now, addresses_);
  const bool all_kept = std::all_of(wanted.begin(), wanted.end(), [&](std::string_view address) {
    return holds(is, address) || !isKept(address);
  });
  const std::string_view mail = textOf(question.wanted, mail_);
  const bool none_strange = std::all_of(is.begin(), is.end(), [&](std::string_view address) {
    if (holds(wanted, address)) return true;
    if (!isSmtp(address)) return false;
    const std::string_view plain = address.substr(5);
    return equalsIgnoreCaseAscii(plain, mail) || isMadeByTenant(plain, question.now);
  });
  if (!all_kept || !none_strange) return false;
  // Which of them is the primary one is said by letters' case.
  const std::string_view primary = primaryIn(question.wanted);
  return !isGoodMail(primary) || equalsIgnoreCaseAscii(primary, primaryIn(question.now));
}

bool TenantValues::isGoodMail(std::string_view mail) const {
  const std::string_view domain = domainOf(mail);
  if (domain.empty() || localPart(mail).empty() || isReserved(domain)) return false;
  const bool is_clean =
      std::all_of(mail.begin(), mail.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!is_clean) return false;
  return verified_.empty() ||
         std::any_of(verified_.begin(), verified_.end(), [&](const std::string& one) {
           return equalsIgnoreCaseAscii(one, domain);
         });
}

bool TenantValues::isKept(std::string_view address) const {
  const std::size_t colon = address.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == address.size()) return false;
  if (isSmtp(address)) return isGoodMail(address.substr(5));
  return !isLegacy(address.substr(0, colon));
}

bool TenantValues::isMadeByTenant(std::string_view mail, std::string_view image) const {
  return isReserved(domainOf(mail)) || equalsIgnoreCaseAscii(mail, textOf(image, upn_));
}

// The primary address without its prefix; empty: there is none.
std::string_view TenantValues::primaryIn(std::string_view image) const {
  for (const std::string_view address : textsOf(image, addresses_)) {
    if (address.starts_with("SMTP:")) return address.substr(5);
  }
  return {};
}

}  // namespace tandem::connectors::graph
