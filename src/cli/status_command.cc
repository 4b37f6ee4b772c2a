// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "channel/identity.h"
#include "cli/commands.h"
#include "cli/failed_runs.h"
#include "cli/format.h"
#include "cli/last_errors.h"
#include "cli/latency.h"
#include "cli/options.h"
#include "cli/pair_status.h"
#include "cli/store_view.h"
#include "cli/table.h"
#include "platform/files.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;
using store::ErrorPhase;
using store::PendingImport;

constexpr std::uint32_t kAnyChange = PendingImport::kAdd | PendingImport::kUpdate |
                                     PendingImport::kReferences | PendingImport::kRename |
                                     PendingImport::kDelete;

constexpr std::size_t kPlainWidth = 100;

struct ConnectorState {
  std::int64_t objects = 0;
  std::int64_t to_synchronize = 0;
  store::PendingExportCounts exports;
  std::int64_t errors = 0;
  store::FindingCounts findings;
  std::optional<store::RunRow> last_run;
};

ConnectorState stateOf(const StoreView& view, directory::ConnectorId id) {
  store::Store& store = view.store();
  ConnectorState state;
  state.objects = store.space().countKnown(id);
  state.to_synchronize = store.space().pendingImportCount(id, kAnyChange);
  state.exports = store.exports().countPending(id);
  for (const ErrorPhase phase :
       {ErrorPhase::kImport, ErrorPhase::kSynchronization, ErrorPhase::kExport}) {
    state.errors += store.history().errorCount(id, phase);
  }
  state.findings = store.checks().counts(id);
  const std::vector<store::RunRow> runs = store.history().runs(id, 1);
  if (!runs.empty()) state.last_run = runs.front();
  return state;
}

Json toJson(const ConnectorState& state) {
  Json json{{"objects", state.objects},
            {"toSynchronize", state.to_synchronize},
            {"pendingExports",
             {{"adds", state.exports.adds},
              {"updates", state.exports.updates},
              {"deletes", state.exports.deletes}}},
            {"errors", state.errors},
            {"attributeChecks",
             {{"errors", state.findings.errors},
              {"warnings", state.findings.warnings},
              {"objects", state.findings.objects}}},
            {"lastRun", nullptr}};
  if (state.last_run) {
    json["lastRun"] = {
        {"id", state.last_run->id},
        {"profile", state.last_run->profile},
        {"result", state.last_run->result},
        {"startedAt", formatTime(state.last_run->started_at)},
        {"endedAt", state.last_run->ended_at == 0 ? "" : formatTime(state.last_run->ended_at)},
        {"message", state.last_run->message}};
  }
  return json;
}

// A role's reason may be long: it goes on below where it begins.
void wrapValues(std::vector<std::pair<std::string, std::string>>& lines, std::size_t width) {
  std::size_t indent = 0;
  for (const auto& [name, value] : lines)
    indent = std::max(indent, name.size() + 3);  // " : "
  for (auto& [name, value] : lines)
    value = wrap(value, width, std::string(indent, ' ')).substr(indent);
}

class StatusCommand : public Command {
 public:
  std::string_view summary() const override {
    return "What there is, what is pending, what failed";
  }
  std::string_view examples() const override {
    return "  tandem status\n"
           "  tandem status --json | jq '.connectors[] | select(.errors > 0)'";
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    if (!platform::fileExists(home.databasePath())) return reportNew(session, home);
    const StoreView view = TRY(StoreView::open(session));
    if (session.json) {
      printJson(session, view);
    } else {
      printText(session, view);
    }
    return ExitCode::kDone;
  }

 private:
  static std::string initialRole(const home::Home& home) {
    return home.settings().initial_role == home::InitialRole::kActive ? "active" : "staging";
  }

  static std::vector<std::string> missingSecrets(const home::Home& home) {
    std::vector<std::string> missing;
    const Result<policy::PolicyDocument> document = home.usablePolicy();
    const Result<platform::SealedSecrets> secrets = home.secrets();
    if (!document.ok() || !secrets.ok()) return missing;
    for (const std::string& name : document.value().secretNames()) {
      if (!secrets.value().has(name)) missing.push_back(name);
    }
    return missing;
  }

  // What keeps runs from starting, with what to do.
  static std::vector<std::string> problemsOf(const home::Home& home) {
    std::vector<std::string> problems;
    const Result<policy::PolicyDocument> document = home.usablePolicy();
    if (!document.ok()) problems.push_back(document.error().message());
    const Result<platform::SealedSecrets> secrets = home.secrets();
    if (!secrets.ok()) problems.push_back(secrets.error().message());
    for (const std::string& name : missingSecrets(home)) {
      problems.push_back(
          fmt::format("the secret \"{0}\" is not set: run 'tandem secret set {0}'", name));
    }
    return problems;
  }

  // The same members as later: who reads them should not have to know how old a server is.
  static void printNewJson(Session& session,
                           const home::Home& home,
                           const std::vector<std::string>& problems) {
    Json connectors = Json::array();
    const Result<policy::PolicyDocument> policy = home.usablePolicy();
    if (policy.ok()) {
      for (const policy::ConnectorPolicy& connector : policy.value().connectors) {
        Json json{{"name", connector.name},
                  {"kind", wordFor(policy::kConnectorKinds, connector.kind)}};
        json.update(toJson(ConnectorState()));
        connectors.push_back(std::move(json));
      }
    }
    PairStatus right;
    right.state.role = home.settings().initial_role == home::InitialRole::kActive
                           ? pair::Role::kActive
                           : pair::Role::kStaging;
    Json json = serverJson(home, right);
    json["latency"] = latencyJson({});
    json["metaverseObjects"] = 0;
    json["problems"] = problems;
    json["errorCauses"] = Json::array();
    json["connectors"] = std::move(connectors);
    session.printJson(json);
  }

  static Json serverJson(const home::Home& home, const PairStatus& right) {
    Json json{{"home", home.folder()},
              {"name", channel::serverName(home)},
              {"version", TANDEM_VERSION},
              {"serverId", home.settings().server_id}};
    addPairJson(right, json);
    return json;
  }

  static Result<ExitCode> reportNew(Session& session, const home::Home& home) {
    const std::vector<std::string> problems = problemsOf(home);
    if (session.json) {
      printNewJson(session, home, problems);
      return ExitCode::kDone;
    }
    session.print(renderList({{"Home", home.folder()}, {"Role", initialRole(home)}}));
    for (const std::string& problem : problems)
      session.print("Problem: " + problem);
    session.print("Nothing has been imported yet. Next: tandem cycle initial");
    return ExitCode::kDone;
  }

  // Of the home, of the pair, and of the last runs. A retired server needs no secrets any more.
  static std::vector<std::string> allProblems(const StoreView& view,
                                              const PairStatus& right,
                                              const std::vector<LastErrors>& errors) {
    std::vector<std::string> problems;
    if (!right.state.is_retired) problems = problemsOf(view.home());
    problems.insert(problems.end(), right.problems.begin(), right.problems.end());
    if (!right.state.is_retired) {
      for (std::string& one : failedRunsOf(view))
        problems.push_back(std::move(one));
    }
    for (const LastErrors& one : errors)
      problems.push_back(problemText(one));
    return problems;
  }

  static Json errorsJson(const std::vector<LastErrors>& errors) {
    Json list = Json::array();
    for (const LastErrors& one : errors) {
      list.push_back({{"connector", one.connector},
                      {"run", one.run},
                      {"type", one.group.type},
                      {"code", one.group.code},
                      {"objects", one.group.objects},
                      {"message", one.group.message},
                      {"examples", one.group.examples}});
    }
    return list;
  }

  static void printJson(Session& session, const StoreView& view) {
    const PairStatus right = pairStatusOf(view, session.now());
    const std::vector<LastErrors> errors = lastErrorsOf(view);
    Json connectors = Json::array();
    for (const StoreView::Connector& connector : view.connectors()) {
      Json json{{"name", connector.name}, {"kind", connector.kind}};
      json.update(toJson(connector.id ? stateOf(view, *connector.id) : ConnectorState()));
      connectors.push_back(std::move(json));
    }
    Json json = serverJson(view.home(), right);
    json["latency"] = latencyJson(
        lastDay(view.store().changeTimes(), store::ChangeStage::kConfirmed, session.now()));
    json["metaverseObjects"] = view.store().metaverse().count();
    json["problems"] = allProblems(view, right, errors);
    json["errorCauses"] = errorsJson(errors);
    json["connectors"] = std::move(connectors);
    session.printJson(json);
  }

  // What the last export found, tenant by tenant.
  static std::vector<std::string> checkLines(const StoreView& view) {
    std::vector<std::string> lines;
    for (const StoreView::Connector& connector : view.connectors()) {
      if (!connector.id) continue;
      const store::FindingCounts counts = view.store().checks().counts(*connector.id);
      if (counts.objects == 0) continue;
      lines.push_back(
          fmt::format("{} errors and {} warnings in {} objects for {} (tandem check "
                      "attributes)",
                      formatCount(counts.errors),
                      formatCount(counts.warnings),
                      formatCount(counts.objects),
                      connector.name));
    }
    return lines;
  }

  static void printText(Session& session, const StoreView& view) {
    const PairStatus right = pairStatusOf(view, session.now());
    std::vector<std::pair<std::string, std::string>> lines{{"Home", view.home().folder()}};
    for (auto& line : pairLines(right))
      lines.push_back(std::move(line));
    lines.emplace_back("Metaverse", formatCount(view.store().metaverse().count()) + " objects");
    if (std::string line = latencyLine(view.store().changeTimes(), session.now()); !line.empty())
      lines.emplace_back("To the cloud", std::move(line));
    const std::size_t width = session.width == 0 ? kPlainWidth : session.width;
    if (session.width != 0) wrapValues(lines, width);
    session.print(renderList(lines));
    Table table({{"CONNECTOR", Column::Kind::kLong},
                 {"OBJECTS", Column::Kind::kNumber},
                 {"TO SYNC", Column::Kind::kNumber},
                 {"ADD", Column::Kind::kNumber},
                 {"UPDATE", Column::Kind::kNumber},
                 {"DELETE", Column::Kind::kNumber},
                 {"ERRORS", Column::Kind::kNumber},
                 {"LAST RUN", Column::Kind::kLong}});
    for (const StoreView::Connector& connector : view.connectors()) {
      const ConnectorState state = connector.id ? stateOf(view, *connector.id) : ConnectorState();
      const std::string last =
          state.last_run ? state.last_run->profile + ": " + state.last_run->result : "never run";
      table.add({connector.name,
                 formatCount(state.objects),
                 formatCount(state.to_synchronize),
                 formatCount(state.exports.adds),
                 formatCount(state.exports.updates),
                 formatCount(state.exports.deletes),
                 formatCount(state.errors),
                 last});
    }
    session.print("\n" + table.render(session.width));
    for (const std::string& line : checkLines(view))
      session.print(wrapHanging("Checks:  ", line, width, "         "));
    for (const std::string& problem : allProblems(view, right, lastErrorsOf(view)))
      session.print(wrapHanging("Problem: ", problem, width, "         "));
  }
};

}  // namespace

std::unique_ptr<Command> makeStatusCommand() {
  return std::make_unique<StatusCommand>();
}

}  // namespace tandem::cli
