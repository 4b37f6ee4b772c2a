// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "home/alert_settings.h"
#include "home/toml_reader.h"

namespace tandem::home {

// [alerts] and [canary] of server.toml, read and written.
void readAlerts(TomlReader& reader, const toml::table& from, AlertSettings& alerts);
void readCanary(TomlReader& reader, const toml::table& from, CanarySchedule& canary);
// Empty when nothing differs from what is so without them.
std::string alertsText(const AlertSettings& alerts);
std::string canaryText(const CanarySchedule& canary);

}  // namespace tandem::home
