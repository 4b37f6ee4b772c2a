// SPDX-License-Identifier: Apache-2.0
#include "cli/recorded_act.h"

#include <chrono>
#include <filesystem>

#include <fmt/core.h>

#include "cli/options.h"
#include "platform/files.h"

namespace tandem::cli {
namespace {

// The pairing code proves who may become the partner, for ten minutes.
constexpr std::string_view kSecretArgument = "CODE";

std::string pathIn(const Session& session, const char* name) {
  return (std::filesystem::path(session.home_folder) / name).string();
}

std::string outcomeOf(const Result<ExitCode>& result) {
  if (!result.ok()) {
    const bool stopped = result.error().code() == ErrorCode::kStoppedByGuard;
    return fmt::format(
        "{}: {}", stopped ? "stopped by a guard" : "failed", result.error().message());
  }
  switch (result.value()) {
    case ExitCode::kDone:
      return "done";
    case ExitCode::kFailed:
      return "failed";
    case ExitCode::kUsage:
      return "failed: wrong use";
    case ExitCode::kStoppedByGuard:
      return "stopped by a guard";
  }
  return {};
}

}  // namespace

RecordedAct::RecordedAct(const Session& session, std::string act, std::string on)
    : session_(session) {
  act_.who = session.user_name;
  act_.door = session.door;
  act_.from = session.from.empty() ? session.host_name : session.from;
  act_.act = std::move(act);
  act_.on = std::move(on);
}

Result<void> RecordedAct::append(std::string outcome) const {
  if (!platform::fileExists(pathIn(session_, "server.toml"))) return {};
  access::AuditAct act = act_;
  act.outcome = std::move(outcome);
  access::AuditLog log(pathIn(session_, "audit.log"));
  const platform::WallTime now(std::chrono::milliseconds(session_.nowMillis()));
  TRY_DOING(log.append(act, now), "nothing was done, because it cannot be recorded");
  return {};
}

Result<void> RecordedAct::begin() {
  return append("begun");
}

void RecordedAct::end(const Result<ExitCode>& result) {
  const Result<void> appended = append(outcomeOf(result));
  if (appended.ok()) return;
  session_.note(
      fmt::format("Note: the outcome is not in the audit log: {}", appended.error().message()));
}

std::string actNameOf(const CommandEntry& entry) {
  if (entry.verb.empty()) return std::string(entry.noun);
  return fmt::format("{}.{}", entry.noun, entry.verb);
}

std::string argumentsOf(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* const option : app.get_options()) {
    if (option->count() == 0) continue;
    if (option->get_name(true) == kSecretArgument) continue;
    if (!option->get_positional()) text += (text.empty() ? "" : " ") + option->get_name();
    if (option->get_expected_min() == 0) continue;  // a flag
    for (const std::string& value : option->results())
      text += (text.empty() ? "" : " ") + value;
  }
  return text;
}

}  // namespace tandem::cli
