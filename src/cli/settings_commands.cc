// SPDX-License-Identifier: Apache-2.0
//
// Commands that show and change single settings of the policy, for people who know them as cmdlets.
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/policy_edit.h"
#include "cli/scheduler_state.h"
#include "cli/table.h"
#include "pair/grant_issuer.h"
#include "platform/files.h"
#include "policy/duration.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;
using policy::PolicyDocument;

std::string boolText(bool value) {
  return value ? "True" : "False";
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
    const auto span = policy::formatTimeSpan(document.scheduler.cycle_interval);
    const auto history = policy::formatTimeSpan(document.retention.run_history);
    if (session.json) {
      session.printJson({{"AllowedSyncCycleInterval", "00:00:01"},
                         {"CurrentlyEffectiveSyncCycleInterval", span},
                         {"CustomizedSyncCycleInterval", span},
                         {"NextSyncCyclePolicyType", state.next_is_initial ? "Initial" : "Delta"},
                         {"PurgeRunHistoryInterval", history},
                         {"SyncCycleEnabled", document.scheduler.cycle_enabled},
                         {"MaintenanceEnabled", document.scheduler.maintenance_enabled},
                         {"StagingModeEnabled", !state.is_active},
                         {"SyncCycleInProgress", state.in_progress}});
      return ExitCode::kDone;
    }
    session.print(
        renderList({{"AllowedSyncCycleInterval", "00:00:01"},
                    {"CurrentlyEffectiveSyncCycleInterval", span},
                    {"CustomizedSyncCycleInterval", span},
                    {"NextSyncCyclePolicyType", state.next_is_initial ? "Initial" : "Delta"},
                    {"PurgeRunHistoryInterval", history},
                    {"SyncCycleEnabled", boolText(document.scheduler.cycle_enabled)},
                    {"MaintenanceEnabled", boolText(document.scheduler.maintenance_enabled)},
                    {"StagingModeEnabled", boolText(!state.is_active)},
                    {"SyncCycleInProgress", boolText(state.in_progress)}}));
    return ExitCode::kDone;
  }
};

class SchedulerSetCommand : public Command {
 public:
  std::string_view summary() const override { return "Change when cycles run"; }
  std::string_view examples() const override {
    return "  tandem scheduler set --interval 00:15:00\n"
           "  tandem scheduler set --enabled false\n"
           "  tandem scheduler set --next initial      the next cycle looks at every object\n"
           "  tandem Set-ADSyncScheduler -SyncCycleEnabled $false";
  }
  void declare(CLI::App& app) override {
    app.add_option("--interval", interval_, "Between cycles, [days.]HH:mm:ss");
    app.add_option("--enabled", enabled_, "true or false");
    app.add_option("--maintenance", maintenance_, "true or false");
    app.add_option("--history", history_, "How long run history is kept, [days.]HH:mm:ss");
    app.add_option("--next", next_, "delta or initial")->check(CLI::IsMember({"delta", "initial"}));
  }

  Result<ExitCode> run(Session& session) override {
    const auto interval = policy::parseTimeSpan(interval_);
    const auto history = policy::parseTimeSpan(history_);
    if ((!interval_.empty() && (!interval || interval->count() < 1)) ||
        (!history_.empty() && !history)) {
      session.note("tandem: a time span looks like 00:30:00 or 7.00:00:00");
      return ExitCode::kUsage;
    }
    const home::Home home = TRY(session.openHome());
    TRY(editPolicy(session, home, "scheduler set", [&](PolicyDocument& document) -> Result<void> {
      if (interval) document.scheduler.cycle_interval = *interval;
      if (history) document.retention.run_history = *history;
      if (enabled_) document.scheduler.cycle_enabled = *enabled_;
      if (maintenance_) document.scheduler.maintenance_enabled = *maintenance_;
      return {};
    }));
    if (!next_.empty()) TRY(writeNextPolicy(home, next_ == "initial"));
    return makeSchedulerShowCommand()->run(session);
  }

 private:
  std::string interval_, history_, next_;
  std::optional<bool> enabled_, maintenance_;
};

Result<ExitCode> showThreshold(Session& session, const PolicyDocument& document) {
  const policy::DeletionThreshold& limit = document.thresholds.deletions;
  if (session.json) {
    session.printJson({{"DeletionPrevention", limit.enabled ? 1 : 0},
                       {"ThresholdCount", limit.enabled ? limit.count : 0},
                       {"ThresholdPercentage", limit.percent},
                       {"PercentageAppliesAbove", limit.percent_applies_above}});
    return ExitCode::kDone;
  }
  session.print(renderList(
      {{"DeletionPrevention", limit.enabled ? "1" : "0"},
       {"ThresholdCount", fmt::format("{}", limit.enabled ? limit.count : 0)},
       {"ThresholdPercentage", fmt::format("{}", limit.percent)},
       {"PercentageAppliesAbove", fmt::format("{} objects", limit.percent_applies_above)}}));
  return ExitCode::kDone;
}

class ThresholdShowCommand : public Command {
 public:
  std::string_view summary() const override { return "The deletion threshold"; }
  std::string_view examples() const override {
    return "  tandem threshold show\n  tandem Get-ADSyncExportDeletionThreshold";
  }
  Result<ExitCode> run(Session& session) override {
    return showThreshold(session, TRY(session.openPolicy()));
  }
};

class ThresholdEnableCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Switch the deletion threshold on, or move it";
  }
  std::string_view examples() const override {
    return "  tandem threshold enable\n"
           "  tandem threshold enable --count 200 --percent 5\n"
           "  tandem Enable-ADSyncExportDeletionThreshold -DeletionThreshold 500";
  }
  void declare(CLI::App& app) override {
    app.add_option("--count", count_, "Deletions in one export");
    app.add_option("--percent", percent_, "Of the objects there are")->check(CLI::Range(0, 100));
  }
  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const PolicyDocument document = TRY(
        editPolicy(session, home, "threshold enable", [&](PolicyDocument& edited) -> Result<void> {
          policy::DeletionThreshold& limit = edited.thresholds.deletions;
          limit.enabled = true;
          if (count_) limit.count = *count_;
          if (percent_) limit.percent = *percent_;
          return {};
        }));
    return showThreshold(session, document);
  }

 private:
  std::optional<std::uint32_t> count_, percent_;
};

class ThresholdDisableCommand : public Command {
 public:
  std::string_view summary() const override { return "Switch the deletion threshold off"; }
  std::string_view examples() const override {
    return "  tandem threshold disable --yes\n"
           "  tandem run entra export\n"
           "  tandem threshold enable          and it is on again\n"
           "For one export alone: tandem run entra export --allow-deletions";
  }
  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const bool sure = TRY(session.confirm(
        "Without the threshold the next exports delete whatever is pending, however much that is.\n"
        "Look at it first: tandem pending --deletes"));
    if (!sure) return ExitCode::kFailed;
    const PolicyDocument document = TRY(
        editPolicy(session, home, "threshold disable", [](PolicyDocument& edited) -> Result<void> {
          edited.thresholds.deletions.enabled = false;
          return {};
        }));
    return showThreshold(session, document);
  }
};

}  // namespace

std::unique_ptr<Command> makeSchedulerShowCommand() {
  return std::make_unique<SchedulerShowCommand>();
}
std::unique_ptr<Command> makeSchedulerSetCommand() {
  return std::make_unique<SchedulerSetCommand>();
}
std::unique_ptr<Command> makeThresholdShowCommand() {
  return std::make_unique<ThresholdShowCommand>();
}
std::unique_ptr<Command> makeThresholdEnableCommand() {
  return std::make_unique<ThresholdEnableCommand>();
}
std::unique_ptr<Command> makeThresholdDisableCommand() {
  return std::make_unique<ThresholdDisableCommand>();
}

}  // namespace tandem::cli
