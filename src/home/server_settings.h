// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/problem.h"

namespace tandem::home {

enum class InitialRole : std::uint8_t {
  kStaging,
  kActive
};

// server.toml: what is this server's alone and is never shared with the other of the pair. Paths
// are as written; relative ones start at the home folder.
struct ServerSettings {
  std::string server_id;  // GUID, made by init; the witness knows the server by it
  // The role that the server takes at its first start; from then on the store knows.
  InitialRole initial_role = InitialRole::kStaging;
  std::string store_path = "tandem.db";
  std::string state_folder = "state";
  std::string secrets_path = "secrets.json";
  std::string key_path;  // empty: see Home
  LogLevel log_level = LogLevel::kInfo;
};

struct ReadServerSettings {
  std::optional<ServerSettings> settings;  // absent when there are errors
  Problems problems;                       // "server.toml:3:1", by line
};

ReadServerSettings readServerSettings(std::string_view text, std::string_view file);

// server.toml with a comment on each setting.
std::string writeServerSettings(const ServerSettings& settings);

}  // namespace tandem::home
