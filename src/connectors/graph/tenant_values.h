// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/graph/attribute_map.h"
#include "connectors/stored_values.h"

namespace tandem::connectors::graph {

// What a tenant makes of the names and addresses of a synchronized object. Microsoft documents it
// under "Microsoft Entra UserPrincipalName population" and "How the proxyAddresses attribute is
// populated":
//
//   alias              loses what a user principal name may not hold
//   userPrincipalName  of an unverified domain, or with such characters: alias@initial domain. What
//                      the source said stays readable as onPremisesUserPrincipalName
//   proxyAddresses     lose reserved and legacy ones, and those of unverified domains; with a
//                      mailbox they gain the user principal name and alias@initial domain
//   mail               is the primary one of those
class TenantValues final : public StoredValues {
 public:
  // verified_domains: separated by ";"; empty: not known, and then no address was dropped for it.
  TenantValues(const AttributeMap& map, std::string_view verified_domains);

  bool show(const StoredQuestion& question) const override;

 private:
  bool showsAlias(const StoredQuestion& question) const;
  bool showsUserPrincipalName(const StoredQuestion& question) const;
  bool showsMail(const StoredQuestion& question) const;
  bool showsAddresses(const StoredQuestion& question) const;
  bool isGoodMail(std::string_view mail) const;
  bool isKept(std::string_view address) const;
  bool isMadeByTenant(std::string_view mail, std::string_view image) const;
  std::string_view primaryIn(std::string_view image) const;

  directory::ObjectTypeId user_;
  directory::AttributeId alias_, upn_, source_upn_, mail_, addresses_;
  std::vector<std::string> verified_;
};

}  // namespace tandem::connectors::graph
