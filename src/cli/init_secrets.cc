// SPDX-License-Identifier: Apache-2.0
#include "cli/init_secrets.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "platform/files.h"

namespace tandem::cli {
namespace {

constexpr std::size_t kFileLimit = 1024 * 1024;
// A group may read: systemd grants its credentials by an ACL, which shows as the group's bits.
constexpr unsigned kTooWide = 0027;

Error badFile(const std::string& where, std::string_view what) {
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("{}: {}; a secrets file has lines NAME=VALUE, or is one JSON object of "
                           "names and texts",
                           where,
                           what));
}

Result<SecretValues> parseJsonSecrets(const std::string& text, const std::string& path) {
  auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return badFile(path, "it is no valid JSON");
  SecretValues values;
  for (auto& [name, value] : json.items()) {
    if (!value.is_string()) return badFile(path, fmt::format("\"{}\" is no text", name));
    auto& secret = value.get_ref<std::string&>();
    values.insert_or_assign(name, platform::SecretText(secret));
    platform::wipe(secret);
  }
  return values;
}

Result<SecretValues> parseLines(std::string_view text, const std::string& path) {
  SecretValues values;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimAscii(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const std::size_t equals = line.find('=');
    // The line itself is not shown: it may be the secret.
    if (equals == std::string_view::npos || equals == 0) {
      return badFile(fmt::format("{}:{}", path, number), "this line is not NAME=VALUE");
    }
    values.insert_or_assign(std::string(trimAscii(line.substr(0, equals))),
                            platform::SecretText(trimAscii(line.substr(equals + 1))));
  }
  return values;
}

// Two names that differ only in a sign would read the same variable.
Result<void> checkVariables(const std::vector<policy::RequiredSecret>& needed) {
  std::map<std::string, std::string> owners;
  for (const policy::RequiredSecret& secret : needed) {
    const auto [owner, is_new] = owners.emplace(variableFor(secret.name), secret.name);
    if (is_new) continue;
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("the secrets \"{}\" and \"{}\" would both be read from {}: rename one "
                             "in the policy",
                             owner->second,
                             secret.name,
                             owner->first));
  }
  return {};
}

bool isNeeded(const std::vector<policy::RequiredSecret>& needed, const std::string& name) {
  return std::any_of(
      needed.begin(), needed.end(), [&](const auto& secret) { return secret.name == name; });
}

Result<platform::SecretText> obtain(const Session& session, const policy::RequiredSecret& secret) {
  if (session.variable) {
    if (auto value = session.variable(variableFor(secret.name))) {
      platform::SecretText text(*value);
      platform::wipe(*value);
      return text;
    }
  }
  if (!session.can_ask || !session.ask_secret) return platform::SecretText();
  return session.ask_secret(fmt::format("{}, {} (empty: later): ", secret.name, secret.purpose));
}

}  // namespace

std::string variableFor(std::string_view secret_name) {
  std::string name = "TANDEM_SECRET_";
  for (const char c : secret_name) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name += lower ? static_cast<char>(c - 'a' + 'A') : (plain ? c : '_');
  }
  return name;
}

Result<SecretValues> readSecretsFile(const std::string& path) {
  const unsigned mode = TRY(platform::fileMode(path));
  if ((mode & kTooWide) != 0) {
    return Error(
        ErrorCode::kPermissionDenied,
        fmt::format("{} has mode {:04o}: others may read the secrets in it; run 'chmod 600 "
                    "{}', and change the secrets if anyone may have",
                    path,
                    mode,
                    path));
  }
  std::string text = TRY(platform::readFile(path, kFileLimit));
  const bool is_json = trimAscii(text).starts_with('{');
  Result<SecretValues> values = is_json ? parseJsonSecrets(text, path) : parseLines(text, path);
  platform::wipe(text);
  return values;
}

Result<GivenSecrets> gatherSecrets(const Session& session,
                                   const std::vector<policy::RequiredSecret>& needed,
                                   const std::string& file) {
  TRY(checkVariables(needed));
  GivenSecrets given;
  if (!file.empty()) given.values = TRY(readSecretsFile(file));
  for (const policy::RequiredSecret& secret : needed) {
    if (given.values.contains(secret.name)) continue;
    platform::SecretText text = TRY(obtain(session, secret));
    if (!text.isEmpty()) given.values.emplace(secret.name, std::move(text));
  }
  for (auto entry = given.values.begin(); entry != given.values.end();) {
    const bool needs = isNeeded(needed, entry->first);
    if (!needs) given.not_asked.push_back(entry->first);
    entry = needs && !entry->second.isEmpty() ? std::next(entry) : given.values.erase(entry);
  }
  return given;
}

}  // namespace tandem::cli
