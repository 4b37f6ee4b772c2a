// SPDX-License-Identifier: Apache-2.0
#include "home/server_settings.h"

#include <algorithm>
#include <functional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include "base/text.h"
#include "directory/guid.h"
#include "home/alert_settings_text.h"
#include "home/toml_reader.h"
#include "platform/sealed_secrets.h"

namespace tandem::home {
namespace {

constexpr std::array kRoles{Word{"staging", InitialRole::kStaging},
                            Word{"active", InitialRole::kActive}};
constexpr std::array kFailovers{Word{"manual", Failover::kManual},
                                Word{"automatic", Failover::kAutomatic}};
constexpr std::array kLogLevels{Word{"debug", LogLevel::kDebug},
                                Word{"info", LogLevel::kInfo},
                                Word{"warning", LogLevel::kWarning},
                                Word{"error", LogLevel::kError}};

constexpr std::array kWitnessKinds{Word{"tenant", WitnessKind::kTenant},
                                   Word{"etcd", WitnessKind::kEtcd}};
constexpr std::int64_t kLeaseSecondsMax = 3600;
// Half of a lease is the time-out of each request of an export: a tenant may need some seconds.
constexpr std::int64_t kTenantLeaseSecondsMin = 15;
constexpr std::int64_t kEtcdLeaseSecondsMin = 2;

constexpr std::array<std::string_view, 3> kConsoleRoles{"viewer", "operator", "administrator"};

// "0.0.0.0:8443", "[::]:8443"
bool isAddressAndPort(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto port = parseInteger(text.substr(colon + 1));
  if (!port || *port < 1 || *port > 65535) return false;
  const std::string_view address = text.substr(0, colon);
  const bool is_bracketed = address.front() == '[' && address.back() == ']';
  const std::string_view digits =
      is_bracketed ? "0123456789abcdefABCDEF:.[]" : std::string_view("0123456789.");
  return address.find_first_not_of(digits) == std::string_view::npos;
}

// "https://sync01.example.com:8443": a path would have to be known to every link of the console.
bool isOrigin(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  return url.starts_with(kScheme) && url.size() > kScheme.size() &&
         url.find_first_of("/?#@ \\", kScheme.size()) == std::string_view::npos;
}

class SettingsReader : private TomlReader {
 public:
  explicit SettingsReader(std::string_view file) : TomlReader(file) {}

  ReadServerSettings read(const toml::table& root) {
    text(root, "server_id", settings_.server_id);
    word(root, "role", kRoles, settings_.initial_role);
    table(root, "store", [&](const toml::table& store) {
      text(store, "path", settings_.store_path);
      text(store, "state_folder", settings_.state_folder);
      refuseOthers(store, "store", {"path", "state_folder"});
    });
    table(root, "secrets", [&](const toml::table& secrets) {
      text(secrets, "path", settings_.secrets_path);
      text(secrets, "key_file", settings_.key_path);
      refuseOthers(secrets, "secrets", {"path", "key_file"});
    });
    table(root, "log", [&](const toml::table& log) {
      word(log, "level", kLogLevels, settings_.log_level);
      refuseOthers(log, "log", {"level"});
    });
    table(root, "witness", [&](const toml::table& witness) { readWitness(witness); });
    table(root, "channel", [&](const toml::table& channel) {
      text(channel, "listen", settings_.channel.listen);
      text(channel, "url", settings_.channel.url);
      refuseOthers(channel, "channel", {"listen", "url"});
    });
    table(root, "console", [&](const toml::table& console) { readConsole(console); });
    table(root, "alerts", [&](const toml::table& alerts) {
      readAlerts(*this, alerts, settings_.alerts);
    });
    table(root, "canary", [&](const toml::table& canary) {
      readCanary(*this, canary, settings_.canary);
    });
    refuseOthers(root,
                 "",
                 {"server_id",
                  "role",
                  "store",
                  "secrets",
                  "log",
                  "witness",
                  "channel",
                  "console",
                  "alerts",
                  "canary"});
    checkServerId(root);
    return finished();
  }

 private:
  void readWitness(const toml::table& table) {
    WitnessSettings& witness = settings_.witness;
    word(table, "kind", kWitnessKinds, witness.kind);
    readLease(table);
    word(table, "failover", kFailovers, witness.failover);
    texts(table, "endpoints", witness.endpoints);
    text(table, "ca_file", witness.ca_file);
    text(table, "certificate_file", witness.certificate_file);
    text(table, "key_file", witness.key_file);
    text(table, "user", witness.user);
    text(table, "password_secret", witness.password_secret);
    constexpr std::array<std::string_view, 7> kOfEtcd{"failover",
                                                      "endpoints",
                                                      "ca_file",
                                                      "certificate_file",
                                                      "key_file",
                                                      "user",
                                                      "password_secret"};
    if (witness.kind == WitnessKind::kTenant) {
      for (const std::string_view key : kOfEtcd) {
        if (const toml::node* const node = table.get(key)) {
          fail(node->source().begin,
               fmt::format("\"{}\" is for kind = \"etcd\"; how the tenant is reached stands in "
                           "policy.json",
                           key));
        }
      }
    } else {
      checkEtcd(table);
    }
    refuseOthers(table,
                 "witness",
                 {"kind",
                  "lease_seconds",
                  "failover",
                  "endpoints",
                  "ca_file",
                  "certificate_file",
                  "key_file",
                  "user",
                  "password_secret"});
  }

  void readConsole(const toml::table& from) {
    ConsoleSettings& console = settings_.console;
    text(from, "listen", console.listen);
    text(from, "url", console.url);
    text(from, "certificate_file", console.certificate_file);
    text(from, "key_file", console.key_file);
    flag(from, "open_metrics", console.open_metrics);
    if (!console.isOff() && !isAddressAndPort(console.listen)) {
      fail(placeOf(from, "listen"),
           fmt::format("\"{}\" is neither \"off\" nor a numeric address and a port, like "
                       "\"0.0.0.0:8443\" or \"[::]:8443\"",
                       console.listen));
    }
    if (!console.url.empty() && !isOrigin(console.url)) {
      fail(placeOf(from, "url"),
           fmt::format("\"{}\" should be https:// with a name and a port, and nothing behind, like "
                       "https://sync01.example.com:8443",
                       console.url));
    }
    needsBeside(from, "certificate_file", "key_file");
    needsBeside(from, "key_file", "certificate_file");
    table(from, "oidc", [&](const toml::table& oidc) { readOidc(oidc); });
    refuseOthers(
        from, "console", {"listen", "url", "certificate_file", "key_file", "open_metrics", "oidc"});
  }

  void readOidc(const toml::table& from) {
    OidcSettings& oidc = settings_.console.oidc;
    text(from, "issuer", oidc.issuer);
    text(from, "client_id", oidc.client_id);
    text(from, "client_secret_secret", oidc.client_secret_secret);
    text(from, "ca_file", oidc.ca_file);
    text(from, "role_claim", oidc.role_claim);
    texts(from, "scopes", oidc.scopes);
    table(from, "roles", [&](const toml::table& roles) { readRoles(roles); });
    for (const std::string_view key : {"issuer", "client_id"}) {
      if (from.get(key) == nullptr) {
        fail(from.source().begin, fmt::format("\"{}\" is missing in [console.oidc]", key));
      }
    }
    if (!oidc.issuer.empty() && (!oidc.issuer.starts_with("https://") ||
                                 oidc.issuer.find_first_of("?#") != std::string::npos)) {
      fail(placeOf(from, "issuer"),
           fmt::format("\"{}\" is no issuer: it is an https:// URL, exactly as the provider's "
                       "discovery document has it",
                       oidc.issuer));
    }
    if (!oidc.client_secret_secret.empty() && !platform::isSecretName(oidc.client_secret_secret)) {
      fail(
          placeOf(from, "client_secret_secret"),
          "\"client_secret_secret\" is the name of a secret, not the secret: a-z, A-Z, 0-9, \".\", "
          "\"_\" and \"-\"");
    }
    needsBeside(from, "role_claim", "roles");
    needsBeside(from, "roles", "role_claim");
    refuseOthers(from,
                 "console.oidc",
                 {"issuer",
                  "client_id",
                  "client_secret_secret",
                  "ca_file",
                  "role_claim",
                  "roles",
                  "scopes"});
  }

  void readRoles(const toml::table& from) {
    for (const auto& [key, node] : from) {
      const auto* value = node.as_string();
      const bool known =
          value != nullptr && std::find(kConsoleRoles.begin(), kConsoleRoles.end(), value->get()) !=
                                  kConsoleRoles.end();
      if (known) {
        settings_.console.oidc.roles.emplace_back(std::string(key.str()), value->get());
      } else {
        fail(node.source().begin,
             fmt::format("the role of \"{}\" should be one of {}",
                         key.str(),
                         fmt::join(kConsoleRoles, ", ")));
      }
    }
  }

  void readLease(const toml::table& table) {
    const toml::node* const node = table.get("lease_seconds");
    if (node == nullptr) return;
    const bool is_etcd = settings_.witness.kind == WitnessKind::kEtcd;
    const std::int64_t least = is_etcd ? kEtcdLeaseSecondsMin : kTenantLeaseSecondsMin;
    const auto* value = node->as_integer();
    if (value == nullptr || value->get() < least || value->get() > kLeaseSecondsMax) {
      fail(node->source().begin,
           fmt::format(
               "\"lease_seconds\" should be a number from {} to {}", least, kLeaseSecondsMax));
    } else {
      settings_.witness.lease_seconds = value->get();
    }
  }

  void checkEtcd(const toml::table& table) {
    const WitnessSettings& witness = settings_.witness;
    if (table.get("endpoints") == nullptr || witness.endpoints.empty()) {
      fail(table.source().begin,
           "\"endpoints\" is missing: it lists etcd's members, [\"https://a.example:2379\"]");
    }
    for (const std::string& endpoint : witness.endpoints) {
      if (endpoint.starts_with("https://") || endpoint.starts_with("http://")) continue;
      fail(table.get("endpoints")->source().begin,
           fmt::format("\"{}\" is no URL; it looks like https://a.example:2379", endpoint));
    }
    needsBeside(table, "certificate_file", "key_file");
    needsBeside(table, "key_file", "certificate_file");
    needsBeside(table, "user", "password_secret");
    needsBeside(table, "password_secret", "user");
  }

  void checkServerId(const toml::table& root) {
    const toml::node* const node = root.get("server_id");
    if (node == nullptr) {
      fail({1, 1}, "\"server_id\" is missing: it is a GUID, made by 'tandem init'");
    } else if (!settings_.server_id.empty() &&
               !directory::Guid::parseBigEndian(settings_.server_id)) {
      fail(node->source().begin, fmt::format("\"{}\" is no GUID", settings_.server_id));
    }
  }

  ReadServerSettings finished() {
    ReadServerSettings read;
    read.problems = problems();
    if (read.problems.empty()) read.settings = std::move(settings_);
    return read;
  }

  ServerSettings settings_;
};

std::string witnessText(const WitnessSettings& witness) {
  std::string text = fmt::format(
      "\n# Where this server asks who may write. The other server of a pair must ask there too.\n"
      "[witness]\nkind = \"{}\"\n",
      wordFor(kWitnessKinds, witness.kind));
  if (witness.lease_seconds != 0) {
    text += fmt::format("lease_seconds = {}\n", witness.lease_seconds);
  }
  if (witness.failover != Failover::kManual) {
    text += fmt::format("failover = \"{}\"\n", wordFor(kFailovers, witness.failover));
  }
  if (!witness.endpoints.empty()) {
    text += fmt::format("endpoints = [\"{}\"]\n", fmt::join(witness.endpoints, "\", \""));
  }
  const auto line = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) text += fmt::format("{} = \"{}\"\n", key, value);
  };
  line("ca_file", witness.ca_file);
  line("certificate_file", witness.certificate_file);
  line("key_file", witness.key_file);
  line("user", witness.user);
  line("password_secret", witness.password_secret);
  return text;
}

std::string channelText(const ChannelSettings& channel) {
  std::string text =
      "\n# How the other server of a pair reaches this one.\n"
      "[channel]\n";
  text += channel.listen.empty() ? "# listen = \"0.0.0.0:8853\"\n"
                                 : fmt::format("listen = \"{}\"\n", channel.listen);
  if (!channel.url.empty()) text += fmt::format("url = \"{}\"\n", channel.url);
  return text;
}

std::string oidcText(const OidcSettings& oidc) {
  if (!oidc.isSet()) return {};
  std::string text = fmt::format(
      "\n# The OpenID provider by which people sign in.\n"
      "[console.oidc]\nissuer = {}\nclient_id = {}\n",
      quoted(oidc.issuer),
      quoted(oidc.client_id));
  const auto line = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) text += fmt::format("{} = {}\n", key, quoted(value));
  };
  line("client_secret_secret", oidc.client_secret_secret);
  line("ca_file", oidc.ca_file);
  line("role_claim", oidc.role_claim);
  std::vector<std::string> scopes;
  for (const std::string& scope : oidc.scopes)
    scopes.push_back(quoted(scope));
  if (!scopes.empty()) text += fmt::format("scopes = [{}]\n", fmt::join(scopes, ", "));
  if (oidc.roles.empty()) return text;
  text += "\n# What values of the claim mean here.\n[console.oidc.roles]\n";
  for (const auto& [value, role] : oidc.roles)
    text += fmt::format("{} = \"{}\"\n", quoted(value), role);
  return text;
}

std::string consoleText(const ConsoleSettings& console) {
  std::string text = fmt::format(
      "\n# Where browsers and scripts reach 'tandem serve', over TLS; \"off\": nowhere.\n"
      "[console]\nlisten = {}\n",
      quoted(console.listen));
  text += console.url.empty() ? "# What people type, when that is another name or port.\n"
                                "# url = \"https://sync01.example.com:8443\"\n"
                              : fmt::format("url = {}\n", quoted(console.url));
  text += console.certificate_file.empty()
              ? "# PEM files; without them the server makes a certificate of its own.\n"
                "# certificate_file = \"console.pem\"\n# key_file = \"console.key\"\n"
              : fmt::format("certificate_file = {}\nkey_file = {}\n",
                            quoted(console.certificate_file),
                            quoted(console.key_file));
  if (console.open_metrics) {
    text += "# Anybody on this machine may read /metrics.\nopen_metrics = true\n";
  }
  return text + oidcText(console.oidc);
}

}  // namespace

ReadServerSettings readServerSettings(std::string_view text, std::string_view file) {
  try {
    return SettingsReader(file).read(toml::parse(text, file));
  } catch (const toml::parse_error& error) {
    const toml::source_position at = error.source().begin;
    return {std::nullopt,
            {{Problem::Severity::kError,
              fmt::format("{}:{}:{}", file, at.line, at.column),
              std::string(error.description())}}};
  }
}

std::string writeServerSettings(const ServerSettings& settings) {
  std::string text = fmt::format(
      "# What is this server's alone. The settings that servers share are in policy.json.\n"
      "# Every key is described in docs/reference/server-toml.md.\n\n"
      "# Names this server to the others. Do not copy it to another home.\n"
      "server_id = \"{}\"\n\n"
      "# The role at the first start: \"staging\" imports and synchronizes but never writes to a\n"
      "# directory. Later the role changes by command, not here.\n"
      "role = \"{}\"\n\n"
      "[store]\n"
      "path = \"{}\"\n"
      "state_folder = \"{}\"\n\n"
      "[secrets]\n"
      "path = \"{}\"\n",
      settings.server_id,
      wordFor(kRoles, settings.initial_role),
      settings.store_path,
      settings.state_folder,
      settings.secrets_path);
  if (settings.key_path.empty()) {
    text += "# The key that seals the secrets; may lie elsewhere.\n# key_file = \"secrets.key\"\n";
  } else {
    text += fmt::format("key_file = \"{}\"\n", settings.key_path);
  }
  text += fmt::format("\n[log]\nlevel = \"{}\"\n", wordFor(kLogLevels, settings.log_level));
  return text + witnessText(settings.witness) + channelText(settings.channel) +
         consoleText(settings.console) + alertsText(settings.alerts) + canaryText(settings.canary);
}

}  // namespace tandem::home
