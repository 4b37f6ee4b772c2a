// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

// The properties of users, groups, contacts and devices: one table for what exists, of which type,
// how long, who may write it and when it is shown.
namespace tandem::tenant {

enum class Kind : std::uint8_t {
  kUser,
  kGroup,
  kContact,
  kDevice
};
inline constexpr std::size_t kKinds = 4;

std::string_view collectionName(Kind kind);  // "users"
std::string_view typeName(Kind kind);        // "user", as in #microsoft.graph.user
std::string_view resourceName(Kind kind);    // "User", as error messages say it
std::optional<Kind> kindOfCollection(std::string_view segment);  // case-insensitive

enum class PropertyType : std::uint8_t {
  kString,
  kBool,
  kStrings,
  kJson
};

// Numbers are stored: append only.
enum class Property : std::uint8_t {
  kId,
  kDeletedDateTime,
  kCreatedDateTime,
  kAccountEnabled,
  kAgeGroup,
  kBusinessPhones,
  kCity,
  kCompanyName,
  kConsentProvidedForMinor,
  kCountry,
  kDepartment,
  kDisplayName,
  kEmployeeHireDate,
  kEmployeeId,
  kEmployeeLeaveDateTime,
  kEmployeeOrgData,
  kEmployeeType,
  kExternalUserState,
  kFaxNumber,
  kGivenName,
  kIdentities,
  kImAddresses,
  kIsResourceAccount,
  kJobTitle,
  kMail,
  kMailNickname,
  kMobilePhone,
  kOfficeLocation,
  kOnPremisesDistinguishedName,
  kOnPremisesDomainName,
  kOnPremisesImmutableId,
  kOnPremisesLastSyncDateTime,
  kOnPremisesNetBiosName,
  kOnPremisesProvisioningErrors,
  kOnPremisesSamAccountName,
  kOnPremisesSecurityIdentifier,
  kOnPremisesSyncEnabled,
  kOnPremisesUserPrincipalName,
  kOtherMails,
  kPasswordPolicies,
  kPasswordProfile,
  kPostalCode,
  kPreferredDataLocation,
  kPreferredLanguage,
  kProxyAddresses,
  kShowInAddressList,
  kState,
  kStreetAddress,
  kSurname,
  kUsageLocation,
  kUserPrincipalName,
  kUserType,
  kCreationType,
  kLegalAgeGroupClassification,
  kAssignedLicenses,
  kAssignedPlans,
  kProvisionedPlans,
  kServiceProvisioningErrors,
  kSecurityIdentifier,
  kOnPremisesExtensionAttributes,
  kClassification,
  kDescription,
  kExpirationDateTime,
  kGroupTypes,
  kIsAssignableToRole,
  kMailEnabled,
  kMembershipRule,
  kMembershipRuleProcessingState,
  kRenewedDateTime,
  kResourceBehaviorOptions,
  kResourceProvisioningOptions,
  kSecurityEnabled,
  kTheme,
  kUniqueName,
  kVisibility,
  kAddresses,
  kPhones,
  kAlternativeSecurityIds,
  kApproximateLastSignInDateTime,
  kDeviceId,
  kDeviceVersion,
  kIsCompliant,
  kIsManaged,
  kOperatingSystem,
  kOperatingSystemVersion,
  kPhysicalIds,
  kProfileType,
  kSystemLabels,
  kTrustType,
  kManufacturer,
  kModel,
  kExtensionAttribute1,  // …15: inside onPremisesExtensionAttributes
  kExtensionAttribute15 = kExtensionAttribute1 + 14,
  kShadowMail,  // what the source said, before §2.5's calculation; never shown
  kShadowProxyAddresses,
  kShadowMailNickname,
  kCount
};
inline constexpr std::size_t kProperties = static_cast<std::size_t>(Property::kCount);

using PropertySet = std::bitset<kProperties>;

enum PropertyFlag : std::uint16_t {
  kOnUser = 1,
  kOnGroup = 2,
  kOnContact = 4,
  kOnDevice = 8,
  kUserDefault = 16,     // shown on a user without $select
  kSyncOnly = 32,        // written by an app with the tenant's sync permission, nobody else
  kReadOnly = 64,        // written by the tenant alone
  kCloudMastered = 128,  // an ordinary app may write it on a synced object too
  kHidden = 256,         // has no name of its own in requests and answers
  kNotNull = 512,        // cannot be cleared
};

struct PropertyRow {
  Property property;
  std::string_view name;
  PropertyType type;
  std::uint16_t max_length;  // characters, 0: no limit
  std::uint16_t flags;
};

const PropertyRow& rowOf(Property property);
bool exists(Property property, Kind kind);

// Case-insensitive, as Graph matches names. Absent when the kind has no such property.
std::optional<Property> findProperty(Kind kind, std::string_view name);

// "onPremisesExtensionAttributes/extensionAttribute3" and the plain names.
std::optional<Property> findPropertyPath(Kind kind, std::string_view path);
std::optional<Property> findExtensionAttribute(std::string_view name);

const PropertySet& defaultProperties(Kind kind);

}  // namespace tandem::tenant
