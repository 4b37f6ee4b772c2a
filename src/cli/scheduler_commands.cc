// SPDX-License-Identifier: Apache-2.0
//
// When cycles run, for people who know it as Get-/Set-ADSyncScheduler.
#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/canary_result.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/policy_edit.h"
#include "cli/scheduler_state.h"
#include "cli/table.h"
#include "policy/duration.h"
#include "service/scheduler_files.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;
using policy::PolicyDocument;

// "True", "00:30:00", "" for null: as PowerShell shows it.
std::string shown(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

Json timeJson(const std::optional<std::int64_t>& at) {
  return at ? Json(formatTime(*at)) : Json(nullptr);
}

Json schedulerJson(const PolicyDocument& document, const SchedulerState& state) {
  const policy::Scheduler& scheduler = document.scheduler;
  const bool is_customized = scheduler.cycle_interval != policy::kDefaultCycleInterval;
  const auto effective = std::max(policy::kAllowedCycleInterval, scheduler.cycle_interval);
  Json json{{"AllowedSyncCycleInterval", policy::formatTimeSpan(policy::kAllowedCycleInterval)},
            {"CurrentlyEffectiveSyncCycleInterval", policy::formatTimeSpan(effective)},
            {"CustomizedSyncCycleInterval", nullptr},
            {"NextSyncCyclePolicyType", state.next_is_initial ? "Initial" : "Delta"},
            {"NextSyncCycleStartTimeInUTC", timeJson(state.next_start)},
            {"PurgeRunHistoryInterval", policy::formatTimeSpan(document.retention.run_history)},
            {"SyncCycleEnabled", scheduler.cycle_enabled},
            {"MaintenanceEnabled", scheduler.maintenance_enabled},
            {"StagingModeEnabled", !state.is_active},
            {"SchedulerSuspended", state.suspended},
            {"SyncCycleInProgress", state.in_progress}};
  if (is_customized)
    json["CustomizedSyncCycleInterval"] = policy::formatTimeSpan(scheduler.cycle_interval);
  return json;
}

// What the service sends on a schedule of its own, and how the last one went.
Json canaryJson(const home::Home& home) {
  const home::CanarySchedule& canary = home.settings().canary;
  if (!canary.isSet()) return nullptr;
  Json json{{"intervalMinutes", canary.interval_minutes},
            {"arguments", canary.arguments},
            {"last", nullptr}};
  if (const std::optional<CanaryResult> last = readCanaryResult(home)) {
    json["last"] = {{"at", formatTime(last->at)},
                    {"passed", last->passed},
                    {"secondsToCloud", last->seconds > 0 ? Json(last->seconds) : Json(nullptr)},
                    {"cause", last->cause},
                    {"next", last->next}};
  }
  return json;
}

class SchedulerShowCommand : public Command {
 public:
  std::string_view summary() const override { return "When cycles run"; }
  std::string_view examples() const override {
    return "  tandem scheduler show\n  tandem Get-ADSyncScheduler";
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const PolicyDocument document = TRY(home.usablePolicy());
    const SchedulerState state = TRY(readSchedulerState(home));
    Json json = schedulerJson(document, state);
    if (session.json) {
      json["toldAt"] = state.told_at == 0 ? Json(nullptr) : Json(formatTime(state.told_at));
      json["onChange"] = document.scheduler.on_change;
      json["quietSeconds"] = document.scheduler.quiet.count();
      json["canary"] = canaryJson(home);
      session.printJson(json);
      return ExitCode::kDone;
    }
    std::vector<std::pair<std::string, std::string>> lines;
    for (const auto& [name, value] : json.items())
      lines.emplace_back(name, shown(value));
    session.print(renderList(lines));
    return ExitCode::kDone;
  }
};

class SchedulerSetCommand : public Command {
 public:
  std::string_view summary() const override { return "Change when cycles run"; }
  std::string_view examples() const override {
    return "  tandem scheduler set --interval 00:15:00\n"
           "  tandem scheduler set --interval default  back to 30 minutes\n"
           "  tandem scheduler set --enabled false\n"
           "  tandem scheduler set --suspended true    this server alone, until it is false again\n"
           "  tandem scheduler set --next initial      the next cycle looks at every object\n"
           "  tandem scheduler set --on-change true    a cycle soon after a change, too\n"
           "  tandem Set-ADSyncScheduler -SyncCycleEnabled $false";
  }
  void declare(CLI::App& app) override {
    app.add_option(
        "--interval,--customized", interval_, "Between cycles, [days.]HH:mm:ss, or default");
    app.add_option("--enabled", enabled_, "true or false");
    app.add_option("--maintenance", maintenance_, "true or false");
    app.add_option("--history", history_, "How long run history is kept, [days.]HH:mm:ss");
    app.add_option("--next", next_, "delta or initial")->check(CLI::IsMember({"delta", "initial"}));
    app.add_option("--suspended", suspended_, "true or false: no cycles on this server");
    app.add_option("--on-change", on_change_, "true or false: a cycle when a directory changes");
    app.add_option("--quiet-seconds", quiet_, "Between two cycles that changes start, at least")
        ->check(CLI::Range(5, 3600));
  }

  Result<ExitCode> run(Session& session) override {
    const bool is_default = interval_ == "default";
    const auto interval = is_default ? std::optional(policy::kDefaultCycleInterval)
                                     : policy::parseTimeSpan(interval_);
    const auto history = policy::parseTimeSpan(history_);
    if ((!interval_.empty() && (!interval || interval->count() < 1)) ||
        (!history_.empty() && !history)) {
      session.note("tandem: a time span looks like 00:30:00 or 7.00:00:00");
      return ExitCode::kUsage;
    }
    const home::Home home = TRY(session.openHome());
    const bool edits = interval || history || enabled_ || maintenance_ || on_change_ || quiet_;
    const auto edit = [&](PolicyDocument& document) -> Result<void> {
      if (interval) document.scheduler.cycle_interval = *interval;
      if (history) document.retention.run_history = *history;
      if (enabled_) document.scheduler.cycle_enabled = *enabled_;
      if (maintenance_) document.scheduler.maintenance_enabled = *maintenance_;
      if (on_change_) document.scheduler.on_change = *on_change_;
      if (quiet_) document.scheduler.quiet = std::chrono::seconds(*quiet_);
      return {};
    };
    if (edits) TRY(editPolicy(session, home, "scheduler set", edit));
    if (suspended_) TRY(service::writeOwnSchedule(home, {.suspended = *suspended_}));
    if (!next_.empty()) TRY(writeNextPolicy(home, next_ == "initial"));
    return makeSchedulerShowCommand()->run(session);
  }

 private:
  std::string interval_, history_, next_;
  std::optional<bool> enabled_, maintenance_, suspended_, on_change_;
  std::optional<int> quiet_;
};

ExitCode showOverrides(Session& session, const std::vector<NamedOverride>& overrides) {
  Json list = Json::array();
  Table table({{"CONNECTOR", Column::Kind::kLong},
               {"FULL IMPORT", Column::Kind::kText},
               {"FULL SYNCHRONIZATION", Column::Kind::kText}});
  for (const NamedOverride& one : overrides) {
    list.push_back({{"ConnectorName", one.connector},
                    {"ConnectorIdentifier", one.id},
                    {"FullImportRequired", one.wanted.full_import},
                    {"FullSyncRequired", one.wanted.full_sync}});
    table.add({one.connector,
               one.wanted.full_import ? "next cycle" : "",
               one.wanted.full_sync ? "next cycle" : ""});
  }
  if (session.json) {
    session.printJson({{"overrides", list}});
  } else {
    session.print(table.render(session.width));
  }
  return ExitCode::kDone;
}

class SchedulerOverridesCommand : public Command {
 public:
  std::string_view summary() const override {
    return "What the next cycle does in full, connector by connector";
  }
  std::string_view examples() const override {
    return "  tandem scheduler overrides\n"
           "  tandem Get-ADSyncSchedulerConnectorOverride -ConnectorName corp";
  }
  void declare(CLI::App& app) override {
    app.add_option("CONNECTOR", connector_, "Name or id; without it all are shown");
  }
  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    std::vector<NamedOverride> overrides = TRY(readOverrides(home));
    std::erase_if(overrides, [this](const NamedOverride& one) {
      return !connector_.empty() && !equalsIgnoreCaseAscii(one.connector, connector_) &&
             !equalsIgnoreCaseAscii(one.id, connector_);
    });
    if (overrides.empty() && !connector_.empty()) {
      return Error(
          ErrorCode::kNotFound,
          "there is no connector \"" + connector_ + "\"; 'tandem connector list' names them");
    }
    return showOverrides(session, overrides);
  }

 private:
  std::string connector_;
};

class SchedulerOverrideCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Let the next cycle read or look at everything of one connector";
  }
  std::string_view examples() const override {
    return "  tandem scheduler override corp --full-import true --full-sync true\n"
           "  tandem scheduler override corp --full-sync false    not any more\n"
           "  tandem Set-ADSyncSchedulerConnectorOverride -ConnectorName corp "
           "-FullImportRequired $true\n"
           "Each goes by itself when such a run has ended well.";
  }
  void declare(CLI::App& app) override {
    app.add_option("CONNECTOR", connector_, "Name or id")->required();
    app.add_option("--full-import", full_import_, "true or false");
    app.add_option("--full-sync", full_sync_, "true or false");
  }
  Result<ExitCode> run(Session& session) override {
    if (!full_import_ && !full_sync_) {
      session.note("tandem: say what of it: --full-import true, --full-sync true, or false");
      return ExitCode::kUsage;
    }
    const home::Home home = TRY(session.openHome());
    TRY(changeOverride(home, connector_, full_import_, full_sync_));
    return showOverrides(session, TRY(readOverrides(home)));
  }

 private:
  std::string connector_;
  std::optional<bool> full_import_, full_sync_;
};

}  // namespace

std::unique_ptr<Command> makeSchedulerShowCommand() {
  return std::make_unique<SchedulerShowCommand>();
}
std::unique_ptr<Command> makeSchedulerSetCommand() {
  return std::make_unique<SchedulerSetCommand>();
}
std::unique_ptr<Command> makeSchedulerOverridesCommand() {
  return std::make_unique<SchedulerOverridesCommand>();
}
std::unique_ptr<Command> makeSchedulerOverrideCommand() {
  return std::make_unique<SchedulerOverrideCommand>();
}

}  // namespace tandem::cli
