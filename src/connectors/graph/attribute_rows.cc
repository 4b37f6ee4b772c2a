// SPDX-License-Identifier: Apache-2.0
//
// The table itself. Names on the left are Entra Connect's; lengths are those of Graph's reference
// pages. What is "sync only" is read-only for applications in Microsoft's public API.
#include "connectors/graph/attribute_map.h"

namespace tandem::connectors::graph {
namespace {

constexpr std::uint8_t kU = kOnUser;
constexpr std::uint8_t kG = kOnGroup;
constexpr std::uint8_t kC = kOnContact;
constexpr std::uint8_t kUG = kU | kG;
constexpr std::uint8_t kUC = kU | kC;
constexpr std::uint8_t kAll = kU | kG | kC;
constexpr auto kExact = Comparison::kExact;
constexpr auto kNoCase = Comparison::kIgnoreCase;
constexpr auto kDecides = Comparison::kServiceDecides;
constexpr auto kApp = Writable::kAnywhere;
constexpr auto kSync = Writable::kSyncOnly;
constexpr auto kNever = Writable::kNever;

// mail and proxyAddresses: the service lower-cases, sorts, drops reserved and unverified addresses
// and computes the primary one, so what comes back is its decision. So are a user's names: from
// userPrincipalName and alias it drops characters that it does not allow. Where a value was
// quarantined as a duplicate, the reader reports the quarantined value, so that it does not look
// like a difference.
constexpr AttributeRow kRows[] = {
    {"cloudAnchor", "id", kAll, Shape::kComputed, kNever},
    {"cloudMastered", "", kAll, Shape::kComputed, kNever},
    {"sourceAnchor", "", kAll, Shape::kAnchor, kApp, 0, kExact, false},
    {"accountEnabled", "accountEnabled", kU, Shape::kBoolean, kApp, 0, kExact, false},
    {"userPrincipalName", "userPrincipalName", kU, Shape::kText, kApp, 113, kDecides, false},
    {"displayName", "displayName", kAll, Shape::kText, kApp, 256, kExact, false},
    {"alias", "mailNickname", kAll, Shape::kText, kApp, 64, kDecides, false},
    {"givenName", "givenName", kUC, Shape::kText, kApp, 64},
    {"surname", "surname", kUC, Shape::kText, kApp, 64},
    {"mail", "mail", kU, Shape::kText, kApp, 256, kDecides},
    {"mail", "mail", kG | kC, Shape::kText, kSync, 256, kDecides},
    {"proxyAddresses", "proxyAddresses", kAll, Shape::kTextList, kSync, 256, kDecides},
    {"city", "city", kU, Shape::kText, kApp, 128},
    {"state", "state", kU, Shape::kText, kApp, 128},
    {"country", "country", kU, Shape::kText, kApp, 128},
    {"streetAddress", "streetAddress", kU, Shape::kText, kApp, 1024},
    {"postalCode", "postalCode", kU, Shape::kText, kApp, 40},
    {"physicalDeliveryOfficeName", "officeLocation", kU, Shape::kText, kApp, 128},
    {"company", "companyName", kUC, Shape::kText, kApp, 64},
    {"department", "department", kUC, Shape::kText, kApp, 64},
    {"title", "jobTitle", kUC, Shape::kText, kApp, 128},
    {"employeeID", "employeeId", kU, Shape::kText, kApp, 16},
    {"employeeType", "employeeType", kU, Shape::kText, kApp, 128},
    {"telephoneNumber", "businessPhones", kU, Shape::kFirstOfList, kApp, 64},
    {"mobile", "mobilePhone", kU, Shape::kText, kApp, 64},
    {"facsimileTelephoneNumber", "faxNumber", kU, Shape::kText, kApp, 64},
    {"preferredLanguage", "preferredLanguage", kU, Shape::kText, kApp, 64, kNoCase},
    {"usageLocation", "usageLocation", kU, Shape::kText, kApp, 2, kNoCase, false},
    {"userType", "userType", kU, Shape::kText, kApp, 64, kNoCase},
    {"onPremisesSamAccountName", "onPremisesSamAccountName", kUG, Shape::kText, kSync, 256},
    {"onPremiseSecurityIdentifier", "onPremisesSecurityIdentifier", kUG, Shape::kSid, kSync, 256},
    {"dnsDomainName", "onPremisesDomainName", kUG, Shape::kText, kSync, 256, kNoCase},
    {"netBiosName", "onPremisesNetBiosName", kG, Shape::kText, kSync, 64, kNoCase},
    {"onPremisesUserPrincipalName",
     "onPremisesUserPrincipalName",
     kU,
     Shape::kText,
     kSync,
     256,
     kDecides},
    {"onPremisesDistinguishedName", "onPremisesDistinguishedName", kU, Shape::kText, kSync},
    {"extensionAttribute1", "extensionAttribute1", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute2", "extensionAttribute2", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute3", "extensionAttribute3", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute4", "extensionAttribute4", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute5", "extensionAttribute5", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute6", "extensionAttribute6", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute7", "extensionAttribute7", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute8", "extensionAttribute8", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute9", "extensionAttribute9", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute10", "extensionAttribute10", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute11", "extensionAttribute11", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute12", "extensionAttribute12", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute13", "extensionAttribute13", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute14", "extensionAttribute14", kU, Shape::kExtension, kApp, 1024},
    {"extensionAttribute15", "extensionAttribute15", kU, Shape::kExtension, kApp, 1024},
    {"telephoneNumber", "business", kC, Shape::kPhone, kSync, 64},
    {"mobile", "mobile", kC, Shape::kPhone, kSync, 64},
    {"facsimileTelephoneNumber", "businessFax", kC, Shape::kPhone, kSync, 64},
    {"city", "city", kC, Shape::kAddress, kSync, 128},
    {"state", "state", kC, Shape::kAddress, kSync, 128},
    {"country", "countryOrRegion", kC, Shape::kAddress, kSync, 128},
    {"streetAddress", "street", kC, Shape::kAddress, kSync, 1024},
    {"postalCode", "postalCode", kC, Shape::kAddress, kSync, 40},
    {"physicalDeliveryOfficeName", "officeLocation", kC, Shape::kAddress, kSync, 128},
    {"description", "description", kG, Shape::kText, kApp, 1024},
    {"securityEnabled", "securityEnabled", kG, Shape::kBoolean, kApp, 0, kExact, false},
    {"manager", "manager", kU, Shape::kReference, kApp},
    {"member", "members", kG, Shape::kReference, kApp},
    // What Entra Connect's rules send and Graph has no property for. Rules may name them; nothing
    // is exported and nothing stays pending.
    {"commonName", "", kAll, Shape::kNoPlace, kNever},
    {"countryCode", "", kUC, Shape::kNoPlace, kNever},
    {"countryLetterCode", "", kUC, Shape::kNoPlace, kNever},
    {"description", "", kUC, Shape::kNoPlace, kNever},
    {"dnsDomainName", "", kC, Shape::kNoPlace, kNever},
    {"homePhone", "", kUC, Shape::kNoPlace, kNever},
    {"info", "", kAll, Shape::kNoPlace, kNever},
    {"initials", "", kUC, Shape::kNoPlace, kNever},
    {"ipPhone", "", kUC, Shape::kNoPlace, kNever},
    {"lastPasswordChangeTimestamp", "", kU, Shape::kNoPlace, kNever},
    {"legacyExchangeDN", "", kAll, Shape::kNoPlace, kNever},
    {"mailEnabled", "mailEnabled", kG, Shape::kBoolean, kNever},
    {"middleName", "", kUC, Shape::kNoPlace, kNever},
    {"msExchHideFromAddressLists", "", kAll, Shape::kNoPlace, kNever},
    {"msExchMailboxGuid", "", kU, Shape::kNoPlace, kNever},
    {"msExchRecipientDisplayType", "", kAll, Shape::kNoPlace, kNever},
    {"msExchRecipientTypeDetails", "", kAll, Shape::kNoPlace, kNever},
    {"msExchRemoteRecipientType", "", kU, Shape::kNoPlace, kNever},
    {"otherFacsimileTelephoneNumber", "", kUC, Shape::kNoPlace, kNever},
    {"otherHomePhone", "", kUC, Shape::kNoPlace, kNever},
    {"otherIpPhone", "", kUC, Shape::kNoPlace, kNever},
    {"otherMobile", "", kUC, Shape::kNoPlace, kNever},
    {"otherPager", "", kUC, Shape::kNoPlace, kNever},
    {"otherTelephone", "", kUC, Shape::kNoPlace, kNever},
    {"pager", "", kUC, Shape::kNoPlace, kNever},
    {"postOfficeBox", "", kUC, Shape::kNoPlace, kNever},
    {"preferredLanguage", "", kC, Shape::kNoPlace, kNever},
    {"targetAddress", "", kUC, Shape::kNoPlace, kNever},
    {"telephoneAssistant", "", kUC, Shape::kNoPlace, kNever},
    {"thumbnailPhoto", "", kUC, Shape::kNoPlace, kNever},
    {"url", "", kUC, Shape::kNoPlace, kNever},
    {"userCertificate", "", kUC, Shape::kNoPlace, kNever},
    {"userSMIMECertificate", "", kUC, Shape::kNoPlace, kNever},
    {"wWWHomePage", "", kUC, Shape::kNoPlace, kNever},
};

}  // namespace

std::span<const AttributeRow> attributeRows() {
  return kRows;
}

}  // namespace tandem::connectors::graph
