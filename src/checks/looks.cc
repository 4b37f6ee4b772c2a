// SPDX-License-Identifier: Apache-2.0
#include "checks/looks.h"

#include <algorithm>

#include "base/accents.h"
#include "base/text.h"
#include "checks/characters.h"
#include "checks/mail_address.h"

namespace tandem::checks {
namespace {

constexpr std::size_t kAliasMax = 64;
constexpr std::size_t kNameMax = 256;
constexpr std::size_t kLocalMax = 64;
constexpr std::size_t kDomainMax = 48;
constexpr std::size_t kUserAccountMax = 20;
constexpr std::size_t kAccountMax = 256;
constexpr std::size_t kAnchorEnd = 60;

Verdict without(const CharacterSet& unwanted, std::string_view value) {
  if (!unwanted.hasAny(value)) return fine();
  return editTo(checks::without(withoutAccents(value), unwanted));
}

// Of "smtp:" and "smtp" both; which letter case says whether it is the primary address.
std::string_view typeOf(std::string_view value) {
  const std::size_t colon = value.find(':');
  return colon == std::string_view::npos ? std::string_view() : value.substr(0, colon);
}

bool isDirectoryName(std::string_view value) {
  const std::string type = toLowerAscii(typeOf(value));
  return type == "x400" || type == "x.400" || type == "x500" || type == "x.500";
}

// The value's address, when it is one of mail: what has another type is judged by other checks.
bool isMailOf(std::string_view value) {
  return typeOf(value).empty() || hasSmtpPrefix(value);
}

std::string withPrefixOf(std::string_view value, std::string address) {
  return hasSmtpPrefix(value) ? std::string(value.substr(0, value.find(':') + 1)) + address
                              : address;
}

const CharacterSet& nameSet(std::string_view kind) {
  // Microsoft's lists; IdFix calls them Constants.Invalid….
  static const CharacterSet kAlias =
      CharacterSet::of("\\!#$%&*+/=?^`{}|~<>()';:,[]\"@").withSpaces().withBeyondAscii();
  static const CharacterSet kGroupAlias =
      CharacterSet::of("@()\\[]\";:<>,").withSpaces().withBeyondAscii();
  static const CharacterSet kAccount = CharacterSet::of("\\\"|,/[]:<>+=;?*");
  // ConvertToBase64 makes + / and =, which the tenant takes as the form of what is not text.
  static const CharacterSet kAnchor =
      CharacterSet::of("\\!#$%&*?^`{}|~<>()';:,[]\"@_").withSpaces().withBeyondAscii();
  if (kind == "alias") return kAlias;
  if (kind == "group alias") return kGroupAlias;
  return kind == "account" ? kAccount : kAnchor;
}

}  // namespace

Verdict fine() {
  return {};
}

Verdict editTo(std::string value) {
  if (value.empty()) return wrongWithout();
  return {true, Suggestion::kEdit, std::move(value)};
}

Verdict wrongWithout() {
  return {true, Suggestion::kNone, {}};
}

template <std::size_t kMax>
Verdict longerThan(const Subject& object, std::string_view value) {
  static_cast<void>(object);
  if (value.size() <= kMax || lengthOf(value) <= kMax) return fine();
  return editTo(cutTo(value, kMax));
}
template Verdict longerThan<64>(const Subject&, std::string_view);
template Verdict longerThan<113>(const Subject&, std::string_view);
template Verdict longerThan<255>(const Subject&, std::string_view);
template Verdict longerThan<256>(const Subject&, std::string_view);

Verdict outerSpace(const Subject&, std::string_view value) {
  const std::string_view trimmed = trimAscii(value);
  return trimmed.size() == value.size() ? fine() : editTo(std::string(trimmed));
}

Verdict absentName(const Subject& object, std::string_view value) {
  if (!trimAscii(value).empty()) return fine();
  return editTo(cutTo(object.first(Attribute::kCommonName), kNameMax));
}

Verdict absentAlias(const Subject& object, std::string_view value) {
  if (!value.empty()) return fine();
  const std::string_view given = object.first(Attribute::kGivenName);
  const std::string_view surname = object.first(Attribute::kSurname);
  std::string made(object.first(Attribute::kSamAccountName));
  if (made.empty()) made = object.first(Attribute::kCommonName);
  if (!given.empty() && !surname.empty()) made = std::string(given) + "." + std::string(surname);
  return editTo(cutTo(checks::without(withoutAccents(made), nameSet("alias")), kAliasMax));
}

Verdict absentUserPrincipalName(const Subject&, std::string_view value) {
  return value.empty() ? wrongWithout() : fine();
}

Verdict absentTargetAddress(const Subject& object, std::string_view value) {
  if (!value.empty()) return fine();
  const std::string_view mail = object.first(Attribute::kMail);
  return mail.empty() ? wrongWithout() : editTo("SMTP:" + std::string(mail));
}

Verdict leadingPeriod(const Subject& object, std::string_view value) {
  const std::size_t first = value.find_first_not_of('.');
  if (first == 0 || value.empty()) return fine();
  if (first == std::string_view::npos)
    return editTo(std::string(object.first(Attribute::kCommonName)));
  return editTo(std::string(value.substr(first)));
}

Verdict trailingPeriod(const Subject&, std::string_view value) {
  const std::size_t last = value.find_last_not_of('.');
  if (last == std::string_view::npos || last + 1 == value.size()) return fine();
  return editTo(std::string(value.substr(0, last + 1)));
}

Verdict aliasCharacters(const Subject&, std::string_view value) {
  return without(nameSet("alias"), value);
}

Verdict groupAliasCharacters(const Subject&, std::string_view value) {
  return without(nameSet("group alias"), value);
}

Verdict accountNameCharacters(const Subject&, std::string_view value) {
  return without(nameSet("account"), value);
}

Verdict accountNameLength(const Subject& object, std::string_view value) {
  const std::size_t max = object.kind == kUser ? kUserAccountMax : kAccountMax;
  return lengthOf(value) <= max ? fine() : editTo(cutTo(value, max));
}

Verdict anchorCharacters(const Subject&, std::string_view value) {
  // An anchor must not be repaired: it is what ties the object to its account for good.
  return nameSet("anchor").hasAny(value) ? wrongWithout() : fine();
}

Verdict anchorLength(const Subject&, std::string_view value) {
  return lengthOf(value) < kAnchorEnd ? fine() : wrongWithout();
}

Verdict localPartLength(const Subject&, std::string_view value) {
  const AddressParts parts = partsOf(value);
  if (!parts.has_form || lengthOf(parts.local) <= kLocalMax) return fine();
  return editTo(joined(repairedLocalPart(cutTo(parts.local, kLocalMax)), parts.domain));
}

Verdict domainLength(const Subject&, std::string_view value) {
  const AddressParts parts = partsOf(value);
  return !parts.has_form || lengthOf(parts.domain) <= kDomainMax ? fine() : wrongWithout();
}

Verdict userNameCharacters(const Subject&, std::string_view value) {
  static const CharacterSet kUnwanted =
      CharacterSet::lettersAndDigits().with("'.-_!#^~@").inverted();
  return without(kUnwanted, value);
}

Verdict apostrophe(const Subject&, std::string_view value) {
  static const CharacterSet kApostrophe = CharacterSet::of("'");
  return without(kApostrophe, value);
}

Verdict userNameEnd(const Subject&, std::string_view value) {
  const AddressParts parts = partsOf(value);
  if (!parts.has_form || parts.local.back() != '.') return fine();
  return editTo(joined(repairedLocalPart(parts.local), parts.domain));
}

Verdict unverifiedDomain(const Subject& object, std::string_view value) {
  if (object.tenant == nullptr || object.tenant->verified_domains.empty()) return fine();
  const AddressParts parts = partsOf(value);
  if (!parts.has_form) return fine();
  const auto& verified = object.tenant->verified_domains;
  const bool known = std::any_of(verified.begin(), verified.end(), [&](const std::string& domain) {
    return equalsIgnoreCaseAscii(domain, parts.domain);
  });
  return known ? fine() : wrongWithout();
}

Verdict mailCharacters(const Subject&, std::string_view value) {
  static const CharacterSet kUnwanted = CharacterSet().withSpaces().withBeyondAscii();
  return without(kUnwanted, value);
}

Verdict smtpCharacters(const Subject&, std::string_view value) {
  static const CharacterSet kUnwanted = CharacterSet::of("<>();,[]\"\\").withSpaces();
  return hasSmtpPrefix(value) ? without(kUnwanted, value) : fine();
}

Verdict x500Characters(const Subject&, std::string_view value) {
  static const CharacterSet kUnwanted = CharacterSet::of("\f\n\r\t\v[]\"'");
  if (!isDirectoryName(value) || !kUnwanted.hasAny(value)) return fine();
  return editTo(checks::without(value, kUnwanted));  // its accents are in order
}

Verdict otherTypeCharacters(const Subject&, std::string_view value) {
  static const CharacterSet kUnwanted = CharacterSet::of("<>(),[]\"").withSpaces();
  if (typeOf(value).empty() || hasSmtpPrefix(value) || isDirectoryName(value)) return fine();
  return without(kUnwanted, value);
}

Verdict secondColon(const Subject&, std::string_view value) {
  const std::size_t first = value.find(':');
  if (first == std::string_view::npos || value.find(':', first + 1) == std::string_view::npos)
    return fine();
  static const CharacterSet kColon = CharacterSet::of(":");
  return editTo(std::string(value.substr(0, first + 1)) +
                checks::without(value.substr(first + 1), kColon));
}

Verdict typeMissing(const Subject&, std::string_view value) {
  const std::size_t colon = value.find(':');
  if (colon != 0 && colon != std::string_view::npos) return fine();
  const std::string_view rest = colon == 0 ? value.substr(1) : value;
  return partsOf(rest).has_form ? editTo("smtp:" + std::string(rest)) : wrongWithout();
}

Verdict secondPrimary(const Subject& object, std::string_view value) {
  const auto isPrimary = [](std::string_view one) { return one.substr(0, 5) == "SMTP:"; };
  if (!isPrimary(value)) return fine();
  for (const std::string_view other : object.values(Attribute::kProxyAddresses)) {
    if (other == value) return fine();  // the first in order of bytes may stay
    if (isPrimary(other)) return editTo("smtp:" + std::string(value.substr(5)));
  }
  return fine();
}

Verdict addressForm(const Subject&, std::string_view value) {
  if (!isMailOf(value)) return fine();
  const std::string_view address = withoutSmtpPrefix(value);
  if (partsOf(address).has_form) return fine();
  // All but the last @ can go; an address without any has nothing to be made of.
  const AddressParts parts = partsOf(address);
  if (parts.local.empty() || parts.domain.empty()) return wrongWithout();
  return editTo(withPrefixOf(value, joined(repairedLocalPart(parts.local), parts.domain)));
}

Verdict addressLocalPart(const Subject&, std::string_view value) {
  const AddressParts parts = partsOf(withoutSmtpPrefix(value));
  if (!isMailOf(value) || !parts.has_form || isLocalPart(parts.local)) return fine();
  const std::string local = repairedLocalPart(parts.local);
  if (local.empty()) return wrongWithout();
  return editTo(withPrefixOf(value, joined(local, parts.domain)));
}

Verdict addressDomain(const Subject&, std::string_view value) {
  const AddressParts parts = partsOf(withoutSmtpPrefix(value));
  if (!isMailOf(value) || !parts.has_form || isDomain(parts.domain)) return fine();
  const std::string domain = repairedDomain(parts.domain);
  if (!isDomain(domain)) return wrongWithout();
  return editTo(withPrefixOf(value, joined(parts.local, domain)));
}

Verdict addressTopLevel(const Subject&, std::string_view value) {
  const AddressParts parts = partsOf(withoutSmtpPrefix(value));
  if (!isMailOf(value) || !parts.has_form || !isDomain(parts.domain)) return fine();
  return hasPublicTopLevel(parts.domain) ? fine() : wrongWithout();
}

Verdict leaveWithAlias(const Subject& object, std::string_view) {
  return {true, object.has(Attribute::kAlias) ? Suggestion::kLeave : Suggestion::kNone, {}};
}

Verdict duplicateProxy(const Subject& object, std::string_view value) {
  if (!object.has(Attribute::kAlias)) return {true, Suggestion::kRemove, {}};
  return {true, value.substr(0, 5) == "smtp:" ? Suggestion::kLeave : Suggestion::kNone, {}};
}

Verdict decide(const Subject&, std::string_view) {
  return wrongWithout();
}

}  // namespace tandem::checks
