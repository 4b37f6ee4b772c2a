// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"
#include "platform/clock.h"
#include "run/preflight.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;
using connectors::TestFinding;
using connectors::TestVerdict;

class CheckPreflightCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Whether a server would work, before its first run";
  }
  std::string_view examples() const override {
    return "  tandem check preflight\n"
           "      network, encryption, clocks, rights, secrets, space: ok, warning or refused\n"
           "  tandem check preflight --json | jq '.findings[] | select(.verdict != \"ok\")'\n"
           "Nothing is written, here or in a directory.";
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    platform::SystemClock clock;
    const run::PreflightReport report = TRY(run::runPreflight(home, clock));
    if (session.json) {
      printJson(session, report);
    } else {
      printTable(session, report);
    }
    return report.count(TestVerdict::kRefused) == 0 ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  static void printJson(Session& session, const run::PreflightReport& report) {
    Json findings = Json::array();
    for (const auto& [subject, finding] : report.findings) {
      findings.push_back({{"subject", subject},
                          {"check", finding.check},
                          {"verdict", toString(finding.verdict)},
                          {"detail", finding.detail},
                          {"next", finding.next}});
    }
    session.printJson({{"ok", report.count(TestVerdict::kRefused) == 0},
                       {"warnings", report.count(TestVerdict::kWarning)},
                       {"refused", report.count(TestVerdict::kRefused)},
                       {"findings", findings}});
  }

  static void printTable(Session& session, const run::PreflightReport& report) {
    std::string subject;
    for (const run::PreflightFinding& row : report.findings) {
      if (row.subject != subject) session.print((subject.empty() ? "" : "\n") + row.subject);
      subject = row.subject;
      printRow(session, row.finding);
    }
    session.print(fmt::format("\n{} ok, {} to look at, {} refused. {}",
                              report.count(TestVerdict::kOk),
                              report.count(TestVerdict::kWarning),
                              report.count(TestVerdict::kRefused),
                              report.count(TestVerdict::kRefused) == 0
                                  ? "This server can do its work."
                                  : "Repair what is refused, then give the command again."));
  }

  static void printRow(Session& session, const TestFinding& finding) {
    const std::size_t width = session.width == 0 ? 100 : session.width;
    session.print(fmt::format("  {:<7}  {}", toString(finding.verdict), finding.check));
    if (!finding.detail.empty()) session.print(wrap(finding.detail, width, "           "));
    if (!finding.next.empty()) session.print(wrap("Next: " + finding.next, width, "           "));
  }
};

}  // namespace

std::unique_ptr<Command> makeCheckPreflightCommand() {
  return std::make_unique<CheckPreflightCommand>();
}

}  // namespace tandem::cli
