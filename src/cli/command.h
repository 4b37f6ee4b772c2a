// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/session.h"

namespace CLI {
class App;
}

namespace tandem::cli {

// One command: what help says of it, its options, and what it does. A new one is a file of its own
// and a line in commands.cc; a test asks for its page in docs/reference/cli and for its test.
class Command {
 public:
  virtual ~Command() = default;
  virtual std::string_view summary() const = 0;   // one line, without a full stop
  virtual std::string_view examples() const = 0;  // lines for the end of --help
  virtual void declare(CLI::App& app);
  // An Error becomes a message and exit code 1 (3 for a guard). Wrong use: kUsage.
  virtual Result<ExitCode> run(Session& session) = 0;
  // Asked before run(): will the service do it? Then it is the service that records it, with the
  // name of who asked here.
  virtual bool isForService(const Session& session);
};

// Whether a command changes the server or what it is connected to: such a one leaves its line in
// the audit log, by whatever door it was asked for.
enum class Changes : std::uint8_t {
  kNothing,
  kSomething
};

struct CommandEntry {
  std::string_view noun;  // "policy"; or the whole name: "status"
  std::string_view verb;  // "check"; empty when the noun is all
  std::unique_ptr<Command> (*make)();
  Changes changes = Changes::kNothing;
};

std::span<const CommandEntry> allCommands();

}  // namespace tandem::cli
