// SPDX-License-Identifier: Apache-2.0
#include "connectors/entry/domain_names.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "directory/dn.h"

namespace tandem::connectors::entry {
namespace {

// The DC levels, leaf first.
std::vector<std::string> domainLabels(std::string_view text) {
  std::vector<std::string> labels;
  const Result<directory::Dn> dn = directory::Dn::parse(text);
  if (!dn.ok()) return labels;
  for (const directory::Rdn& rdn : dn.value().rdns()) {
    if (equalsIgnoreCaseAscii(rdn.front().type, "DC")) labels.push_back(rdn.front().value);
  }
  return labels;
}

std::string toUpperAscii(std::string text) {
  for (char& c : text)
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

}  // namespace

std::string domainFqdn(std::string_view dn) {
  return fmt::format("{}", fmt::join(domainLabels(dn), "."));
}

std::string domainDn(std::string_view dn) {
  std::string out;
  for (const std::string& label : domainLabels(dn))
    out += (out.empty() ? "DC=" : ",DC=") + directory::escapeRdnValue(label);
  return out;
}

std::vector<std::pair<std::string, std::string>> domainParameters(std::string_view dn,
                                                                  std::string_view netbios) {
  const std::string fqdn = domainFqdn(dn);
  const std::string short_name =
      netbios.empty() ? toUpperAscii(fqdn.substr(0, fqdn.find('.'))) : std::string(netbios);
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const std::string place : {"Domain", "Forest"}) {
    parameters.emplace_back(place + ".FQDN", fqdn);
    parameters.emplace_back(place + ".LDAP", domainDn(dn));
    parameters.emplace_back(place + ".Netbios", short_name);
  }
  return parameters;
}

std::string settingsFingerprint(const directory::AttributeTable& attributes,
                                const std::vector<directory::AttributeId>& wanted,
                                const std::vector<std::string>& object_types,
                                const ContainerScope& scope) {
  std::vector<std::string> names;
  for (const directory::AttributeId id : wanted)
    names.push_back(toLowerAscii(attributes.name(id)));
  std::sort(names.begin(), names.end());
  std::vector<std::string> types;
  for (const std::string& type : object_types)
    types.push_back(toLowerAscii(type));
  std::sort(types.begin(), types.end());
  return fmt::format(
      "{:016x}",
      hash64(fmt::format(
          "{}|{}|{}", fmt::join(names, ","), fmt::join(types, ","), scope.fingerprint())));
}

}  // namespace tandem::connectors::entry
