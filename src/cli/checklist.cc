// SPDX-License-Identifier: Apache-2.0
#include "cli/checklist.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "platform/files.h"

namespace tandem::cli {

using Json = nlohmann::ordered_json;

std::vector<std::string> Checklist::secretNames() const {
  std::vector<std::string> names;
  for (const policy::RequiredSecret& secret : secrets)
    names.push_back(secret.name);
  return names;
}

Checklist checklistOf(const policy::PolicyDocument& document) {
  return {policy::requiredSecrets(document), policy::requiredFiles(document)};
}

Result<Checklist> missingHere(const home::Home& home, const policy::PolicyDocument& document) {
  const platform::SealedSecrets secrets = TRY(home.secrets());
  Checklist missing;
  for (policy::RequiredSecret& secret : policy::requiredSecrets(document)) {
    if (!secrets.has(secret.name)) missing.secrets.push_back(std::move(secret));
  }
  for (policy::RequiredFile& file : policy::requiredFiles(document)) {
    if (!platform::fileExists(home.resolve(file.path))) missing.files.push_back(std::move(file));
  }
  return missing;
}

std::string listSecrets(const std::vector<policy::RequiredSecret>& secrets) {
  std::string text;
  for (const policy::RequiredSecret& secret : secrets) {
    text += fmt::format("  {}: {} (connector {})\n", secret.name, secret.purpose, secret.connector);
  }
  return text;
}

std::string listFiles(const std::vector<policy::RequiredFile>& files) {
  std::string text;
  for (const policy::RequiredFile& file : files) {
    text += fmt::format("  {}: {} (connector {}){}\n",
                        file.path,
                        file.purpose,
                        file.connector,
                        file.kind == policy::FileKind::kKeytab ? "; copy it as a secret" : "");
  }
  return text;
}

Json toJson(const Checklist& checklist) {
  Json secrets = Json::array();
  for (const policy::RequiredSecret& secret : checklist.secrets) {
    secrets.push_back(
        {{"name", secret.name}, {"connector", secret.connector}, {"purpose", secret.purpose}});
  }
  Json files = Json::array();
  for (const policy::RequiredFile& file : checklist.files) {
    files.push_back({{"path", file.path},
                     {"connector", file.connector},
                     {"kind", wordFor(policy::kFileKinds, file.kind)},
                     {"secret", file.kind == policy::FileKind::kKeytab},
                     {"purpose", file.purpose}});
  }
  return {{"secrets", secrets}, {"files", files}};
}

}  // namespace tandem::cli
