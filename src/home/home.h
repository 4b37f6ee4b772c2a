// SPDX-License-Identifier: Apache-2.0
//
// A server's home folder, and what lies in it:
//   server.toml     this server's own settings
//   policy.json     the settings that servers share
//   policy.history/ what it was, who changed it and when
//   secrets.json    sealed secrets; secrets.key is their key, unless it lies elsewhere
//   tandem.db       the store
//   state/          what may be thrown away: caches, certificates of embedded defaults
//   lock            held by the one process that works here
// Two homes on one machine are two servers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "home/policy_history.h"
#include "home/server_settings.h"
#include "platform/file_lock.h"
#include "platform/sealed_secrets.h"
#include "policy/policy_document.h"
#include "policy/policy_reader.h"

namespace tandem::home {

// Where the key of the secrets may lie beside server.toml's key_file. The first that is there wins:
// key_file_override (environment TANDEM_SECRETS_KEY_FILE), server.toml, the systemd credential
// "tandem-secrets-key", secrets.key in the home folder.
struct Environment {
  std::optional<std::string> key_file_override;
  std::optional<std::string> credentials_folder;  // CREDENTIALS_DIRECTORY
};

struct NewHome {
  ServerSettings settings;  // server_id may be empty: one is made
  policy::PolicyDocument policy;
};

class Home {
 public:
  // Makes folder, server.toml, policy.json and the key. kConflict when there is a server.toml
  // already. Nothing of an existing home is ever changed.
  static Result<Home> create(const std::string& folder,
                             const NewHome& wanted,
                             const Environment& environment);
  // kNotFound: no home there. kInvalidArgument: server.toml has problems; all are in the message.
  static Result<Home> open(const std::string& folder, const Environment& environment);

  const std::string& folder() const { return folder_; }  // absolute
  const ServerSettings& settings() const { return settings_; }
  std::string resolve(const std::string& path) const;  // relative paths start at the home folder
  std::string policyPath() const { return resolve("policy.json"); }
  std::string settingsPath() const { return resolve("server.toml"); }
  std::string databasePath() const { return resolve(settings_.store_path); }
  std::string stateFolder() const { return resolve(settings_.state_folder); }
  std::string secretsPath() const { return resolve(settings_.secrets_path); }
  std::string keyPath() const { return key_path_; }

  // For everything that writes. Reading commands work beside a running one.
  Result<platform::FileLock> lock() const;
  bool isLocked() const;  // some process works here now
  // For changes of policy.json and the secrets, which are possible while a cycle runs: it uses what
  // it read at its start.
  Result<platform::FileLock> editLock() const;
  Result<std::string> policyText() const;
  // Read and checked, rules compiled; problems in it, with file and line.
  Result<policy::ReadPolicy> policy() const;
  // The checked document; otherwise an error that lists the problems.
  Result<policy::PolicyDocument> usablePolicy() const;
  // Puts it in force, and into the history. Under editLock().
  Result<void> writePolicy(const policy::PolicyDocument& document, const PolicyEdit& edit) const;
  PolicyHistory policyHistory() const { return PolicyHistory(resolve("policy.history")); }
  Result<platform::SealedSecrets> secrets() const;

 private:
  Home(std::string folder, ServerSettings settings, const Environment& environment);

  struct CheckedPolicy;

  std::string folder_;
  ServerSettings settings_;
  std::string key_path_;
  std::shared_ptr<CheckedPolicy> checked_;  // of all copies; as long as the file's text is the same
};

// "policy.json:3:5: …" line by line.
std::string listProblems(const Problems& problems);
std::string newGuid();

}  // namespace tandem::home
