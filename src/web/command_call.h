// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/session.h"
#include "platform/http_message.h"
#include "web/call.h"

namespace tandem::web {

// What a command has printed, for a program.
struct CommandOutcome {
  cli::ExitCode code = cli::ExitCode::kDone;
  std::string document;  // JSON; empty when it failed before it had any
  std::string notes;     // what a person would have read beside it
  std::string error_code;
  std::string error;  // why it failed; empty when it did not

  bool isDone() const { return error.empty(); }
};

// The arguments of a route's command with the values of a call: "connector statistics -- corp".
// What a client sends is a value always: of a named option, "--limit=…", or behind "--".
std::vector<std::string> commandArguments(const Route& route, const Call& call);

// Runs it in this process, as "--json --yes". notes: what is written to it while it runs; null:
// none.
CommandOutcome runCommand(cli::Session session,
                          std::vector<std::string> arguments,
                          std::ostream* notes = nullptr);

platform::ServerResponse commandAnswer(CommandOutcome outcome);
// Of error_code; 200 when it is done.
int statusOf(const CommandOutcome& outcome);

}  // namespace tandem::web
