// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "access/audit_log.h"
#include "base/result.h"
#include "cli/command.h"
#include "cli/session.h"

namespace CLI {
class App;
}

namespace tandem::cli {

// A command that changes something, in the audit log of the home folder: a line before, with the
// outcome "begun", and one behind it. What is killed in between has the first alone.
class RecordedAct {
 public:
  RecordedAct(const Session& session, std::string act, std::string on);

  // Fails when the line cannot be written. Where there is no home yet ('tandem init'), there is
  // nothing to write into, and only the line behind it is.
  Result<void> begin();
  // A line that cannot be written is only said: the act is done.
  void end(const Result<ExitCode>& result);

 private:
  Result<void> append(std::string outcome) const;

  const Session& session_;
  access::AuditAct act_;
};

std::string actNameOf(const CommandEntry& entry);  // "secret.set"; "cycle"
// The arguments as they were given, but for those that are secret.
std::string argumentsOf(const CLI::App& app);

}  // namespace tandem::cli
