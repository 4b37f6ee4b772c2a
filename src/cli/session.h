// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "cli/door.h"
#include "home/home.h"
#include "platform/secret_text.h"

namespace tandem::cli {

// docs/reference/cli/README.md promises these.
enum class ExitCode : int {
  kDone = 0,
  kFailed = 1,
  kUsage = 2,
  kStoppedByGuard = 3
};

ExitCode exitCodeFor(const Error& error);

// What a command gets of the world around it. A test puts strings in the place of the terminal.
struct Session {
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  bool is_terminal = false;  // out is one
  bool can_ask = false;      // standard input is a terminal
  std::size_t width = 0;     // of the terminal; 0: do not cut
  home::Environment environment;
  std::function<std::int64_t()> now;                                // seconds since 1970
  std::function<std::int64_t()> now_millis;                         // the same, if it is set
  std::function<double()> steady;                                   // seconds
  const std::atomic<bool>* cancel = nullptr;                        // set by Ctrl-C and SIGTERM
  std::function<Result<std::string>(std::string_view prompt)> ask;  // a line, echoed
  std::function<Result<platform::SecretText>(std::string_view prompt)> ask_secret;
  std::function<Result<platform::SecretText>()> read_secret_from_input;
  std::string user_name;              // who runs the command
  std::string host_name;              // where
  std::string door = "command line";  // how that person came in, for the audit log
  std::string from;                   // from where; empty: host_name
  // What the audit log says instead of the command and its arguments, where those are a means only.
  struct Act {
    std::string act, on;
  };
  std::optional<Act> recorded_as;
  // A variable of the environment, for secrets; none when it is not set or empty.
  std::function<std::optional<std::string>(const std::string& name)> variable;

  // What is told while long work goes on, beside what is printed; may be null. total 0: not known.
  std::function<void(std::string_view what, std::int64_t done, std::int64_t total)> on_progress;

  OpenDoors open_doors;     // null: 'tandem serve' has neither console nor API
  bool in_service = false;  // within 'tandem serve': nothing is handed over to it

  std::string home_folder;  // --home
  bool json = false;        // --json
  bool yes = false;         // --yes

  std::int64_t nowMillis() const { return now_millis ? now_millis() : now() * 1000; }
  Result<home::Home> openHome() const { return home::Home::open(home_folder, environment); }
  // The home's policy, checked.
  Result<policy::PolicyDocument> openPolicy() const;
  // Prints to out.
  void print(std::string_view text) const;
  void printJson(const nlohmann::ordered_json& document) const;
  // Prints to err, so that what is piped on stays clean.
  void note(std::string_view text) const;
  // True when --yes was given or the person answers yes. kInvalidArgument when nobody can be asked.
  Result<bool> confirm(std::string_view plan) const;
};

}  // namespace tandem::cli
