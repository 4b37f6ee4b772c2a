// SPDX-License-Identifier: Apache-2.0
#include "cli/app.h"

#include <algorithm>
#include <exception>
#include <map>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/cmdlets.h"
#include "cli/command.h"
#include "cli/recorded_act.h"
#include "expression/suggestion.h"

namespace tandem::cli {
namespace {

constexpr std::string_view kFooter =
    "Start here:\n"
    "  tandem init --demo --home ./server    a home folder with an invented organisation\n"
    "  tandem cycle initial                  import, synchronize, export everything\n"
    "  tandem status                         what there is and what is pending\n"
    "  tandem why \"CN=Ada Lovelace,…\"        why an object is, or is not, in the cloud\n"
    "The cmdlets that you know work too: tandem Start-ADSyncSyncCycle -PolicyType Delta\n"
    "Exit codes: 0 done, 1 failed, 2 wrong use, 3 stopped by a guard.";

constexpr std::string_view kNounSummaries[][2] = {
    {"staging", "Whether this server writes"},
    {"policy", "The settings that servers share"},
    {"check", "Whether a server can do its work"},
    {"secret", "Passwords and keys, sealed apart from the policy"},
    {"connector", "The connected directories"},
    {"demo", "An invented organisation to try things on"},
    {"scheduler", "When cycles run"},
    {"threshold", "The guard against accidental deletions"},
    {"rule", "The synchronization rules in force"},
    {"history", "What runs have left behind"},
    {"pair", "The other server of the pair"},
    {"account", "Who may sign in to the console and the API"},
    {"audit", "What was changed, when and by whom"},
};

struct Declared {
  CLI::App* app;
  const CommandEntry* entry;
  std::unique_ptr<Command> command;
};

CLI::App* nounApp(CLI::App& root,
                  std::map<std::string_view, CLI::App*>& nouns,
                  std::string_view noun) {
  const auto found = nouns.find(noun);
  if (found != nouns.end()) return found->second;
  std::string summary;
  for (const auto& entry : kNounSummaries) {
    if (entry[0] == noun) summary = std::string(entry[1]);
  }
  CLI::App* const app = root.add_subcommand(std::string(noun), summary);
  app->require_subcommand(1);
  app->fallthrough();
  app->footer("\nExamples: tandem " + std::string(noun) + " COMMAND --help");
  nouns.emplace(noun, app);
  return app;
}

std::vector<Declared> declareAll(CLI::App& root) {
  std::vector<Declared> declared;
  std::map<std::string_view, CLI::App*> nouns;
  for (const CommandEntry& entry : allCommands()) {
    std::unique_ptr<Command> command = entry.make();
    CLI::App* const parent = entry.verb.empty() ? &root : nounApp(root, nouns, entry.noun);
    const std::string name(entry.verb.empty() ? entry.noun : entry.verb);
    CLI::App* const app = parent->add_subcommand(name, std::string(command->summary()));
    app->fallthrough();
    app->footer("\nExamples:\n" + std::string(command->examples()));
    command->declare(*app);
    declared.push_back({app, &entry, std::move(command)});
  }
  return declared;
}

void report(const Session& session, const Error& error) {
  if (session.json) {
    session.printJson(
        {{"error", {{"code", toString(error.code())}, {"message", error.message()}}}});
  }
  session.note("tandem: " + error.message());
}

// CLI11 says "The following argument was not expected: stauts"; a person wants to hear more.
std::string explain(const CLI::ParseError& error, const std::vector<std::string>& arguments) {
  std::string text = error.what();
  std::vector<std::string_view> known;
  for (const CommandEntry& entry : allCommands())
    known.push_back(entry.noun);
  if (!arguments.empty() && !arguments[0].empty() && arguments[0][0] != '-' &&
      std::find(known.begin(), known.end(), arguments[0]) == known.end()) {
    text = fmt::format("there is no command \"{}\"{}",
                       arguments[0],
                       expression::didYouMean(expression::closest(arguments[0], known)));
  }
  return text;
}

// The one place where acts come into the audit log: one that cannot be recorded is not done.
Result<ExitCode> runRecorded(const Declared& declared, Session& session) {
  if (declared.entry->changes == Changes::kNothing || declared.command->isForService(session)) {
    return declared.command->run(session);
  }
  RecordedAct act =
      session.recorded_as
          ? RecordedAct(session, session.recorded_as->act, session.recorded_as->on)
          : RecordedAct(session, actNameOf(*declared.entry), argumentsOf(*declared.app));
  TRY(act.begin());
  Result<ExitCode> result = declared.command->run(session);
  act.end(result);
  return result;
}

ExitCode runParsed(const std::vector<Declared>& declared, Session& session) {
  for (const Declared& entry : declared) {
    if (!entry.app->parsed()) continue;
    Result<ExitCode> result = runRecorded(entry, session);
    if (result.ok()) return result.value();
    report(session, result.error());
    return exitCodeFor(result.error());
  }
  return ExitCode::kUsage;
}

ExitCode parseAndRun(std::vector<std::string> arguments, Session& session) {
  CLI::App root("Tandem keeps a cloud directory equal to the directories you run yourself.",
                "tandem");
  root.footer(std::string("\n") + std::string(kFooter));
  root.require_subcommand(1);
  root.set_version_flag("--version", std::string("tandem ") + TANDEM_VERSION);
  root.add_option("--home", session.home_folder, "The server's home folder (TANDEM_HOME)")
      ->type_name("DIR")
      ->capture_default_str();
  root.add_flag("--json", session.json, "Print JSON, for scripts");
  root.add_flag("--yes", session.yes, "Do not ask for confirmation");
  const std::vector<Declared> declared = declareAll(root);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    root.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    session.print(root.help());  // of the subcommand that was named, if any
    return ExitCode::kDone;
  } catch (const CLI::CallForVersion& version) {
    session.print(version.what());
    return ExitCode::kDone;
  } catch (const CLI::ParseError& error) {
    session.note(
        fmt::format("tandem: {}\nRun 'tandem --help' for the commands, or 'tandem COMMAND --help'.",
                    explain(error, arguments)));
    return ExitCode::kUsage;
  }
  return runParsed(declared, session);
}

}  // namespace

void Command::declare(CLI::App& /*app*/) {}
bool Command::isForService(const Session& /*session*/) {
  return false;
}

ExitCode runTandem(std::vector<std::string> arguments, Session& session) {
  // Libraries below may throw; nothing of ours does. This is the last place to say something.
  try {
    Result<std::vector<std::string>> translated = translateCmdlet(std::move(arguments));
    if (!translated.ok()) {
      session.note("tandem: " + translated.error().message());
      return ExitCode::kUsage;
    }
    return parseAndRun(std::move(translated).value(), session);
  } catch (const std::exception& error) {
    session.note(std::string("tandem: unexpected: ") + error.what());
    return ExitCode::kFailed;
  }
}

}  // namespace tandem::cli
