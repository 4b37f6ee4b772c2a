// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/latency.h"
#include "cli/options.h"
#include "cli/store_view.h"
#include "cli/table.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;
using store::ChangeStage;
using store::DurationCounts;

std::string secondsText(const DurationCounts& counts, double share) {
  const std::optional<double> seconds = counts.percentile(share);
  return seconds ? formatDuration(*seconds) : "-";
}

class LatencyCommand : public Command {
 public:
  std::string_view summary() const override { return "How long changes take to the cloud"; }
  std::string_view examples() const override {
    return "  tandem latency\n"
           "  tandem latency --json | jq .last24h.p99Seconds";
  }

  Result<ExitCode> run(Session& session) override {
    const StoreView view = TRY(StoreView::open(session));
    store::ChangeTimes& times = view.store().changeTimes();
    const std::int64_t now = session.now();
    const std::vector<store::ChangeTimes::Day> days = times.days(ChangeStage::kConfirmed);
    const DurationCounts last = lastDay(times, ChangeStage::kConfirmed, now);
    const DurationCounts answered = lastDay(times, ChangeStage::kAnswered, now);
    if (session.json) {
      Json list = Json::array();
      for (const store::ChangeTimes::Day& day : days) {
        Json json{{"day", formatTime(day.begins_at).substr(0, 10)}};
        json.update(latencyJson(day.counts));
        list.push_back(std::move(json));
      }
      session.printJson(
          {{"days", list}, {"last24h", latencyJson(last)}, {"answered24h", latencyJson(answered)}});
      return ExitCode::kDone;
    }
    if (days.empty()) {
      session.print("No change has come by a delta import and been confirmed yet.");
      return ExitCode::kDone;
    }
    Table table({{"DAY (UTC)", Column::Kind::kText},
                 {"MEDIAN", Column::Kind::kNumber},
                 {"99 %", Column::Kind::kNumber},
                 {"CHANGES", Column::Kind::kNumber}});
    for (const store::ChangeTimes::Day& day : days)
      add(table, formatTime(day.begins_at).substr(0, 10), day.counts);
    add(table, "last 24 hours", last);
    session.print(table.render(session.width));
    return ExitCode::kDone;
  }

 private:
  static void add(Table& table, std::string name, const DurationCounts& counts) {
    table.add({std::move(name),
               secondsText(counts, 0.5),
               secondsText(counts, 0.99),
               formatCount(counts.total())});
  }
};

}  // namespace

store::DurationCounts lastDay(store::ChangeTimes& times, ChangeStage stage, std::int64_t now) {
  constexpr std::int64_t kDay = 24 * 60 * 60;
  return times.between(stage, now - kDay, now);
}

Json latencyJson(const DurationCounts& counts) {
  Json json{{"p50Seconds", nullptr}, {"p99Seconds", nullptr}, {"changes", counts.total()}};
  if (const auto median = counts.percentile(0.5)) json["p50Seconds"] = roundedSeconds(*median);
  if (const auto slow = counts.percentile(0.99)) json["p99Seconds"] = roundedSeconds(*slow);
  return json;
}

double roundedSeconds(double seconds) {
  return static_cast<double>(static_cast<std::int64_t>(seconds * 10 + 0.5)) / 10;
}

std::string latencyLine(store::ChangeTimes& times, std::int64_t now) {
  const DurationCounts counts = lastDay(times, ChangeStage::kConfirmed, now);
  if (counts.total() == 0) return {};
  return fmt::format("{} in the median, {} at most for 99 %, of {} changes in 24 hours",
                     secondsText(counts, 0.5),
                     secondsText(counts, 0.99),
                     formatCount(counts.total()));
}

std::unique_ptr<Command> makeLatencyCommand() {
  return std::make_unique<LatencyCommand>();
}

}  // namespace tandem::cli
