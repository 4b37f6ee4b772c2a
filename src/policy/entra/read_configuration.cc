// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/read_configuration.h"

#include <filesystem>
#include <variant>

#include <fmt/core.h>

#include "base/text.h"
#include "platform/files.h"
#include "policy/entra/configuration_check.h"
#include "policy/entra/folder.h"
#include "policy/entra/rule_object.h"
#include "policy/entra/rule_script.h"
#include "policy/entra/settings_json.h"
#include "policy/entra/text_encoding.h"
#include "policy/entra/yaml_document.h"
#include "policy/policy_check.h"

namespace tandem::policy::entra {
namespace {

constexpr std::size_t kFileBytesMax = 64 * 1024 * 1024;

Error noFormat(const std::string& path, std::string_view what) {
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("{} {}: give a folder of Get-ADSyncServerConfiguration, a settings file "
                           "of the wizard (JSON), a rule script, rules as JSON or YAML, or a "
                           "policy.json",
                           path,
                           what));
}

ReadConfiguration finish(EntraConfiguration configuration,
                         const std::string& source,
                         Problems problems) {
  configuration.source = source;
  checkConfiguration(configuration, problems);
  ReadConfiguration read;
  read.format = configuration.format;
  read.problems = std::move(problems);
  if (!hasErrors(read.problems)) read.configuration = std::move(configuration);
  return read;
}

EntraConfiguration ofFormat(Format format) {
  EntraConfiguration configuration;
  configuration.format = format;
  return configuration;
}

Result<ReadConfiguration> readJson(const std::string& text, const std::string& file) {
  Problems problems;
  const auto parsed = parseJson(text);
  if (const auto* const error = std::get_if<JsonSyntaxError>(&parsed)) {
    problems.push_back({Problem::Severity::kError,
                        fmt::format("{}:{}:{}", file, error->at.line, error->at.column),
                        error->message});
    return ReadConfiguration{Format::kSettingsJson, {}, {}, std::move(problems)};
  }
  const auto& root = std::get<JsonNode>(parsed);
  if (looksLikeSettingsJson(root)) {
    EntraConfiguration configuration = readSettingsJson(root, file, problems);
    return finish(std::move(configuration), file, std::move(problems));
  }
  // A rule has a version, too, and a name, which a policy has not.
  const bool is_policy = root.find("connectors") != nullptr ||
                         (root.find("version") != nullptr && root.find("name") == nullptr);
  if (is_policy) {
    ReadPolicy policy = checkPolicy(text, file);
    return ReadConfiguration{
        Format::kPolicy, {}, std::move(policy.document), std::move(policy.problems)};
  }
  EntraConfiguration configuration = ofFormat(Format::kObjectForm);
  readRuleObjects(root, file, configuration, problems);
  if (configuration.rules.empty() && problems.empty()) return noFormat(file, "holds no rules");
  return finish(std::move(configuration), file, std::move(problems));
}

// One rule of a folder, or one of its other files, given by itself.
Result<ReadConfiguration> readXml(std::string_view bytes, const std::string& file) {
  Problems problems;
  EntraConfiguration configuration = ofFormat(Format::kFolder);
  readFolderFile(bytes, file, configuration, problems);
  // Alone it does not know the others, and is not held to them.
  configuration.has_connectors = configuration.has_connectors && configuration.rules.empty();
  return finish(std::move(configuration), file, std::move(problems));
}

// PowerShell has commands and variables at the beginnings of its lines; YAML has keys and dashes.
bool looksLikeScript(std::string_view text) {
  const std::string lower = toLowerAscii(text);
  return lower.find("adsync") != std::string::npos &&
         (lower.find("new-adsyncrule") != std::string::npos ||
          lower.find("add-adsync") != std::string::npos);
}

}  // namespace

Result<ReadConfiguration> readConfigurationText(std::string_view bytes, const std::string& file) {
  Problems problems;
  const std::optional<std::string> text = toUtf8(bytes, file, problems);
  if (!text) return ReadConfiguration{Format::kPolicy, {}, {}, std::move(problems)};
  const std::string_view content = trimAscii(*text);
  if (content.empty()) return noFormat(file, "is empty");
  if (content.front() == '<' && !content.starts_with("<#")) return readXml(bytes, file);
  if (content.front() == '{' || content.front() == '[') return readJson(*text, file);
  if (looksLikeScript(content)) {
    EntraConfiguration configuration = ofFormat(Format::kRuleScript);
    readRuleScript(*text, file, configuration, problems);
    if (configuration.rules.empty() && problems.empty()) return noFormat(file, "adds no rules");
    return finish(std::move(configuration), file, std::move(problems));
  }
  EntraConfiguration configuration = ofFormat(Format::kObjectForm);
  if (const std::optional<JsonNode> root = parseYaml(*text, file, problems)) {
    readRuleObjects(*root, file, configuration, problems);
  }
  if (configuration.rules.empty() && problems.empty()) return noFormat(file, "holds no rules");
  return finish(std::move(configuration), file, std::move(problems));
}

Result<ReadConfiguration> readConfiguration(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) {
    return readConfigurationText(TRY(platform::readFile(path, kFileBytesMax)), path);
  }
  const std::string folder = findConfigurationFolder(path);
  if (folder.empty()) {
    return noFormat(path,
                    "has none of the folders Connectors, GlobalSettings, "
                    "SynchronizationRules");
  }
  Problems problems;
  EntraConfiguration configuration = TRY(readFolder(folder, problems));
  return finish(std::move(configuration), path, std::move(problems));
}

}  // namespace tandem::policy::entra
