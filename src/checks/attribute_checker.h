// SPDX-License-Identifier: Apache-2.0
//
// Runs the table's checks over one object as it is to be exported. Whether another object has a
// value too is answered by somebody who knows all of them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checks/check_table.h"
#include "directory/attribute_table.h"
#include "directory/ids.h"

namespace tandem::checks {

using directory::ConnectorObjectId;
using directory::ObjectTypeId;

// A value that only one object of a tenant can have. Values of one space collide whatever attribute
// they stand in: an address in mail and in proxyAddresses is one address.
struct Claim {
  enum class Space : std::uint8_t {
    kAddress,  // mail, proxyAddresses of smtp, and user principal names
    kOtherAddress,
    kAlias,
    kAccountName,
    kTargetAddress,
    kAnchor
  };
  Space space = Space::kAddress;
  Attribute attribute = Attribute::kMail;
  std::string folded;
  std::string_view value;  // as it stands in the record

  // Of space and folded: equal for all that collide.
  std::int64_t hash() const;
};

struct Finding {
  const Check* check = nullptr;
  std::string value;  // empty: absent
  Suggestion suggestion = Suggestion::kNone;
  std::string suggested;    // kEdit
  ConnectorObjectId other;  // duplicates: one of those that have it too
};

// Another object that claims the same: with the claim's hash, space and folded value.
struct Rival {
  ConnectorObjectId object;
  Attribute attribute = Attribute::kMail;
  std::string value;
};
using FindRivals = std::function<std::vector<Rival>(const Claim& claim)>;

class AttributeChecker {
 public:
  // ignored: ids of checks that do not count.
  AttributeChecker(const directory::AttributeTable& attributes,
                   const directory::NameTable& object_types,
                   TenantFacts facts,
                   const std::vector<std::string>& ignored = {});

  // Types other than users, groups and contacts have no checks.
  bool isChecked(ObjectTypeId type) const;
  void check(ObjectTypeId type,
             std::string_view image,
             const FindRivals& rivals,
             std::vector<Finding>& found) const;
  void claims(ObjectTypeId type, std::string_view image, std::vector<Claim>& found) const;

 private:
  std::optional<ObjectKind> kindOf(ObjectTypeId type) const;
  bool read(ObjectTypeId type, std::string_view image, Subject& subject) const;
  void checkValue(const Subject& subject,
                  Attribute attribute,
                  std::string_view value,
                  std::vector<Finding>& found) const;
  void checkRivals(const Subject& subject,
                   const Claim& claim,
                   const std::vector<Rival>& rivals,
                   std::vector<Finding>& found) const;
  const Check* duplicateCheck(std::string_view id) const;

  TenantFacts facts_;
  std::vector<std::pair<AttributeId, Attribute>> attributes_;  // ascending by id
  std::vector<std::pair<std::int64_t, ObjectKind>> kinds_;
  std::array<std::vector<const Check*>, kAttributeNames.size()> checks_;  // but for duplicates
  std::vector<const Check*> duplicates_;
};

// "userPrincipalName has a period right before the @ (userPrincipalName-end)"
std::string describe(const Finding& finding);

}  // namespace tandem::checks
