// SPDX-License-Identifier: Apache-2.0
#include "tenant/metadata.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "tenant/property.h"

namespace tandem::tenant {
namespace {

struct Navigation {
  Kind kind;
  std::string_view name;
  bool many;
};

constexpr std::array<Navigation, 10> kNavigation{{{Kind::kUser, "manager", false},
                                                  {Kind::kUser, "directReports", true},
                                                  {Kind::kUser, "memberOf", true},
                                                  {Kind::kUser, "transitiveMemberOf", true},
                                                  {Kind::kGroup, "members", true},
                                                  {Kind::kGroup, "owners", true},
                                                  {Kind::kGroup, "transitiveMembers", true},
                                                  {Kind::kGroup, "memberOf", true},
                                                  {Kind::kContact, "memberOf", true},
                                                  {Kind::kDevice, "memberOf", true}}};

// A time is a string in this tenant's table, and told from others by its name.
std::string_view edmType(const PropertyRow& row) {
  switch (row.type) {
    case PropertyType::kString:
      return row.name.ends_with("DateTime") ? "Edm.DateTimeOffset" : "Edm.String";
    case PropertyType::kBool:
      return "Edm.Boolean";
    case PropertyType::kStrings:
      return "Collection(Edm.String)";
    case PropertyType::kJson:
      return "Edm.Untyped";
  }
  return "Edm.String";
}

void addEntityType(std::string& out, Kind kind) {
  out += fmt::format("<EntityType Name=\"{}\" BaseType=\"microsoft.graph.directoryObject\">",
                     typeName(kind));
  for (std::size_t i = 0; i < kProperties; ++i) {
    const auto property = static_cast<Property>(i);
    if (!exists(property, kind) || property == Property::kId ||
        property == Property::kDeletedDateTime) {
      continue;
    }
    const PropertyRow& row = rowOf(property);
    if ((row.flags & kHidden) != 0) continue;
    out += fmt::format("<Property Name=\"{}\" Type=\"{}\"", row.name, edmType(row));
    const bool is_list = row.type == PropertyType::kStrings;
    if ((row.flags & kNotNull) != 0 || is_list) out += " Nullable=\"false\"";
    if (row.max_length != 0) out += fmt::format(" MaxLength=\"{}\"", row.max_length);
    out += "/>";
  }
  for (const Navigation& one : kNavigation) {
    if (one.kind != kind) continue;
    out += fmt::format("<NavigationProperty Name=\"{}\" Type=\"{}\"/>",
                       one.name,
                       one.many ? "Collection(microsoft.graph.directoryObject)"
                                : "microsoft.graph.directoryObject");
  }
  out += "</EntityType>\n";
}

std::string makeDocument() {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
      "<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">"
      "<edmx:DataServices><Schema Namespace=\"microsoft.graph\" "
      "xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\n"
      "<EntityType Name=\"entity\" Abstract=\"true\"><Key><PropertyRef Name=\"id\"/></Key>"
      "<Property Name=\"id\" Type=\"Edm.String\" Nullable=\"false\"/></EntityType>\n"
      "<EntityType Name=\"directoryObject\" BaseType=\"microsoft.graph.entity\">"
      "<Property Name=\"deletedDateTime\" Type=\"Edm.DateTimeOffset\"/></EntityType>\n";
  for (std::size_t i = 0; i < kKinds; ++i)
    addEntityType(out, static_cast<Kind>(i));
  out += "<EntityContainer Name=\"GraphService\">";
  for (std::size_t i = 0; i < kKinds; ++i) {
    const auto kind = static_cast<Kind>(i);
    out += fmt::format("<EntitySet Name=\"{}\" EntityType=\"microsoft.graph.{}\"/>",
                       collectionName(kind),
                       typeName(kind));
  }
  out += "</EntityContainer>\n</Schema></edmx:DataServices></edmx:Edmx>\n";
  return out;
}

}  // namespace

const std::string& metadataDocument() {
  static const std::string document = makeDocument();
  return document;
}

}  // namespace tandem::tenant
