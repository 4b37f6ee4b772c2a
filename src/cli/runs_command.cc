// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/error_groups.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/run_statistics.h"
#include "cli/store_view.h"
#include "cli/table.h"
#include "policy/duration.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostErrors = 1000;
constexpr std::size_t kMostObjects = 100000;

double secondsOf(std::int64_t started, std::int64_t ended) {
  return ended == 0 ? -1 : static_cast<double>(ended - started);
}

class RunsCommand : public Command {
 public:
  std::string_view summary() const override { return "The history of runs, and one run in detail"; }
  std::string_view examples() const override {
    return "  tandem runs                              the latest 20\n"
           "  tandem runs --connector entra --limit 5\n"
           "  tandem runs 42                           its statistics and errors\n"
           "  tandem runs 42 --objects stage-add       the objects behind one number\n"
           "  tandem Get-ADSyncRunProfileResult -NumberRequested 3";
  }
  void declare(CLI::App& app) override {
    app.add_option("ID,--id", id_, "One run in detail");
    app.add_option("--connector", connector_, "Only of this connector");
    app.add_option("--limit", limit_, "How many")->capture_default_str();
    app.add_option(
        "--objects", counter_, "With ID: the objects of this counter, or of several: a,b");
    app.add_flag("--every-error", every_error_, "With ID: each object, not one line a cause");
    app.add_flag("--steps", with_steps_, "With the steps of each run");
    app.add_flag("--as-cmdlet", as_cmdlet_, "As Get-ADSyncRunProfileResult prints it");
  }

  Result<ExitCode> run(Session& session) override {
    const StoreView view = TRY(StoreView::open(session));
    if (id_ != 0) {
      const auto row = view.store().history().run(id_);
      if (!row) {
        return Error(ErrorCode::kNotFound,
                     fmt::format("there is no run {}; it may have been purged", id_));
      }
      if (!counter_.empty()) return printObjects(session, view);
      with_steps_ = true;
      if (session.json || as_cmdlet_) return printList(session, view, {*row});
      return printDetail(session, view, *row);
    }
    directory::ConnectorId connector;
    if (!connector_.empty()) {
      const StoreView::Connector found = TRY(view.connector(connector_));
      if (!found.id) return printList(session, view, {});
      connector = *found.id;
    }
    return printList(session, view, view.store().history().runs(connector, limit_));
  }

 private:
  Result<ExitCode> printList(Session& session,
                             const StoreView& view,
                             const std::vector<store::RunRow>& rows) const {
    if (session.json) {
      Json list = Json::array();
      for (const store::RunRow& row : rows)
        list.push_back(runJson(view, row));
      session.printJson({{"runs", list}});
    } else if (as_cmdlet_) {
      for (const store::RunRow& row : rows)
        printAsCmdlet(session, view, row);
    } else if (rows.empty()) {
      session.print("There are no runs.");
    } else {
      Table table({{"ID", Column::Kind::kNumber},
                   {"CONNECTOR", Column::Kind::kLong},
                   {"PROFILE", Column::Kind::kText},
                   {"STARTED", Column::Kind::kText},
                   {"TIME", Column::Kind::kNumber},
                   {"RESULT", Column::Kind::kLong}});
      for (const store::RunRow& row : rows) {
        table.add({fmt::format("{}", row.id),
                   view.names().connectorName(row.connector),
                   row.profile,
                   formatTime(row.started_at).substr(5, 11),
                   formatDuration(secondsOf(row.started_at, row.ended_at)),
                   row.result});
      }
      session.print(table.render(session.width));
    }
    return ExitCode::kDone;
  }

  // The counters behind a number whose objects are kept, joined by commas: "--objects".
  static std::string listedOf(const StoreView& view, std::int64_t run, const Statistic& statistic) {
    std::string listed;
    for (const std::string& counter : statistic.counters) {
      if (view.store().history().objects(run, counter, 1).empty()) continue;
      listed += (listed.empty() ? "" : ",") + counter;
    }
    return listed;
  }

  Json runJson(const StoreView& view, const store::RunRow& row) const {
    Json json{{"id", row.id},
              {"number", row.number},
              {"connector", view.names().connectorName(row.connector)},
              {"profile", row.profile},
              {"cycle", row.cycle},
              {"startedBy", row.started_by},
              {"startedAt", formatTime(row.started_at)},
              {"endedAt", formatTime(row.ended_at)},
              {"result", row.result},
              {"message", row.message}};
    if (!with_steps_) return json;
    Json steps = Json::array();
    for (const store::StepRow& step : view.store().history().steps(row.id)) {
      Json statistics = Json::array();
      for (const Statistic& statistic : statisticsOf(step.counters)) {
        Json line{{"section", statistic.section},
                  {"label", statistic.label},
                  {"number", statistic.number}};
        if (const std::string listed = listedOf(view, row.id, statistic); !listed.empty())
          line["counter"] = listed;
        statistics.push_back(std::move(line));
      }
      steps.push_back({{"step", step.step},
                       {"partition", step.partition},
                       {"result", step.result},
                       {"message", step.message},
                       {"counters", step.counters},
                       {"statistics", statistics}});
    }
    json["steps"] = std::move(steps);
    Json errors = Json::array();
    for (const store::RunErrorRow& error : view.store().history().errors(row.id, kMostErrors)) {
      errors.push_back({{"object", error.object.raw()},
                        {"dn", error.dn},
                        {"type", error.type},
                        {"code", error.code},
                        {"message", error.message}});
    }
    json["errors"] = std::move(errors);
    Json causes = Json::array();
    for (const ErrorGroup& group :
         groupErrors(view.store().history().errors(row.id, kMostErrors))) {
      causes.push_back({{"type", group.type},
                        {"code", group.code},
                        {"objects", group.objects},
                        {"message", group.message}});
    }
    json["errorCauses"] = std::move(causes);
    return json;
  }

  void printAsCmdlet(Session& session, const StoreView& view, const store::RunRow& row) const {
    const auto number = [](auto value) { return fmt::format("{}", value); };
    session.print(renderList({{"RunHistoryId", number(row.id)},
                              {"ConnectorId", number(row.connector.raw())},
                              {"ConnectorName", view.names().connectorName(row.connector)},
                              {"RunProfileName", row.profile},
                              {"RunNumber", number(row.number)},
                              {"Username", row.started_by},
                              {"IsRunComplete", row.ended_at != 0 ? "True" : "False"},
                              {"Result", row.result},
                              {"StartDate", formatTime(row.started_at)},
                              {"EndDate", formatTime(row.ended_at)}}));
    if (with_steps_) printSteps(session, view, row);
    session.print("\n");
  }

  void printSteps(Session& session, const StoreView& view, const store::RunRow& row) const {
    for (const store::StepRow& step : view.store().history().steps(row.id)) {
      session.print(fmt::format("\nStep {}{}: {} ({})",
                                step.step,
                                step.partition.empty() ? "" : " " + step.partition,
                                step.result,
                                formatDuration(secondsOf(step.started_at, step.ended_at))));
      if (!step.message.empty()) session.print(wrap(step.message, width(session), "  "));
      std::string section;
      for (const Statistic& statistic : statisticsOf(step.counters)) {
        if (statistic.section != section) session.print("  " + statistic.section);
        section = statistic.section;
        std::string counters;
        for (const std::string& name : statistic.counters)
          counters += " " + name;
        session.print(fitTo(
            fmt::format(
                "    {:<32}{:>10} {}", statistic.label, formatCount(statistic.number), counters),
            width(session)));
      }
    }
  }

  Result<ExitCode> printDetail(Session& session,
                               const StoreView& view,
                               const store::RunRow& row) const {
    std::vector<std::pair<std::string, std::string>> lines{
        {"Run", fmt::format("{} (number {} of the connector)", row.id, row.number)},
        {"Connector", view.names().connectorName(row.connector)},
        {"Profile", row.profile},
        {"Started", fmt::format("{} by {}", formatTime(row.started_at), row.started_by)},
        {"Took", formatDuration(secondsOf(row.started_at, row.ended_at))},
        {"Result", row.result}};
    session.print(renderList(lines));
    if (!row.message.empty()) session.print(wrap(row.message, width(session), "  "));
    printSteps(session, view, row);
    printErrors(session, view.store().history().errors(row.id, kMostErrors));
    return ExitCode::kDone;
  }

  void printErrors(Session& session, const std::vector<store::RunErrorRow>& errors) const {
    if (errors.empty()) return;
    const bool all = errors.size() < kMostErrors;
    session.print(fmt::format("\nErrors: {}{}", errors.size(), all ? "" : " and more"));
    if (every_error_) {
      for (const store::RunErrorRow& error : errors) {
        session.print(fmt::format("  {} #{} {}", error.type, error.object.raw(), error.dn));
        session.print(wrap(error.message, width(session), "      "));
      }
      return;
    }
    bool cut = false;
    for (const ErrorGroup& group : groupErrors(errors)) {
      session.print("  " + titleOf(group));
      session.print(wrap(group.message, width(session), "      "));
      for (const std::string& object : group.examples)
        session.print("      " + object);
      cut = cut || group.objects > group.examples.size();
    }
    if (cut) session.print(fmt::format("All of them: tandem runs {} --every-error", id_));
  }

  Result<ExitCode> printObjects(Session& session, const StoreView& view) const {
    Json list = Json::array();
    Table table({{"OBJECT", Column::Kind::kNumber}, {"DN", Column::Kind::kLong}});
    for (const std::string& counter : split(counter_, ',')) {
      for (const store::RunObjectRow& row :
           view.store().history().objects(id_, counter, kMostObjects)) {
        list.push_back({{"object", row.object.raw()}, {"dn", row.dn}});
        table.add({fmt::format("#{}", row.object.raw()), row.dn});
      }
    }
    if (session.json) {
      session.printJson({{"run", id_}, {"counter", counter_}, {"objects", list}});
    } else if (table.isEmpty()) {
      session.print(fmt::format("Run {} has no objects under \"{}\".", id_, counter_));
    } else {
      session.print(table.render(session.width));
    }
    return ExitCode::kDone;
  }

  static std::size_t width(const Session& session) {
    return session.width == 0 ? 80 : session.width;
  }

  std::int64_t id_ = 0;
  std::string connector_;
  std::size_t limit_ = 20;
  std::string counter_;
  bool with_steps_ = false;
  bool every_error_ = false;
  bool as_cmdlet_ = false;
};

class HistoryPurgeCommand : public Command {
 public:
  std::string_view summary() const override { return "Delete old run history"; }
  std::string_view examples() const override {
    return "  tandem history purge                          older than the policy keeps\n"
           "  tandem history purge --older-than 1.00:00:00  older than a day";
  }
  void declare(CLI::App& app) override {
    app.add_option("--older-than", older_than_, "Time span, [days.]HH:mm:ss");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const policy::PolicyDocument document = TRY(home.usablePolicy());
    std::chrono::seconds age = document.retention.run_history;
    if (!older_than_.empty()) {
      const auto span = policy::parseTimeSpan(older_than_);
      if (!span) {
        session.note("tandem: --older-than should be a time span like 1.00:00:00");
        return ExitCode::kUsage;
      }
      age = *span;
    }
    const platform::FileLock lock = TRY(home.lock());
    const std::unique_ptr<store::Store> store = TRY(store::Store::open(home.databasePath()));
    const std::int64_t purged = store->history().purge(session.now() - age.count());
    TRY(store->database().takeError());
    if (session.json) {
      session.printJson({{"purgedRuns", purged}});
    } else {
      session.print(fmt::format(
          "{} runs older than {} are deleted.", formatCount(purged), policy::formatTimeSpan(age)));
    }
    return ExitCode::kDone;
  }

 private:
  std::string older_than_;
};

}  // namespace

std::unique_ptr<Command> makeRunsCommand() {
  return std::make_unique<RunsCommand>();
}
std::unique_ptr<Command> makeHistoryPurgeCommand() {
  return std::make_unique<HistoryPurgeCommand>();
}

}  // namespace tandem::cli
