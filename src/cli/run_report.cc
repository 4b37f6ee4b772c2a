// SPDX-License-Identifier: Apache-2.0
#include "cli/run_report.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/format.h"
#include "cli/run_statistics.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPlainWidth = 100;

// "Staging Adds 1,003 · Updates 2": the numbers that say what happened, in one line.
std::string numbersOf(const run::RunSummary& summary) {
  std::string text;
  std::string section;
  for (const Statistic& statistic : statisticsOf(summary.counters)) {
    const bool quiet = statistic.label == "Unchanged" || statistic.label == "Disconnectors" ||
                       statistic.label == "Connectors without Flow Updates";
    if (quiet) continue;
    if (!text.empty()) text += section == statistic.section ? ", " : "; ";
    if (section != statistic.section && statistic.section.rfind("Outbound", 0) == 0) {
      text += statistic.section + " ";
    }
    section = statistic.section;
    text += fmt::format("{} = {}", statistic.label, formatCount(statistic.number));
  }
  return text.empty() ? "no changes" : text;
}

Json planJson(const connectors::ExportPlan& plan) {
  return {{"requests", plan.requests},
          {"writes", plan.writes},
          {"secondsAtQuota", plan.seconds_at_quota},
          {"explanation", plan.explanation}};
}

Json summaryJson(const run::RunSummary& summary) {
  Json json{{"run", summary.run},
            {"number", summary.number},
            {"connector", summary.connector},
            {"profile", summary.profile},
            {"result", summary.result},
            {"message", summary.message},
            {"seconds", summary.seconds},
            {"counters", summary.counters}};
  if (summary.plan) json["plan"] = planJson(*summary.plan);
  return json;
}

ExitCode worstOf(const std::vector<run::RunSummary>& runs) {
  // A guard that stopped something is more important to say than what failed beside it.
  int worst = 0;
  for (const run::RunSummary& run : runs)
    worst = std::max(worst, run.exitCode());
  return static_cast<ExitCode>(worst);
}

}  // namespace

RunReport::RunReport(Session& session)
    : session_(session),
      progress_(*session.err, session.is_terminal && !session.json, session.width, session.steady) {
}

run::RunOptions RunReport::options() {
  run::RunOptions options;
  options.on_progress = [this](const run::Progress& progress) { show(progress); };
  options.cancel = session_.cancel;
  options.started_by = session_.door == options.started_by
                           ? session_.door
                           : fmt::format("{} ({})", session_.user_name, session_.door);
  return options;
}

void RunReport::show(const run::Progress& progress) {
  if (session_.on_progress) {
    session_.on_progress(
        progress.connector + ": " + progress.profile, progress.done, progress.total);
  }
  if (session_.json) return;
  progress_.update(progress.connector + ": " + progress.profile, progress.done, progress.total);
}

void RunReport::finished(const run::RunSummary& summary) {
  progress_.clear();
  const std::string line = fmt::format("{}: {}: {} ({})",
                                       summary.connector,
                                       summary.profile,
                                       summary.result,
                                       formatDuration(summary.seconds));
  if (session_.json && session_.on_progress) session_.note(line);
  if (session_.json) return;
  session_.print(line);
  const std::size_t width = session_.width == 0 ? kPlainWidth : session_.width;
  session_.print(wrap(numbersOf(summary), width, "    "));
  if (!summary.message.empty()) session_.print(wrap(summary.message, width, "    "));
  if (!summary.plan) return;
  session_.print(
      wrap(fmt::format("Dry run: {} writes in {} requests, about {} at the tenant's quota. "
                       "{}",
                       formatCount(static_cast<std::int64_t>(summary.plan->writes)),
                       formatCount(static_cast<std::int64_t>(summary.plan->requests)),
                       formatDuration(summary.plan->seconds_at_quota),
                       summary.plan->explanation),
           width,
           "    "));
}

ExitCode RunReport::end(const std::vector<run::RunSummary>& runs,
                        const std::string& skipped_exports) {
  progress_.clear();
  const ExitCode code = worstOf(runs);
  if (session_.json) {
    Json list = Json::array();
    for (const run::RunSummary& run : runs)
      list.push_back(summaryJson(run));
    session_.printJson({{"result", code == ExitCode::kDone ? "success" : "failed"},
                        {"runs", list},
                        {"skippedExports", skipped_exports}});
    return code;
  }
  if (!skipped_exports.empty()) session_.print("No exports: " + skipped_exports);
  if (code == ExitCode::kFailed) session_.print("Details: tandem runs, then tandem runs ID");
  return code;
}

}  // namespace tandem::cli
