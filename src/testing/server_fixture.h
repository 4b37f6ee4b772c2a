// SPDX-License-Identifier: Apache-2.0
//
// Real directory servers for functional tests: Samba as an Active Directory domain controller, and
// slapd. Each lives in a folder of its own under the temporary directory and ends with its object.
#pragma once

#include <map>
#include <memory>
#include <string>

namespace tandem::testing {

struct CommandResult {
  int code = -1;
  std::string output;  // both streams
};
// Runs a shell command with that text as its input.
CommandResult runCommand(const std::string& command, const std::string& input = "");

class DirectoryServer {
 public:
  // Why none can be started here, for GTEST_SKIP(); empty: it can.
  static std::string whyNoSamba();
  static std::string whyNoSlapd();

  // source_dir: the project's; its tests/functional/servers has the scripts. The domain of a first
  // start is kept in build/cache, so that later ones take a second. environment: of the script.
  // nullptr when the server does not start; error() is then on standard error.
  static std::unique_ptr<DirectoryServer> startSamba(const std::string& source_dir);
  static std::unique_ptr<DirectoryServer> startSlapd(
      const std::string& source_dir, const std::map<std::string, std::string>& environment = {});

  ~DirectoryServer();
  DirectoryServer(const DirectoryServer&) = delete;
  DirectoryServer& operator=(const DirectoryServer&) = delete;

  // A line of the server's env file: "ADDRESS", "PORT", "BASE", "CA_FILE", …
  const std::string& at(const std::string& name) const;
  const std::string& folder() const { return folder_; }
  void stop();
  bool start();

  // LDIF into the directory, with every right: entries to add, or change records.
  CommandResult add(const std::string& ldif) const;
  CommandResult modify(const std::string& ldif) const;
  // A program of Samba or OpenLDAP; "{SAM}" becomes "-H … --configfile=…" of this server.
  CommandResult run(std::string command, const std::string& input = "") const;

 private:
  DirectoryServer(std::string script,
                  std::string folder,
                  std::string environment,
                  std::string extra)
      : script_(std::move(script)),
        folder_(std::move(folder)),
        environment_(std::move(environment)),
        extra_(std::move(extra)) {}
  bool readEnvironment();
  bool isSamba() const { return values_.contains("SAM_LDB"); }

  std::string script_, folder_, environment_, extra_;
  std::map<std::string, std::string> values_;
};

}  // namespace tandem::testing
