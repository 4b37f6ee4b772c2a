// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/api_client.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/initial_cost.h"
#include "cli/options.h"
#include "cli/run_profile_name.h"
#include "cli/run_report.h"
#include "cli/scheduler_state.h"
#include "platform/http_message.h"
#include "run/runner.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

struct GuardFlags {
  bool allow_deletions = false;
  bool allow_absence = false;
  bool dry_run = false;

  void declare(CLI::App& app) {
    app.add_flag("--dry-run", dry_run, "Export: print what would be written and how long it takes");
    app.add_flag(
        "--allow-deletions", allow_deletions, "This once, export deletions beyond the threshold");
    app.add_flag("--allow-absence",
                 allow_absence,
                 "This once, take what a full import did not find for deleted");
  }

  Json body() const {
    Json body = Json::object();
    if (dry_run) body["dryRun"] = true;
    if (allow_deletions) body["allowDeletions"] = true;
    if (allow_absence) body["allowAbsence"] = true;
    return body;
  }

  void applyTo(run::RunOptions& options) const {
    options.dry_run = dry_run;
    options.ignore_deletion_threshold = allow_deletions;
    options.ignore_absence_guard = allow_absence;
  }
};

// A service that runs here does it: two processes cannot work on one home at once. It records the
// act and prints what this process would have. Decided once: what the service is to record must
// not be done here.
class ServiceWork : public Command {
 public:
  bool isForService(const Session& session) final {
    is_for_service_ = !session.in_service && isServed(session.home_folder);
    return is_for_service_;
  }

 protected:
  bool isForService() const { return is_for_service_; }
  static Result<ExitCode> handOver(Session& session, std::string_view path, const Json& body) {
    const FollowedOperation followed = TRY(followOperation(session, path, body));
    if (session.json) {
      session.print(followed.document);
    } else {
      const Json document = Json::parse(followed.document, nullptr, /*allow_exceptions=*/false);
      const std::string skipped = document.is_object() ? document.value("skippedExports", "") : "";
      if (!skipped.empty()) session.print("No exports: " + skipped);
    }
    return followed.code;
  }

 private:
  bool is_for_service_ = false;
};

Result<bool> confirmGuards(Session& session, const GuardFlags& flags) {
  if (flags.allow_deletions && !flags.dry_run) {
    return session.confirm(
        "The deletion threshold is set aside for this run. What would be deleted:\n"
        "  tandem pending --deletes");
  }
  if (flags.allow_absence) {
    return session.confirm(
        "The absence guard is set aside for this run: objects that the import "
        "does not find count as deleted.");
  }
  return true;
}

class RunCommand : public ServiceWork {
 public:
  std::string_view summary() const override { return "Run one run profile on one connector"; }
  std::string_view examples() const override {
    return "  tandem run corp.example.com \"Full Import\"\n"
           "  tandem run corp delta-sync          a unique beginning of a name is enough\n"
           "  tandem run entra export --dry-run   what would be written, and how long it takes\n"
           "  tandem Invoke-ADSyncRunProfile -ConnectorName entra -RunProfileName Export\n"
           "Profiles: Full Import, Delta Import, Full Synchronization, Delta Synchronization,\n"
           "Export, and those of the policy.";
  }
  void declare(CLI::App& app) override {
    app.add_option("CONNECTOR", connector_, "As the policy names it")->required();
    app.add_option("PROFILE", profile_, "Which run profile")->required();
    flags_.declare(app);
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const policy::PolicyDocument document = TRY(home.usablePolicy());
    const std::vector<policy::RunStep> steps = stepsOf(document);
    if (steps.empty()) {
      session.note(
          fmt::format("tandem: there is no run profile \"{}\"; 'tandem run --help' lists "
                      "them",
                      profile_));
      return ExitCode::kUsage;
    }
    if (!TRY(confirmGuards(session, flags_))) return ExitCode::kFailed;
    Json body = flags_.body();
    body["profile"] = profile_;
    const std::string path =
        fmt::format("/connectors/{}/runs", platform::percentEncode(connector_));
    if (isForService()) return handOver(session, path, body);
    const std::unique_ptr<run::Server> server = TRY(run::Server::open(home));
    run::ServerConnector* const connector = TRY(server->findConnector(connector_));
    run::Runner runner(*server);
    RunReport report(session);
    std::vector<run::RunSummary> summaries;
    for (const policy::RunStep step : steps) {
      run::RunOptions options = report.options();
      flags_.applyTo(options);
      summaries.push_back(TRY(runner.run(*connector, step, options)));
      report.finished(summaries.back());
      if (!summaries.back().isSuccess() && summaries.back().exitCode() != 0) break;
    }
    return report.end(summaries, "");
  }

 private:
  std::vector<policy::RunStep> stepsOf(const policy::PolicyDocument& document) const {
    if (const auto step = standardProfile(profile_)) return {*step};
    for (const policy::RunProfile& profile : document.run_profiles) {
      const bool same = lettersOfProfile(profile.name) == lettersOfProfile(profile_) &&
                        equalsIgnoreCaseAscii(profile.connector, connector_);
      if (same) return profile.steps;
    }
    return {};
  }

  std::string connector_, profile_;
  GuardFlags flags_;
};

// A question to somebody at a terminal only: it costs time, and does no harm.
Result<bool> confirmCost(Session& session, run::Server& server) {
  const std::string cost = initialCost(server);
  if (cost.empty() || session.json) return true;
  if (session.is_terminal && session.can_ask && !session.yes) return session.confirm(cost);
  session.note(cost);
  return true;
}

class CycleCommand : public ServiceWork {
 public:
  std::string_view summary() const override { return "Import, synchronize and export everything"; }
  std::string_view examples() const override {
    return "  tandem cycle              delta, or what 'scheduler set --next' asked for\n"
           "  tandem cycle delta        what has changed\n"
           "  tandem cycle initial      look at every object (first time, or after a change of "
           "rules)\n"
           "  tandem cycle delta --dry-run\n"
           "  tandem Start-ADSyncSyncCycle -PolicyType Delta\n"
           "In staging the exports are skipped; everything else is done.";
  }
  void declare(CLI::App& app) override {
    app.add_option("POLICY", policy_, "delta or initial")
        ->check(CLI::IsMember({"delta", "initial"}));
    flags_.declare(app);
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    if (!TRY(confirmGuards(session, flags_))) return ExitCode::kFailed;
    Json body = flags_.body();
    if (!policy_.empty()) body["policyType"] = policy_;
    if (isForService()) return handOver(session, "/cycles", body);
    const std::unique_ptr<run::Server> server = TRY(run::Server::open(home));
    const bool asked_initial = nextIsInitial(server->store());
    const bool initial = policy_.empty() ? asked_initial : policy_ == "initial";
    if (initial && !TRY(confirmCost(session, *server))) return ExitCode::kFailed;
    RunReport report(session);
    run::RunOptions options = report.options();
    flags_.applyTo(options);
    options.on_finished = [&](const run::RunSummary& run) { report.finished(run); };
    run::Runner runner(*server);
    const run::CycleSummary summary =
        TRY(runner.cycle(initial ? run::CyclePolicy::kInitial : run::CyclePolicy::kDelta, options));
    // Only when it is done: a cycle that failed is owed still.
    if (asked_initial && initial && summary.exitCode() == 0) {
      setNextIsInitial(server->store(), false);
      TRY(server->store().database().takeError());
    }
    return report.end(summary.runs, summary.skipped_exports);
  }

 private:
  std::string policy_;
  GuardFlags flags_;
};

}  // namespace

std::unique_ptr<Command> makeRunCommand() {
  return std::make_unique<RunCommand>();
}
std::unique_ptr<Command> makeCycleCommand() {
  return std::make_unique<CycleCommand>();
}

}  // namespace tandem::cli
