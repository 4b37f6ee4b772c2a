// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/store_view.h"
#include "cli/table.h"
#include "run/server.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;
using policy::ConnectorKind;
using policy::ConnectorPolicy;

std::string addressOf(const ConnectorPolicy& connector) {
  switch (connector.kind) {
    case ConnectorKind::kActiveDirectory:
    case ConnectorKind::kOpenLdap:
      return connector.ldap.host;
    case ConnectorKind::kLdif:
      return connector.ldif.folder;
    case ConnectorKind::kEntra:
      return connector.entra.tenant_id;
  }
  return "";
}

std::string kindOf(const ConnectorPolicy& connector) {
  return std::string(wordFor(policy::kConnectorKinds, connector.kind));
}

class ConnectorListCommand : public Command {
 public:
  std::string_view summary() const override { return "The connectors of the policy"; }
  std::string_view examples() const override {
    return "  tandem connector list\n  tandem Get-ADSyncConnector -Name entra";
  }
  void declare(CLI::App& app) override {
    app.add_option("--name", name_, "Only this one");
    app.add_flag("--as-cmdlet", as_cmdlet_, "As Get-ADSyncConnector prints it");
  }

  Result<ExitCode> run(Session& session) override {
    const policy::PolicyDocument document = TRY(session.openPolicy());
    Json list = Json::array();
    Table table({{"NAME", Column::Kind::kLong},
                 {"KIND", Column::Kind::kText},
                 {"DIRECTORY", Column::Kind::kLong},
                 {"PARTITIONS", Column::Kind::kLong}});
    for (const ConnectorPolicy& connector : document.connectors) {
      if (!name_.empty() && !equalsIgnoreCaseAscii(connector.name, name_)) continue;
      std::string partitions;
      for (const policy::Partition& partition : connector.partitions) {
        partitions += (partitions.empty() ? "" : "; ") + partition.dn;
      }
      list.push_back({{"Name", connector.name},
                      {"Identifier", connector.id},
                      {"Type", kindOf(connector)},
                      {"Directory", addressOf(connector)},
                      {"Partitions", partitions}});
      table.add({connector.name, kindOf(connector), addressOf(connector), partitions});
    }
    if (list.empty() && !name_.empty()) {
      return Error(ErrorCode::kNotFound, fmt::format("there is no connector \"{}\"", name_));
    }
    if (session.json) {
      session.printJson({{"connectors", list}});
    } else if (as_cmdlet_) {
      for (const Json& connector : list)
        printAsList(session, connector);
    } else {
      session.print(table.render(session.width));
    }
    return ExitCode::kDone;
  }

 private:
  static void printAsList(const Session& session, const Json& json) {
    std::vector<std::pair<std::string, std::string>> lines;
    for (const auto& [key, value] : json.items()) {
      lines.emplace_back(key, value.get<std::string>());
    }
    session.print(renderList(lines) + "\n");
  }

  std::string name_;
  bool as_cmdlet_ = false;
};

class ConnectorStatisticsCommand : public Command {
 public:
  std::string_view summary() const override { return "Counts of one connector space"; }
  std::string_view examples() const override {
    return "  tandem connector statistics entra\n"
           "  tandem Get-ADSyncConnectorStatistics -ConnectorName entra";
  }
  void declare(CLI::App& app) override {
    app.add_option("CONNECTOR", name_, "As the policy names it")->required();
    app.add_flag("--as-cmdlet", as_cmdlet_, "As Get-ADSyncConnectorStatistics prints it");
  }

  Result<ExitCode> run(Session& session) override {
    const StoreView view = TRY(StoreView::open(session));
    const StoreView::Connector connector = TRY(view.connector(name_));
    const auto id = connector.id.value_or(directory::ConnectorId());
    store::ConnectorSpace& space = view.store().space();
    const store::PendingExportCounts exports = view.store().exports().countPending(id);
    using store::PendingImport;
    const std::int64_t adds = space.pendingImportCount(id, PendingImport::kAdd);
    const std::int64_t deletes = space.pendingImportCount(id, PendingImport::kDelete);
    const std::int64_t updates = space.pendingImportCount(
        id, PendingImport::kUpdate | PendingImport::kReferences | PendingImport::kRename);
    const std::int64_t total = space.countKnown(id);
    const std::pair<const char*, std::int64_t> numbers[] = {
        {"ExportAdds", exports.adds},
        {"ExportUpdates", exports.updates},
        {"ExportDeletes", exports.deletes},
        {"ImportAdds", adds},
        {"ImportUpdates", updates},
        {"ImportDeletes", deletes},
        {"ImportNoChange", std::max<std::int64_t>(0, total - adds - updates - deletes)},
        {"TotalConnectors", total}};
    Json json = Json::object();
    std::vector<std::pair<std::string, std::string>> lines;
    for (const auto& [name, number] : numbers) {
      json[name] = number;
      lines.emplace_back(name, as_cmdlet_ ? fmt::format("{}", number) : formatCount(number));
    }
    if (session.json) {
      session.printJson(json);
    } else {
      session.print(renderList(lines));
    }
    return ExitCode::kDone;
  }

 private:
  std::string name_;
  bool as_cmdlet_ = false;
};

class ConnectorTestCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Reach a directory and check our rights there";
  }
  std::string_view examples() const override {
    return "  tandem connector test                    all of them\n"
           "  tandem connector test corp.example.com\n"
           "Nothing is read but names and rights, and nothing is written.";
  }
  void declare(CLI::App& app) override { app.add_option("CONNECTOR", name_, "Default: all"); }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const std::unique_ptr<run::Server> server = TRY(run::Server::open(home));
    std::vector<run::ServerConnector*> chosen;
    if (name_.empty()) {
      for (run::ServerConnector& connector : server->connectors())
        chosen.push_back(&connector);
    } else {
      chosen.push_back(TRY(server->findConnector(name_)));
    }
    bool all_good = true;
    Json list = Json::array();
    for (run::ServerConnector* const connector : chosen) {
      Json findings = Json::array();
      if (!session.json) session.print(connector->policy->name);
      for (const connectors::TestFinding& finding : connector->connector->testConnection()) {
        all_good = all_good && finding.verdict != connectors::TestVerdict::kRefused;
        findings.push_back({{"check", finding.check},
                            {"ok", finding.isOk()},
                            {"verdict", toString(finding.verdict)},
                            {"detail", finding.detail},
                            {"next", finding.next}});
        if (!session.json) printFinding(session, finding);
      }
      list.push_back({{"connector", connector->policy->name}, {"findings", findings}});
    }
    if (session.json) session.printJson({{"ok", all_good}, {"connectors", list}});
    return all_good ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  static void printFinding(const Session& session, const connectors::TestFinding& finding) {
    session.print(fmt::format("  {:<7}  {}", toString(finding.verdict), finding.check));
    const std::size_t width = session.width == 0 ? 100 : session.width;
    for (const std::string& text : {finding.detail, finding.next}) {
      if (!text.empty()) session.print(wrap(text, width, "           "));
    }
  }

  std::string name_;
};

}  // namespace

std::unique_ptr<Command> makeConnectorListCommand() {
  return std::make_unique<ConnectorListCommand>();
}
std::unique_ptr<Command> makeConnectorStatisticsCommand() {
  return std::make_unique<ConnectorStatisticsCommand>();
}
std::unique_ptr<Command> makeConnectorTestCommand() {
  return std::make_unique<ConnectorTestCommand>();
}

}  // namespace tandem::cli
