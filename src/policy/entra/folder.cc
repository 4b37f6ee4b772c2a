// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include <fmt/core.h>

#include "base/text.h"
#include "platform/files.h"
#include "policy/entra/connector_xml.h"
#include "policy/entra/rule_words.h"
#include "policy/entra/rule_xml.h"
#include "policy/entra/xml_document.h"

namespace tandem::policy::entra {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFileBytesMax = 64 * 1024 * 1024;
constexpr std::size_t kFilesMax = 10000;
constexpr unsigned kPrivateFolder = 0700;
constexpr unsigned kPrivateFile = 0600;
constexpr std::string_view kConnectors = "Connectors";
constexpr std::string_view kSettings = "GlobalSettings";
constexpr std::string_view kRules = "SynchronizationRules";

// The three folders, in the order in which they are read; Windows does not mind letter case.
std::vector<fs::path> partsOf(const fs::path& folder) {
  std::vector<fs::path> parts;
  for (const std::string_view name : {kSettings, kConnectors, kRules}) {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
      if (!entry.is_directory(ignored)) continue;
      if (equalsIgnoreCaseAscii(entry.path().filename().string(), name)) {
        parts.push_back(entry.path());
      }
    }
  }
  return parts;
}

std::vector<std::string> xmlFilesIn(const fs::path& folder) {
  std::vector<std::string> files;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const bool is_xml = equalsIgnoreCaseAscii(entry.path().extension().string(), ".xml");
    if (is_xml && entry.is_regular_file(ignored)) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The element itself, or the one that an export wraps it in.
const XmlElement* findRoot(const XmlElement& root, std::string_view name) {
  return root.name == name ? &root : root.find(name);
}

Result<void> writeXmlFile(const fs::path& path, const XmlElement& root) {
  const std::optional<std::string> text = writeXml(root);
  if (!text) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("{} cannot be written: a text in it holds a control character, which "
                             "XML has no way to write; remove it and give the command again",
                             path.string()));
  }
  return platform::writeFileDurably(path.string(), *text, kPrivateFile);
}

// What was read from a file and has not been changed since is written as it was.
XmlElement connectorFile(const EntraConfiguration& configuration, std::size_t index) {
  const EntraConnector& connector = configuration.connectors[index];
  if (index < configuration.connector_files.size()) {
    const XmlElement& original = configuration.connector_files[index].root;
    const XmlElement* const data = findRoot(original, "ma-data");
    Problems ignored;
    if (data != nullptr && readConnectorXml(*data, "", ignored) == connector) return original;
  }
  return connectorXml(connector);
}

XmlElement settingsFile(const EntraConfiguration& configuration) {
  if (configuration.settings_file) {
    EntraConfiguration again;
    readSettingsXml(configuration.settings_file->root, again);
    if (again.settings == configuration.settings && again.metadata == configuration.metadata &&
        again.metaverse_schema == configuration.metaverse_schema) {
      return configuration.settings_file->root;
    }
  }
  return settingsXml(configuration);
}

Result<void> writeFiles(const EntraConfiguration& configuration, const fs::path& root) {
  for (const fs::path& folder : {root, root / kConnectors, root / kSettings, root / kRules}) {
    TRY(platform::makeFolder(folder.string(), kPrivateFolder));
  }
  for (std::size_t i = 0; i < configuration.connectors.size(); ++i) {
    const fs::path file =
        root / kConnectors / fmt::format("Connector_{{{}}}.xml", configuration.connectors[i].id);
    TRY(writeXmlFile(file, connectorFile(configuration, i)));
  }
  if (configuration.has_settings) {
    TRY(writeXmlFile(root / kSettings / "MV.xml", settingsFile(configuration)));
  }
  for (const EntraRule& rule : configuration.rules) {
    const fs::path file =
        root / kRules / fmt::format("SynchronizationRule_{{{}}}.xml", rule.body.id);
    TRY(writeXmlFile(file, ruleXml(rule)));
  }
  return {};
}

}  // namespace

std::string findConfigurationFolder(const std::string& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return {};
  if (!partsOf(path).empty()) return path;
  // What an archive was unpacked into.
  std::vector<fs::path> inner;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, ignored)) {
    if (entry.is_directory(ignored)) inner.push_back(entry.path());
  }
  return inner.size() == 1 && !partsOf(inner.front()).empty() ? inner.front().string() : "";
}

void readFolderFile(std::string_view bytes,
                    const std::string& file,
                    EntraConfiguration& into,
                    Problems& problems) {
  std::optional<XmlElement> root = parseXml(bytes, file, problems);
  if (!root) return;
  const std::string where = fmt::format("{}:{}:1", file, root->line);
  if (const XmlElement* const rule = findRoot(*root, "synchronizationRule")) {
    into.rules.push_back(readRuleXml(*rule, file, problems));
  } else if (const XmlElement* const data = findRoot(*root, "ma-data")) {
    into.has_connectors = true;
    into.connectors.push_back(readConnectorXml(*data, file, problems));
    into.connector_files.push_back({file, *std::move(root)});
  } else if (findRoot(*root, "mv-data") != nullptr) {
    if (into.settings_file) {
      WordPlace{where, problems}.error("there is a second file of global settings: keep one");
      return;
    }
    readSettingsXml(*root, into);
    into.settings_file = OriginalFile{file, *std::move(root)};
  } else {
    WordPlace{where, problems}.warning(fmt::format(
        "<{}> is no part of a server's configuration; the file is left out", root->name));
  }
}

Result<EntraConfiguration> readFolder(const std::string& path, Problems& problems) {
  EntraConfiguration configuration;
  configuration.format = Format::kFolder;
  configuration.source = path;
  std::size_t files = 0;
  for (const fs::path& part : partsOf(path)) {
    for (const std::string& file : xmlFilesIn(part)) {
      if (++files > kFilesMax) {
        return Error(
            ErrorCode::kInvalidArgument,
            fmt::format(
                "{} has more than {} files: this is no export of a server", path, kFilesMax));
      }
      const std::string bytes = TRY(platform::readFile(file, kFileBytesMax));
      readFolderFile(bytes, file, configuration, problems);
    }
  }
  std::stable_sort(
      configuration.rules.begin(),
      configuration.rules.end(),
      [](const EntraRule& a, const EntraRule& b) { return a.body.precedence < b.body.precedence; });
  return configuration;
}

Result<void> writeFolder(const EntraConfiguration& configuration, const std::string& path) {
  std::error_code failed;
  const bool is_free =
      !fs::exists(path, failed) || (fs::is_directory(path, failed) && fs::is_empty(path, failed));
  if (!is_free) {
    return Error(ErrorCode::kConflict,
                 fmt::format("{} is there already and not empty: name a new folder", path));
  }
  // All of it or nothing: it is made beside its place, and moved there at the end.
  std::string unfinished = fs::path(path).lexically_normal().string();
  if (unfinished.ends_with('/')) unfinished.pop_back();
  unfinished += ".unfinished";
  if (fs::exists(unfinished, failed)) {
    return Error(
        ErrorCode::kConflict,
        fmt::format("{} is what an interrupted command has left: remove it first", unfinished));
  }
  const Result<void> written = writeFiles(configuration, unfinished);
  if (!written.ok()) {
    fs::remove_all(unfinished, failed);
    return Error(written.error());
  }
  fs::remove(path, failed);
  fs::rename(unfinished, path, failed);
  if (!failed) return {};
  const int reason = failed.value();
  fs::remove_all(unfinished, failed);
  return platform::systemError(reason, "write", path);
}

}  // namespace tandem::policy::entra
