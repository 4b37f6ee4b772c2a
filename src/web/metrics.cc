// SPDX-License-Identifier: Apache-2.0
#include "web/metrics.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "cli/alert_evaluation.h"
#include "cli/latency.h"
#include "cli/scheduler_state.h"
#include "cli/store_view.h"
#include "platform/process_use.h"
#include "run/result_text.h"
#include "web/command_call.h"
#include "web/exposition.h"
#include "web/site.h"

namespace tandem::web {
namespace {

using Json = nlohmann::ordered_json;
using Type = Exposition::Type;

constexpr std::size_t kRunsLookedAt = 60;

Json jsonOf(Site& site, std::vector<std::string> command) {
  const CommandOutcome outcome = runCommand(site.session(), std::move(command));
  Json json = Json::parse(outcome.document, nullptr, /*allow_exceptions=*/false);
  return json.is_object() ? json : Json::object();
}

void ofProcess(Exposition& out) {
  const platform::ProcessUse use = platform::processUse();
  out.family("process_cpu_seconds_total", "Time of processors", Type::kCounter);
  out.add(use.cpu_seconds);
  out.family("process_resident_memory_bytes", "Memory in use");
  out.add(static_cast<double>(use.resident_bytes));
  out.family("process_virtual_memory_bytes", "Address space in use");
  out.add(static_cast<double>(use.virtual_bytes));
  out.family("process_open_fds", "Open files and connections");
  out.add(static_cast<double>(use.open_files));
  out.family("process_max_fds", "How many there may be");
  out.add(static_cast<double>(use.open_files_max));
  out.family("process_start_time_seconds", "When the service started, since 1970");
  out.add(use.started_at);
}

// A member of every connector as one family.
void perConnector(Exposition& out,
                  const Json& connectors,
                  std::string_view family,
                  std::string_view help,
                  const std::string& member) {
  out.family(family, help);
  for (const Json& connector : connectors) {
    out.add(connector.value(member, 0.0), {{"connector", connector.value("name", "")}});
  }
}

void pendingExports(Exposition& out, const Json& connectors) {
  out.family("tandem_pending_exports", "Objects that wait to be written, by operation");
  for (const Json& connector : connectors) {
    const Json pending = connector.value("pendingExports", Json::object());
    const std::string name = connector.value("name", "");
    for (const auto& [member, word] : {std::pair("adds", "add"),
                                       std::pair("updates", "update"),
                                       std::pair("deletes", "delete")}) {
      out.add(pending.value(member, 0.0), {{"connector", name}, {"operation", word}});
    }
  }
}

void ofRole(Exposition& out, const Json& status) {
  out.family("tandem_role", "1 for the role that this server has");
  for (const char* role : {"staging", "activating", "active", "deactivating"}) {
    out.add(status.value("role", "") == role ? 1 : 0, {{"role", role}});
  }
  out.family("tandem_epoch", "Of the right to write, as this server knows it");
  out.add(status.value("epoch", 0.0));
  constexpr double kDaySeconds = 86400;
  out.family("tandem_role_age_seconds", "For how long it has had its role, in whole days");
  out.add(status.value("daysInRole", 0.0) * kDaySeconds);
  out.family("tandem_policy_differs", "1 when the other server has another policy");
  out.add(status.value("policyDiffers", false) ? 1 : 0);
}

void ofObjects(Exposition& out, const Json& status) {
  out.family("tandem_metaverse_objects", "Objects of the metaverse");
  out.add(status.value("metaverseObjects", 0.0));
  out.family("tandem_problems", "What 'tandem status' names as wrong");
  out.add(static_cast<double>(status.value("problems", Json::array()).size()));
  const Json connectors = status.value("connectors", Json::array());
  perConnector(out, connectors, "tandem_objects", "Objects of a connector space", "objects");
  perConnector(out,
               connectors,
               "tandem_to_synchronize",
               "Imported and not synchronized yet",
               "toSynchronize");
  perConnector(out, connectors, "tandem_object_errors", "Objects with an error", "errors");
  pendingExports(out, connectors);
}

struct LastRun {
  std::string connector;
  store::RunRow run;
};

// The last one of each connector and profile that has ended.
std::vector<LastRun> lastRuns(const cli::StoreView& view) {
  std::vector<LastRun> runs;
  for (const cli::StoreView::Connector& connector : view.connectors()) {
    if (!connector.id) continue;
    std::set<std::string> seen;
    for (store::RunRow& run : view.store().history().runs(*connector.id, kRunsLookedAt)) {
      if (run.ended_at == 0 || !seen.insert(run.profile).second) continue;
      runs.push_back({connector.name, std::move(run)});
    }
  }
  return runs;
}

void ofRuns(Exposition& out, const cli::StoreView& view) {
  const std::vector<LastRun> runs = lastRuns(view);
  const auto each = [&](std::string_view name, std::string_view help, auto value) {
    out.family(name, help);
    for (const LastRun& last : runs)
      out.add(value(last.run), {{"connector", last.connector}, {"profile", last.run.profile}});
  };
  each("tandem_last_run_success",
       "1 when the last run of this profile did its work",
       [](const store::RunRow& run) { return run::exitCodeFor(run.result) == 0 ? 1.0 : 0.0; });
  each("tandem_last_run_end_timestamp_seconds",
       "When the last run of this profile ended, since 1970",
       [](const store::RunRow& run) { return static_cast<double>(run.ended_at); });
  each("tandem_last_run_duration_seconds",
       "How long the last run of this profile took",
       [](const store::RunRow& run) {
         return static_cast<double>(std::max<std::int64_t>(0, run.ended_at - run.started_at));
       });
}

// Of the last cycle that has ended: all of its runs share a number.
void ofCycle(Exposition& out, const cli::StoreView& view) {
  std::int64_t cycle = 0;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  for (const store::RunRow& run :
       view.store().history().runs(directory::ConnectorId(0), kRunsLookedAt)) {
    if (run.cycle == 0 || (cycle != 0 && run.cycle != cycle)) continue;
    if (run.ended_at == 0) continue;
    cycle = run.cycle;
    end = std::max(end, run.ended_at);
    begin = begin == 0 ? run.started_at : std::min(begin, run.started_at);
  }
  if (cycle == 0) return;
  out.family("tandem_cycle_duration_seconds", "How long the last cycle took");
  out.add(static_cast<double>(std::max<std::int64_t>(0, end - begin)));
  out.family("tandem_cycle_end_timestamp_seconds", "When the last cycle ended, since 1970");
  out.add(static_cast<double>(end));
}

void ofScheduler(Exposition& out, const home::Home& home) {
  const Result<cli::SchedulerState> state = cli::readSchedulerState(home);
  if (!state.ok()) return;
  if (state.value().next_start) {
    out.family("tandem_next_cycle_timestamp_seconds", "When the next cycle begins, since 1970");
    out.add(static_cast<double>(*state.value().next_start));
  }
  out.family("tandem_cycle_in_progress", "1 while a cycle, or other work, holds the home");
  out.add(state.value().in_progress ? 1 : 0);
  out.family("tandem_scheduler_suspended", "1 while this server's cycles are suspended");
  out.add(state.value().suspended ? 1 : 0);
}

void ofLatency(Exposition& out, store::ChangeTimes& times, std::int64_t now) {
  const store::DurationCounts counts = cli::lastDay(times, store::ChangeStage::kConfirmed, now);
  out.family("tandem_changes_to_cloud", "Changes of the last 24 hours that have been confirmed");
  out.add(static_cast<double>(counts.total()));
  if (counts.total() == 0) return;
  out.family(
      "tandem_change_to_cloud_seconds",
      "From the change in its directory to the import that confirms it, of the last 24 hours");
  out.add(*counts.percentile(0.5), {{"percentile", "50"}});
  out.add(*counts.percentile(0.99), {{"percentile", "99"}});
}

void ofAlerts(Exposition& out, Site& site) {
  std::map<service::AlertKind, double> active;
  for (const service::AlertKind kind : service::kAlertKinds)
    active[kind] = 0;
  for (const service::AlertFinding& finding : cli::findAlerts(site.session()))
    ++active[finding.kind];
  out.family("tandem_alerts", "Alerts that are active");
  for (const auto& [kind, count] : active)
    out.add(count, {{"kind", toString(kind)}, {"severity", severityOf(kind)}});
}

void ofHome(Exposition& out, Site& site) {
  const Json status = jsonOf(site, {"status"});
  ofRole(out, status);
  ofObjects(out, status);
  ofAlerts(out, site);
  if (const Result<home::Home> home = site.session().openHome(); home.ok())
    ofScheduler(out, home.value());
  const Result<cli::StoreView> view = cli::StoreView::open(site.session());
  if (!view.ok()) return;  // it has never run
  ofRuns(out, view.value());
  ofCycle(out, view.value());
  ofLatency(out, view.value().store().changeTimes(), site.session().now());
}

}  // namespace

std::string metricsText(Site& site) {
  Exposition out;
  out.family("tandem_build_info", "1, with the version");
  out.add(1, {{"version", TANDEM_VERSION}});
  ofProcess(out);
  out.family("tandem_operations_running", "Operations that people or the scheduler have under way");
  out.add(static_cast<double>(site.operations().running()));
  out.family("tandem_sessions", "People who are signed in to the console");
  out.add(static_cast<double>(site.sessions().count()));
  site.requestTimes().writeTo(out);
  if (site.isHome()) ofHome(out, site);
  return out.take();
}

}  // namespace tandem::web
