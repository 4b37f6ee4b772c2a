// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldif/container_list.h"

#include <algorithm>
#include <fstream>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/ldif/ldif_folder.h"
#include "connectors/ldif/ldif_parser.h"
#include "directory/dn.h"

namespace tandem::connectors::ldif {
namespace {

constexpr std::string_view kClasses[] = {"organizationalunit",
                                         "container",
                                         "builtindomain",
                                         "domain",
                                         "domaindns",
                                         "organization",
                                         "locality",
                                         "country"};

bool isContainer(const LdifRecord& record) {
  for (std::size_t i = 0; i < record.size(); ++i) {
    const LdifRecord::Line line = record.at(i);
    if (!equalsIgnoreCaseAscii(line.name, "objectClass")) continue;
    const std::string value = toLowerAscii(line.value);
    if (std::find(std::begin(kClasses), std::end(kClasses), value) != std::end(kClasses))
      return true;
  }
  return false;
}

using ByKey = std::map<std::string, std::string>;  // key → DN

Result<void> readFile(const std::string& path, ByKey& containers) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error(ErrorCode::kUnavailable, fmt::format("{} cannot be opened", path));
  LdifParser parser(in, path);
  LdifRecord record;
  while (TRY(parser.next(record))) {
    if (isContainer(record)) containers.emplace(directory::dnKey(record.dn()), record.dn());
  }
  return {};
}

std::string parentKey(const std::string& dn) {
  const Result<directory::Dn> parsed = directory::Dn::parse(dn);
  return parsed.ok() ? parsed.value().parent().key() : std::string();
}

}  // namespace

Result<std::vector<std::string>> listContainers(const LdifSettings& settings,
                                                const std::string& parent) {
  ByKey containers;
  for (const std::string& path : TRY(listLdifFiles(settings.folder)))
    TRY(readFile(path, containers));
  const std::string wanted = directory::dnKey(parent);
  std::vector<std::string> found;
  for (const auto& [key, dn] : containers) {
    const std::string above = parentKey(dn);
    const bool is_top = !containers.contains(above);
    if (parent.empty() ? is_top : above == wanted) found.push_back(dn);
  }
  return found;
}

}  // namespace tandem::connectors::ldif
