// SPDX-License-Identifier: Apache-2.0
//
// Microsoft Graph's own contract says which properties there are and of which type. It is not part
// of the project: TANDEM_CONTRACTS names a folder with graph-v1.0.csdl.xml (the answer to GET
// https://graph.microsoft.com/v1.0/$metadata), and without it this test is skipped.
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "platform/files.h"
#include "tenant/property.h"

namespace tandem::tenant {
namespace {

constexpr std::size_t kContractBytesMax = 64UL * 1024 * 1024;

std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const auto start = text.find(before);
  if (start == std::string_view::npos) return {};
  text.remove_prefix(start + before.size());
  return text.substr(0, text.find(after));
}

using TypeByName = std::map<std::string, std::string, std::less<>>;

void addProperties(std::string_view contract, std::string_view entity, TypeByName& types) {
  std::string_view body =
      between(contract, "<EntityType Name=\"" + std::string(entity) + "\"", "</EntityType>");
  ASSERT_FALSE(body.empty()) << entity;
  constexpr std::string_view kProperty = "<Property Name=\"";
  for (auto at = body.find(kProperty); at != std::string_view::npos; at = body.find(kProperty)) {
    body.remove_prefix(at + kProperty.size());
    types[std::string(body.substr(0, body.find('"')))] = between(body, "Type=\"", "\"");
  }
}

// What Graph has no such property for, and this tenant does; docs/reference/tenant.md tells why.
bool isOurs(std::string_view entity, std::string_view name) {
  static const std::set<std::string_view> kOfGroupsAndContacts = {"onPremisesDistinguishedName",
                                                                  "onPremisesImmutableId"};
  return (entity == "group" || entity == "orgContact") && kOfGroupsAndContacts.contains(name);
}

bool agrees(PropertyType type, std::string_view theirs) {
  switch (type) {
    case PropertyType::kString:
      return theirs == "Edm.String" || theirs == "Edm.DateTimeOffset" || theirs == "Edm.Guid";
    case PropertyType::kBool:
      return theirs == "Edm.Boolean";
    case PropertyType::kStrings:
      return theirs == "Collection(Edm.String)";
    case PropertyType::kJson:
      return theirs == "Edm.Int32" || !theirs.starts_with("Edm.");  // numbers, and what has parts
  }
  return false;
}

void compare(std::string_view contract, Kind kind, std::string_view entity) {
  TypeByName types{{"id", "Edm.String"}};
  addProperties(contract, "directoryObject", types);
  addProperties(contract, entity, types);
  int compared = 0;
  for (std::size_t i = 0; i < kProperties; ++i) {
    const auto property = static_cast<Property>(i);
    const PropertyRow& row = rowOf(property);
    if (!exists(property, kind) || (row.flags & kHidden) != 0 || isOurs(entity, row.name)) continue;
    const auto theirs = types.find(row.name);
    ASSERT_NE(theirs, types.end()) << entity << " has no " << row.name;
    EXPECT_TRUE(agrees(row.type, theirs->second))
        << entity << ' ' << row.name << ' ' << theirs->second;
    ++compared;
  }
  EXPECT_GT(compared, 10) << entity;
}

TEST(Contract, EveryPropertyIsOneOfGraphsAndOfItsType) {
  const char* const folder = std::getenv("TANDEM_CONTRACTS");
  if (folder == nullptr) GTEST_SKIP() << "TANDEM_CONTRACTS is not set";
  const auto contract =
      platform::readFile(std::string(folder) + "/graph-v1.0.csdl.xml", kContractBytesMax);
  ASSERT_TRUE(contract.ok());
  compare(contract.value(), Kind::kUser, "user");
  compare(contract.value(), Kind::kGroup, "group");
  compare(contract.value(), Kind::kContact, "orgContact");
  compare(contract.value(), Kind::kDevice, "device");
}

}  // namespace
}  // namespace tandem::tenant
