// SPDX-License-Identifier: Apache-2.0
#include "home/home.h"

#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include "directory/guid.h"
#include "platform/files.h"
#include "platform/signing.h"
#include "policy/policy_check.h"
#include "policy/policy_writer.h"

namespace tandem::home {
namespace {

constexpr std::size_t kSettingsLimit = 1024 * 1024;
constexpr std::size_t kPolicyLimit = 64 * 1024 * 1024;
constexpr unsigned kPrivateFolder = 0700;
constexpr unsigned kPrivateFile = 0600;
constexpr std::string_view kKeyName = "secrets.key";
constexpr std::string_view kCredentialName = "tandem-secrets-key";

std::string absolute(const std::string& folder) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::absolute(folder, error);
  return (error ? std::filesystem::path(folder) : path).lexically_normal().string();
}

std::string keyPathFor(const Home& home, const Environment& environment) {
  if (environment.key_file_override) return *environment.key_file_override;
  if (!home.settings().key_path.empty()) return home.resolve(home.settings().key_path);
  if (environment.credentials_folder) {
    const std::string path = fmt::format("{}/{}", *environment.credentials_folder, kCredentialName);
    if (platform::fileExists(path)) return path;
  }
  return home.resolve(std::string(kKeyName));
}

}  // namespace

std::string newGuid() {
  std::string bytes = platform::randomBytes(16);
  // RFC 9562, version 4: random, with the version and the variant in their places.
  bytes[6] = static_cast<char>((static_cast<unsigned char>(bytes[6]) & 0x0FU) | 0x40U);
  bytes[8] = static_cast<char>((static_cast<unsigned char>(bytes[8]) & 0x3FU) | 0x80U);
  return directory::Guid::fromBytes(bytes)->toBigEndianText();
}

std::string listProblems(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    const bool warning = problem.severity == Problem::Severity::kWarning;
    text += fmt::format("{}: {}{}", problem.where, warning ? "warning: " : "", problem.message);
  }
  return text;
}

struct Home::CheckedPolicy {
  std::mutex mutex;
  std::string text;
  std::optional<policy::ReadPolicy> read;
};

Home::Home(std::string folder, ServerSettings settings, const Environment& environment)
    : folder_(std::move(folder)),
      settings_(std::move(settings)),
      checked_(std::make_shared<CheckedPolicy>()) {
  key_path_ = keyPathFor(*this, environment);
}

std::string Home::resolve(const std::string& path) const {
  return (std::filesystem::path(folder_) / path).lexically_normal().string();
}

Result<Home> Home::create(const std::string& folder,
                          const NewHome& wanted,
                          const Environment& environment) {
  ServerSettings settings = wanted.settings;
  if (settings.server_id.empty()) settings.server_id = newGuid();
  Home home(absolute(folder), std::move(settings), environment);
  if (platform::fileExists(home.settingsPath())) {
    return Error(ErrorCode::kConflict,
                 fmt::format("{} is a home folder already; nothing was changed. Name another "
                             "folder with --home, or change this one's policy.json",
                             home.folder()));
  }
  TRY(platform::makeFolder(home.folder(), kPrivateFolder));
  TRY(platform::makeFolder(home.stateFolder(), kPrivateFolder));
  const platform::FileLock lock = TRY(home.lock());
  if (!platform::fileExists(home.keyPath())) TRY(platform::SealingKey::create(home.keyPath()));
  TRY(platform::writeFileDurably(
      home.policyPath(), policy::writePolicy(wanted.policy), kPrivateFile));
  // Last: a folder with server.toml is a home, and one that was cut short is not.
  TRY(platform::writeFileDurably(
      home.settingsPath(), writeServerSettings(home.settings()), kPrivateFile));
  return home;
}

Result<Home> Home::open(const std::string& folder, const Environment& environment) {
  const std::string path = absolute(folder);
  const std::string file = (std::filesystem::path(path) / "server.toml").string();
  Result<std::string> text = platform::readFile(file, kSettingsLimit);
  if (!text.ok() && text.error().code() == ErrorCode::kNotFound) {
    return Error(
        ErrorCode::kNotFound,
        fmt::format("{} is no home folder (it has no server.toml): run 'tandem init --home "
                    "{}', or name the right one with --home",
                    path,
                    path));
  }
  if (!text.ok()) return std::move(text).error();
  ReadServerSettings read = readServerSettings(text.value(), file);
  if (!read.settings) return Error(ErrorCode::kInvalidArgument, listProblems(read.problems));
  return Home(path, std::move(*read.settings), environment);
}

Result<platform::FileLock> Home::lock() const {
  return platform::FileLock::acquire(resolve("lock"));
}

bool Home::isLocked() const {
  return platform::FileLock::isHeld(resolve("lock"));
}

Result<platform::FileLock> Home::editLock() const {
  return platform::FileLock::acquire(resolve("edit.lock"));
}

Result<std::string> Home::policyText() const {
  return platform::readFile(policyPath(), kPolicyLimit);
}

// Checking compiles every rule, and one command may ask for the policy several times.
Result<policy::ReadPolicy> Home::policy() const {
  std::string text = TRY(policyText());
  const std::lock_guard<std::mutex> lock(checked_->mutex);
  if (!checked_->read || checked_->text != text) {
    checked_->read = policy::checkPolicy(text, policyPath());
    checked_->text = std::move(text);
  }
  return *checked_->read;
}

Result<policy::PolicyDocument> Home::usablePolicy() const {
  policy::ReadPolicy read = TRY(policy());
  if (read.document) return std::move(*read.document);
  return Error(
      ErrorCode::kInvalidArgument,
      fmt::format("the policy has errors; nothing was run\n{}", listProblems(read.problems)));
}

Result<void> Home::writePolicy(const policy::PolicyDocument& document,
                               const PolicyEdit& edit) const {
  const std::string next = policy::writePolicy(document);
  const Result<std::string> present = policyText();
  TRY_DOING(policyHistory().record(present.ok() ? present.value() : "", next, edit),
            "keeping the policy so far");
  return platform::writeFileDurably(policyPath(), next, kPrivateFile);
}

Result<platform::SealedSecrets> Home::secrets() const {
  return platform::SealedSecrets::open(secretsPath(), TRY(platform::SealingKey::load(key_path_)));
}

}  // namespace tandem::home
