// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/problem.h"
#include "home/alert_settings.h"
#include "home/console_settings.h"

namespace tandem::home {

enum class InitialRole : std::uint8_t {
  kStaging,
  kActive
};

// Whether a server in staging takes over by itself when the active one's lease has run out.
enum class Failover : std::uint8_t {
  kManual,
  kAutomatic
};

enum class WitnessKind : std::uint8_t {
  kTenant,  // the tenant that is exported to
  kEtcd
};

// Where this server asks who may write. Both servers of a pair must ask in the same place.
struct WitnessSettings {
  WitnessKind kind = WitnessKind::kTenant;
  std::int64_t lease_seconds = 0;  // 0: the kind's own, 60 or 10
  // The rest for etcd alone.
  Failover failover = Failover::kManual;
  std::vector<std::string> endpoints;  // "https://a.example:2379"
  std::string ca_file;                 // PEM; empty: the system's
  std::string certificate_file;        // PEM, with key_file: this server's own
  std::string key_file;
  std::string user;
  std::string password_secret;  // name of the secret

  std::int64_t leaseSeconds() const {
    if (lease_seconds != 0) return lease_seconds;
    return kind == WitnessKind::kEtcd ? 10 : 60;
  }
};

// How the two servers of a pair reach each other.
struct ChannelSettings {
  std::string listen;  // "0.0.0.0:8853": where 'tandem serve' listens; empty: a local socket only
  std::string url;  // "https://old.example.com:8853": what the partner is told; empty: made of it
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
  WitnessSettings witness;
  ChannelSettings channel;
  ConsoleSettings console;
  AlertSettings alerts;
  CanarySchedule canary;
};

struct ReadServerSettings {
  std::optional<ServerSettings> settings;  // absent when there are errors
  Problems problems;                       // "server.toml:3:1", by line
};

ReadServerSettings readServerSettings(std::string_view text, std::string_view file);

// server.toml with a comment on each setting.
std::string writeServerSettings(const ServerSettings& settings);

}  // namespace tandem::home
