// SPDX-License-Identifier: Apache-2.0
#include "checks/mail_address.h"

#include <algorithm>

#include <libpsl.h>

#include "base/accents.h"
#include "base/text.h"
#include "checks/characters.h"

namespace tandem::checks {
namespace {

constexpr std::string_view kSmtp = "smtp:";

const CharacterSet& localCharacters() {
  static const CharacterSet kSet = CharacterSet::lettersAndDigits().with("!#$%&'*+/=?^_`{|}~-");
  return kSet;
}

const CharacterSet& labelCharacters() {
  static const CharacterSet kSet = CharacterSet::lettersAndDigits().with("-");
  return kSet;
}

bool isLabel(std::string_view label) {
  if (label.empty() || label.front() == '-' || label.back() == '-') return false;
  return !labelCharacters().inverted().hasAny(label);
}

// Two letters or more; or a name in another script, which is "xn--" and letters and digits.
bool isTopLevelLabel(std::string_view label) {
  if (label.size() < 2 || !isLabel(label)) return false;
  if (equalsIgnoreCaseAscii(label.substr(0, 4), "xn--")) return true;
  return std::none_of(
      label.begin(), label.end(), [](char c) { return c == '-' || (c >= '0' && c <= '9'); });
}

// Single periods only, and none at either end.
std::string withPeriodsInOrder(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '.' || (!out.empty() && out.back() != '.')) out += c;
  }
  while (!out.empty() && out.back() == '.')
    out.pop_back();
  return out;
}

}  // namespace

AddressParts partsOf(std::string_view address) {
  AddressParts parts;
  const std::size_t last = address.rfind('@');
  if (last == std::string_view::npos) {
    parts.local = address;
    return parts;
  }
  parts.local = address.substr(0, last);
  parts.domain = address.substr(last + 1);
  parts.has_form = !parts.local.empty() && !parts.domain.empty() &&
                   parts.local.find('@') == std::string_view::npos;
  return parts;
}

bool isLocalPart(std::string_view local) {
  if (local.empty() || local.front() == '.' || local.back() == '.') return false;
  if (local.find("..") != std::string_view::npos) return false;
  return !localCharacters().with(".").inverted().hasAny(local);
}

bool isDomain(std::string_view domain) {
  const std::size_t last = domain.rfind('.');
  if (last == std::string_view::npos || !isTopLevelLabel(domain.substr(last + 1))) return false;
  for (std::string_view rest = domain.substr(0, last);;) {
    const std::size_t period = rest.find('.');
    if (!isLabel(rest.substr(0, period))) return false;
    if (period == std::string_view::npos) return true;
    rest.remove_prefix(period + 1);
  }
}

bool hasPublicTopLevel(std::string_view domain) {
  const std::size_t period = domain.rfind('.');
  const std::string top =
      toLowerAscii(domain.substr(period == std::string_view::npos ? 0 : period + 1));
  // Without PSL_TYPE_NO_STAR_RULE every unknown label would count as one.
  return psl_is_public_suffix2(
             psl_builtin(), top.c_str(), PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE) == 1;
}

std::string repairedLocalPart(std::string_view local) {
  return withPeriodsInOrder(without(withoutAccents(local), localCharacters().with(".").inverted()));
}

std::string repairedDomain(std::string_view domain) {
  return withPeriodsInOrder(
      without(withoutAccents(domain), labelCharacters().with(".").inverted()));
}

std::string joined(std::string_view local, std::string_view domain) {
  return std::string(local) + "@" + std::string(domain);
}

bool hasSmtpPrefix(std::string_view value) {
  return equalsIgnoreCaseAscii(value.substr(0, kSmtp.size()), kSmtp);
}

std::string_view withoutSmtpPrefix(std::string_view value) {
  return hasSmtpPrefix(value) ? value.substr(kSmtp.size()) : value;
}

}  // namespace tandem::checks
