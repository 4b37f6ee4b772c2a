// SPDX-License-Identifier: Apache-2.0
#include "checks/attribute_checker.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "checks/mail_address.h"

namespace tandem::checks {
namespace {

using directory::AttributeView;
using directory::RecordReader;
using directory::ValuesView;
using Space = Claim::Space;

constexpr std::pair<std::string_view, ObjectKind> kTypes[] = {
    {"user", kUser}, {"group", kGroup}, {"contact", kContact}};

struct UniqueAttribute {
  Attribute attribute;
  Space space;
};
constexpr UniqueAttribute kUnique[] = {{Attribute::kUserPrincipalName, Space::kAddress},
                                       {Attribute::kMail, Space::kAddress},
                                       {Attribute::kProxyAddresses, Space::kAddress},
                                       {Attribute::kAlias, Space::kAlias},
                                       {Attribute::kSamAccountName, Space::kAccountName},
                                       {Attribute::kTargetAddress, Space::kTargetAddress},
                                       {Attribute::kSourceAnchor, Space::kAnchor}};

void addClaims(const Subject& subject, const UniqueAttribute& unique, std::vector<Claim>& found) {
  // An account's name matters where nothing else says who it is.
  if (unique.space == Space::kAccountName && subject.has(Attribute::kUserPrincipalName)) return;
  for (const std::string_view value : subject.values(unique.attribute)) {
    Claim claim{unique.space, unique.attribute, {}, value};
    const bool is_address = unique.space == Space::kAddress;
    if (is_address && unique.attribute == Attribute::kProxyAddresses && !hasSmtpPrefix(value))
      claim.space = Space::kOtherAddress;
    foldCaseInto(is_address ? withoutSmtpPrefix(value) : value, claim.folded);
    if (!claim.folded.empty()) found.push_back(std::move(claim));
  }
}

// Whose finding it is, when another object claims the same in the given attribute.
std::string_view duplicateId(const Claim& claim, const Rival& rival) {
  const bool rival_signs_in = rival.attribute == Attribute::kUserPrincipalName;
  switch (claim.attribute) {
    case Attribute::kUserPrincipalName:
      return rival_signs_in ? "userPrincipalName-duplicate" : "userPrincipalName-address";
    case Attribute::kMail:
      return rival_signs_in ? "mail-sign-in" : "mail-duplicate";
    case Attribute::kProxyAddresses:
      return rival_signs_in ? "proxyAddresses-sign-in" : "proxyAddresses-duplicate";
    case Attribute::kAlias:
      return "alias-duplicate";
    case Attribute::kSamAccountName:
      return "accountName-duplicate";
    case Attribute::kTargetAddress:
      return "targetAddress-duplicate";
    case Attribute::kSourceAnchor:
      return claim.value == rival.value ? "sourceAnchor-duplicate" : "sourceAnchor-letter-case";
    case Attribute::kDisplayName:
    case Attribute::kGivenName:
    case Attribute::kSurname:
    case Attribute::kCommonName:
      return {};
  }
  return {};
}

}  // namespace

std::int64_t Claim::hash() const {
  return static_cast<std::int64_t>(hash64(folded, static_cast<std::uint64_t>(space) + 1));
}

AttributeChecker::AttributeChecker(const directory::AttributeTable& attributes,
                                   const directory::NameTable& object_types,
                                   TenantFacts facts,
                                   const std::vector<std::string>& ignored)
    : facts_(std::move(facts)) {
  for (std::size_t i = 0; i < kAttributeNames.size(); ++i) {
    if (const auto id = attributes.find(kAttributeNames[i]))
      attributes_.emplace_back(*id, static_cast<Attribute>(i));
  }
  std::sort(attributes_.begin(), attributes_.end());
  for (const auto& [name, kind] : kTypes) {
    const std::uint32_t id = object_types.find(name);
    if (id != 0) kinds_.emplace_back(id, kind);
  }
  for (const Check& check : allChecks()) {
    if (std::find(ignored.begin(), ignored.end(), check.id) != ignored.end()) continue;
    (check.fault == Fault::kDuplicate ? duplicates_
                                      : checks_[static_cast<std::size_t>(check.attribute)])
        .push_back(&check);
  }
}

std::optional<ObjectKind> AttributeChecker::kindOf(ObjectTypeId type) const {
  for (const auto& [id, kind] : kinds_) {
    if (id == type.raw()) return kind;
  }
  return std::nullopt;
}

bool AttributeChecker::isChecked(ObjectTypeId type) const {
  return kindOf(type).has_value();
}

bool AttributeChecker::read(ObjectTypeId type, std::string_view image, Subject& subject) const {
  const std::optional<ObjectKind> kind = kindOf(type);
  if (!kind) return false;
  subject.clear();
  subject.kind = *kind;
  subject.tenant = &facts_;
  auto known = attributes_.begin();  // both ascend
  RecordReader reader(image);
  while (const std::optional<AttributeView> attribute = reader.next()) {
    while (known != attributes_.end() && known->first < attribute->id)
      ++known;
    if (known == attributes_.end()) break;
    if (known->first == attribute->id) subject.set(known->second, attribute->values);
  }
  return true;
}

void AttributeChecker::check(ObjectTypeId type,
                             std::string_view image,
                             const FindRivals& rivals,
                             std::vector<Finding>& found) const {
  found.clear();
  Subject subject;
  if (!read(type, image, subject)) return;
  for (std::size_t i = 0; i < kAttributeNames.size(); ++i) {
    const auto attribute = static_cast<Attribute>(i);
    if (checks_[i].empty()) continue;
    for (const std::string_view value : subject.values(attribute))
      checkValue(subject, attribute, value, found);
    if (!subject.has(attribute)) checkValue(subject, attribute, {}, found);
  }
  std::vector<Claim> mine;
  for (const UniqueAttribute& unique : kUnique)
    addClaims(subject, unique, mine);
  for (const Claim& claim : mine) {
    const std::vector<Rival> others = rivals(claim);
    if (!others.empty()) checkRivals(subject, claim, others, found);
  }
}

void AttributeChecker::checkValue(const Subject& subject,
                                  Attribute attribute,
                                  std::string_view value,
                                  std::vector<Finding>& found) const {
  const std::size_t before = found.size();
  std::string current(value);
  bool can_repair = true;
  for (const Check* check : checks_[static_cast<std::size_t>(attribute)]) {
    if ((check->kinds & subject.kind) == 0) continue;
    const bool is_absent = value.empty();
    if (is_absent && check->fault != Fault::kBlank) continue;
    const Verdict verdict = check->look(subject, current);
    if (!verdict.wrong) continue;
    found.push_back({check, std::string(value), verdict.suggestion, {}, {}});
    if (verdict.suggestion == Suggestion::kEdit) {
      current = verdict.value;
    } else {
      can_repair = false;
    }
  }
  // All that is wrong with a value is repaired at once, or a person has to look.
  for (std::size_t i = before; i < found.size(); ++i) {
    Finding& finding = found[i];
    if (finding.suggestion != Suggestion::kEdit) continue;
    if (can_repair) finding.suggested = current;
    if (!can_repair || current == value) finding.suggestion = Suggestion::kNone;
  }
}

void AttributeChecker::checkRivals(const Subject& subject,
                                   const Claim& claim,
                                   const std::vector<Rival>& rivals,
                                   std::vector<Finding>& found) const {
  const Check* worst = nullptr;
  const Rival* by = nullptr;
  for (const Rival& rival : rivals) {
    const Check* const check = duplicateCheck(duplicateId(claim, rival));
    if (check == nullptr || (check->kinds & subject.kind) == 0) continue;
    if (worst != nullptr && worst->severity >= check->severity) continue;
    worst = check;
    by = &rival;
  }
  if (worst == nullptr) return;
  const Verdict verdict = worst->look(subject, claim.value);
  found.push_back({worst, std::string(claim.value), verdict.suggestion, verdict.value, by->object});
}

const Check* AttributeChecker::duplicateCheck(std::string_view id) const {
  const auto found = std::find_if(
      duplicates_.begin(), duplicates_.end(), [&](const Check* check) { return check->id == id; });
  return found == duplicates_.end() ? nullptr : *found;
}

void AttributeChecker::claims(ObjectTypeId type,
                              std::string_view image,
                              std::vector<Claim>& found) const {
  found.clear();
  Subject subject;
  if (!read(type, image, subject)) return;
  for (const UniqueAttribute& unique : kUnique)
    addClaims(subject, unique, found);
}

std::string describe(const Finding& finding) {
  return fmt::format(
      "{} {} ({})", nameOf(finding.check->attribute), finding.check->wrong, finding.check->id);
}

}  // namespace tandem::checks
