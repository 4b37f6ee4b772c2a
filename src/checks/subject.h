// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/attribute_table.h"
#include "directory/record.h"

namespace tandem::checks {

using directory::AttributeId;

// What checks look at, or take a suggestion from. The names are those of the tenant's connector
// space; kAttributeNames has them in this order.
enum class Attribute : std::uint8_t {
  kUserPrincipalName,
  kMail,
  kAlias,
  kProxyAddresses,
  kDisplayName,
  kGivenName,
  kSurname,
  kSamAccountName,
  kTargetAddress,
  kSourceAnchor,
  kCommonName,
};
inline constexpr std::array<std::string_view, 11> kAttributeNames{"userPrincipalName",
                                                                  "mail",
                                                                  "alias",
                                                                  "proxyAddresses",
                                                                  "displayName",
                                                                  "givenName",
                                                                  "surname",
                                                                  "onPremisesSamAccountName",
                                                                  "targetAddress",
                                                                  "sourceAnchor",
                                                                  "commonName"};
constexpr std::string_view nameOf(Attribute attribute) {
  return kAttributeNames[static_cast<std::size_t>(attribute)];
}

// Bits, so that a check can be for several.
enum ObjectKind : std::uint8_t {
  kUser = 1,
  kGroup = 2,
  kContact = 4
};

// What is known of the tenant beside its objects.
struct TenantFacts {
  std::vector<std::string> verified_domains;  // lower case; empty: not known
};

// One object as it is to be exported: a view, as long-lived as the record's bytes.
class Subject {
 public:
  ObjectKind kind = kUser;
  const TenantFacts* tenant = nullptr;

  void clear() { values_.fill(directory::ValuesView()); }
  void set(Attribute attribute, const directory::ValuesView& values) {
    values_[static_cast<std::size_t>(attribute)] = values;
  }
  const directory::ValuesView& values(Attribute attribute) const {
    return values_[static_cast<std::size_t>(attribute)];
  }
  bool has(Attribute attribute) const { return !values(attribute).isEmpty(); }
  // Empty when there is none.
  std::string_view first(Attribute attribute) const {
    return has(attribute) ? values(attribute).front() : std::string_view();
  }

 private:
  std::array<directory::ValuesView, kAttributeNames.size()> values_;
};

}  // namespace tandem::checks
