// SPDX-License-Identifier: Apache-2.0
#include "tenant/tenant.h"

#include <nlohmann/json.hpp>

namespace tandem::tenant {
namespace {

constexpr const char* kSettingsKey = "tenant";
const std::string kExtensionPrefix = "extension/";

}  // namespace

Result<bool> Tenant::load() {
  TRY(store->load(directory));
  const auto stored = TRY(store->loadSettings());
  for (const auto& [key, value] : stored) {
    if (!key.starts_with(kExtensionPrefix)) continue;
    const auto json = nlohmann::json::parse(value, nullptr, false);
    if (json.is_discarded()) {
      return Error(ErrorCode::kCorruption, "the tenant's extension '" + key + "' cannot be read");
    }
    OpenExtension extension{key.substr(kExtensionPrefix.size()),
                            json.at("fields").dump(),
                            json.at("version").get<std::uint64_t>()};
    extensions.emplace(extension.name, std::move(extension));
  }
  const auto found = stored.find(kSettingsKey);
  if (found == stored.end()) return false;
  settings = TRY(settingsFromJson(found->second));
  return true;
}

void Tenant::saveSettings() {
  store->putSetting(kSettingsKey, toJson(settings));
}

void Tenant::saveExtension(const OpenExtension& extension) {
  store->putSetting(kExtensionPrefix + extension.name,
                    "{\"version\":" + std::to_string(extension.version) +
                        ",\"fields\":" + extension.fields + "}");
}

void Tenant::removeExtension(const std::string& name) {
  store->removeSetting(kExtensionPrefix + name);
}

}  // namespace tandem::tenant
