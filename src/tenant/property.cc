// SPDX-License-Identifier: Apache-2.0
#include "tenant/property.h"

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "base/text.h"

namespace tandem::tenant {
namespace {

using P = Property;
constexpr auto S = PropertyType::kString;
constexpr auto B = PropertyType::kBool;
constexpr auto L = PropertyType::kStrings;
constexpr auto J = PropertyType::kJson;
constexpr std::uint16_t U = kOnUser;
constexpr std::uint16_t G = kOnGroup;
constexpr std::uint16_t C = kOnContact;
constexpr std::uint16_t D = kOnDevice;
constexpr std::uint16_t All = U | G | C | D;

// Lengths: spec of Graph's user and group resource pages. Sync-only: what public Graph calls
// read-only for apps, and this tenant's own sync permission opens.
const PropertyRow kRows[] = {
    {P::kId, "id", S, 0, All | kUserDefault | kReadOnly},
    {P::kDeletedDateTime, "deletedDateTime", S, 0, All | kReadOnly},
    {P::kCreatedDateTime, "createdDateTime", S, 0, U | G | kReadOnly},
    {P::kAccountEnabled, "accountEnabled", B, 0, U | D | kNotNull},
    {P::kAgeGroup, "ageGroup", S, 64, U | kCloudMastered},
    {P::kBusinessPhones, "businessPhones", L, 64, U | kUserDefault},
    {P::kCity, "city", S, 128, U},
    {P::kCompanyName, "companyName", S, 64, U | C},
    {P::kConsentProvidedForMinor, "consentProvidedForMinor", S, 64, U | kCloudMastered},
    {P::kCountry, "country", S, 128, U},
    {P::kDepartment, "department", S, 64, U | C},
    {P::kDisplayName, "displayName", S, 256, All | kUserDefault | kNotNull},
    {P::kEmployeeHireDate, "employeeHireDate", S, 64, U},
    {P::kEmployeeId, "employeeId", S, 16, U},
    {P::kEmployeeLeaveDateTime, "employeeLeaveDateTime", S, 64, U},
    {P::kEmployeeOrgData, "employeeOrgData", J, 0, U},
    {P::kEmployeeType, "employeeType", S, 128, U},
    {P::kExternalUserState, "externalUserState", S, 0, U | kReadOnly},
    {P::kFaxNumber, "faxNumber", S, 64, U},
    {P::kGivenName, "givenName", S, 64, U | C | kUserDefault},
    {P::kIdentities, "identities", J, 0, U | kCloudMastered},
    {P::kImAddresses, "imAddresses", L, 256, U | kReadOnly},
    {P::kIsResourceAccount, "isResourceAccount", B, 0, U | kReadOnly},
    {P::kJobTitle, "jobTitle", S, 128, U | C | kUserDefault},
    {P::kMail, "mail", S, 256, U | G | C | kUserDefault},
    {P::kMailNickname, "mailNickname", S, 64, U | G | C},
    {P::kMobilePhone, "mobilePhone", S, 64, U | kUserDefault},
    {P::kOfficeLocation, "officeLocation", S, 128, U | kUserDefault},
    {P::kOnPremisesDistinguishedName, "onPremisesDistinguishedName", S, 0, U | G | C | kSyncOnly},
    {P::kOnPremisesDomainName, "onPremisesDomainName", S, 256, U | G | kSyncOnly},
    {P::kOnPremisesImmutableId, "onPremisesImmutableId", S, 256, U | G | C},
    {P::kOnPremisesLastSyncDateTime, "onPremisesLastSyncDateTime", S, 0, All | kSyncOnly},
    {P::kOnPremisesNetBiosName, "onPremisesNetBiosName", S, 64, G | kSyncOnly},
    {P::kOnPremisesProvisioningErrors, "onPremisesProvisioningErrors", J, 0, U | G | C | kReadOnly},
    {P::kOnPremisesSamAccountName, "onPremisesSamAccountName", S, 256, U | G | kSyncOnly},
    {P::kOnPremisesSecurityIdentifier,
     "onPremisesSecurityIdentifier",
     S,
     256,
     U | G | D | kSyncOnly},
    {P::kOnPremisesSyncEnabled, "onPremisesSyncEnabled", B, 0, All | kSyncOnly},
    {P::kOnPremisesUserPrincipalName, "onPremisesUserPrincipalName", S, 256, U | kSyncOnly},
    {P::kOtherMails, "otherMails", L, 250, U | kCloudMastered},
    {P::kPasswordPolicies, "passwordPolicies", S, 256, U | kCloudMastered},
    {P::kPasswordProfile, "passwordProfile", J, 0, U | kCloudMastered},
    {P::kPostalCode, "postalCode", S, 40, U},
    {P::kPreferredDataLocation, "preferredDataLocation", S, 64, U | G | kCloudMastered},
    {P::kPreferredLanguage, "preferredLanguage", S, 64, U | G | kUserDefault},
    {P::kProxyAddresses, "proxyAddresses", L, 256, U | G | C | kSyncOnly},
    {P::kShowInAddressList, "showInAddressList", B, 0, U | kCloudMastered},
    {P::kState, "state", S, 128, U},
    {P::kStreetAddress, "streetAddress", S, 1024, U},
    {P::kSurname, "surname", S, 64, U | C | kUserDefault},
    {P::kUsageLocation, "usageLocation", S, 2, U | kCloudMastered | kNotNull},
    {P::kUserPrincipalName, "userPrincipalName", S, 113, U | kUserDefault | kNotNull},
    {P::kUserType, "userType", S, 64, U},
    {P::kCreationType, "creationType", S, 0, U | kReadOnly},
    {P::kLegalAgeGroupClassification, "legalAgeGroupClassification", S, 0, U | kReadOnly},
    {P::kAssignedLicenses, "assignedLicenses", J, 0, U | G | kReadOnly},
    {P::kAssignedPlans, "assignedPlans", J, 0, U | kReadOnly},
    {P::kProvisionedPlans, "provisionedPlans", J, 0, U | kReadOnly},
    {P::kServiceProvisioningErrors, "serviceProvisioningErrors", J, 0, U | G | C | kReadOnly},
    {P::kSecurityIdentifier, "securityIdentifier", S, 0, U | G | kReadOnly},
    {P::kOnPremisesExtensionAttributes, "onPremisesExtensionAttributes", J, 0, U},
    {P::kClassification, "classification", S, 256, G},
    {P::kDescription, "description", S, 1024, G},
    {P::kExpirationDateTime, "expirationDateTime", S, 0, G | kReadOnly},
    {P::kGroupTypes, "groupTypes", L, 64, G},
    {P::kIsAssignableToRole, "isAssignableToRole", B, 0, G},
    {P::kMailEnabled, "mailEnabled", B, 0, G | kNotNull},
    {P::kMembershipRule, "membershipRule", S, 3072, G},
    {P::kMembershipRuleProcessingState, "membershipRuleProcessingState", S, 64, G},
    {P::kRenewedDateTime, "renewedDateTime", S, 0, G | kReadOnly},
    {P::kResourceBehaviorOptions, "resourceBehaviorOptions", L, 256, G},
    {P::kResourceProvisioningOptions, "resourceProvisioningOptions", L, 256, G},
    {P::kSecurityEnabled, "securityEnabled", B, 0, G | kNotNull},
    {P::kTheme, "theme", S, 64, G},
    {P::kUniqueName, "uniqueName", S, 128, G | kCloudMastered | kNotNull},
    {P::kVisibility, "visibility", S, 64, G},
    {P::kAddresses, "addresses", J, 0, C},
    {P::kPhones, "phones", J, 0, C},
    {P::kAlternativeSecurityIds, "alternativeSecurityIds", J, 0, D},
    {P::kApproximateLastSignInDateTime, "approximateLastSignInDateTime", S, 64, D},
    {P::kDeviceId, "deviceId", S, 64, D},
    {P::kDeviceVersion, "deviceVersion", J, 0, D},
    {P::kIsCompliant, "isCompliant", B, 0, D | kCloudMastered},
    {P::kIsManaged, "isManaged", B, 0, D | kCloudMastered},
    {P::kOperatingSystem, "operatingSystem", S, 256, D},
    {P::kOperatingSystemVersion, "operatingSystemVersion", S, 256, D},
    {P::kPhysicalIds, "physicalIds", L, 1024, D},
    {P::kProfileType, "profileType", S, 64, D},
    {P::kSystemLabels, "systemLabels", L, 256, D},
    {P::kTrustType, "trustType", S, 64, D | kSyncOnly},
    {P::kManufacturer, "manufacturer", S, 256, D},
    {P::kModel, "model", S, 256, D},
};

constexpr std::string_view kExtensionPrefix = "extensionattribute";

std::vector<PropertyRow> makeTable() {
  static constexpr std::string_view kNames[] = {"extensionAttribute1",
                                                "extensionAttribute2",
                                                "extensionAttribute3",
                                                "extensionAttribute4",
                                                "extensionAttribute5",
                                                "extensionAttribute6",
                                                "extensionAttribute7",
                                                "extensionAttribute8",
                                                "extensionAttribute9",
                                                "extensionAttribute10",
                                                "extensionAttribute11",
                                                "extensionAttribute12",
                                                "extensionAttribute13",
                                                "extensionAttribute14",
                                                "extensionAttribute15"};
  std::vector<PropertyRow> table(std::begin(kRows), std::end(kRows));
  for (const auto& name : kNames) {
    table.push_back({static_cast<P>(table.size()), name, S, 1024, U | kHidden});
  }
  table.push_back({P::kShadowMail, "shadowMail", S, 0, U | G | C | kHidden});
  table.push_back({P::kShadowProxyAddresses, "shadowProxyAddresses", L, 0, U | G | C | kHidden});
  table.push_back({P::kShadowMailNickname, "shadowMailNickname", S, 0, U | G | C | kHidden});
  TANDEM_CHECK(table.size() == kProperties);
  for (std::size_t i = 0; i < table.size(); ++i) {
    TANDEM_CHECK(static_cast<std::size_t>(table[i].property) == i);
  }
  return table;
}

const std::vector<PropertyRow>& table() {
  static const std::vector<PropertyRow> rows = makeTable();
  return rows;
}

std::uint16_t flagOf(Kind kind) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(kind));
}

using NameMap = std::unordered_map<std::string, Property>;

// As Graph writes them, which is how nearly every client does: no lower case to be made.
const std::unordered_map<std::string_view, Property>& exactNames() {
  static const std::unordered_map<std::string_view, Property> map = [] {
    std::unordered_map<std::string_view, Property> made;
    for (const auto& row : table()) {
      if ((row.flags & kHidden) == 0) made.emplace(row.name, row.property);
    }
    return made;
  }();
  return map;
}

const NameMap& names() {
  static const NameMap map = [] {
    NameMap made;
    for (const auto& row : table()) {
      if ((row.flags & kHidden) == 0) made.emplace(toLowerAscii(row.name), row.property);
    }
    return made;
  }();
  return map;
}

}  // namespace

std::string_view collectionName(Kind kind) {
  static constexpr std::string_view kNames[] = {"users", "groups", "contacts", "devices"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view typeName(Kind kind) {
  static constexpr std::string_view kNames[] = {"user", "group", "orgContact", "device"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view resourceName(Kind kind) {
  static constexpr std::string_view kNames[] = {"User", "Group", "OrgContact", "Device"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<Kind> kindOfCollection(std::string_view segment) {
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (equalsIgnoreCaseAscii(segment, collectionName(static_cast<Kind>(i)))) {
      return static_cast<Kind>(i);
    }
  }
  return std::nullopt;
}

const PropertyRow& rowOf(Property property) {
  return table()[static_cast<std::size_t>(property)];
}

bool exists(Property property, Kind kind) {
  return (rowOf(property).flags & flagOf(kind)) != 0;
}

std::optional<Property> findProperty(Kind kind, std::string_view name) {
  const auto exact = exactNames().find(name);
  if (exact != exactNames().end()) {
    return exists(exact->second, kind) ? std::optional(exact->second) : std::nullopt;
  }
  const auto found = names().find(toLowerAscii(name));
  if (found == names().end() || !exists(found->second, kind)) return std::nullopt;
  return found->second;
}

std::optional<Property> findExtensionAttribute(std::string_view name) {
  const std::string lower = toLowerAscii(name);
  if (!lower.starts_with(kExtensionPrefix)) return std::nullopt;
  const auto number = parseInteger(std::string_view(lower).substr(kExtensionPrefix.size()));
  if (!number || *number < 1 || *number > 15) return std::nullopt;
  return static_cast<Property>(static_cast<std::int64_t>(Property::kExtensionAttribute1) + *number -
                               1);
}

std::optional<Property> findPropertyPath(Kind kind, std::string_view path) {
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return findProperty(kind, path);
  if (findProperty(kind, path.substr(0, slash)) != Property::kOnPremisesExtensionAttributes) {
    return std::nullopt;
  }
  return findExtensionAttribute(path.substr(slash + 1));
}

const PropertySet& defaultProperties(Kind kind) {
  static const std::array<PropertySet, kKinds> sets = [] {
    std::array<PropertySet, kKinds> made;
    for (std::size_t k = 0; k < kKinds; ++k) {
      for (const auto& row : table()) {
        const bool shown =
            k == 0 ? (row.flags & kUserDefault) != 0 : exists(row.property, static_cast<Kind>(k));
        const bool ours = k != 0 && (row.property == Property::kOnPremisesImmutableId ||
                                     row.property == Property::kOnPremisesDistinguishedName);
        if (shown && (row.flags & kHidden) == 0 && !ours) {
          made[k].set(static_cast<std::size_t>(row.property));
        }
      }
    }
    return made;
  }();
  return sets[static_cast<std::size_t>(kind)];
}

}  // namespace tandem::tenant
