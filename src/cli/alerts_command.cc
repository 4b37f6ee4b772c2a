// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/alert_evaluation.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/table.h"
#include "service/alert_sender.h"
#include "service/alert_ticker.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;
using service::Alert;
using service::AlertFinding;

constexpr std::size_t kPlainWidth = 100;

class AlertsCommand : public Command {
 public:
  std::string_view summary() const override { return "What is wrong now, and who was told"; }
  std::string_view examples() const override {
    return "  tandem alerts\n"
           "  tandem alerts --json | jq -r '.alerts[].kind'\n"
           "  tandem alerts test       sends a message by each way of server.toml: [alerts]";
  }
  void declare(CLI::App& app) override {
    app.add_option("WHAT", what_, "test: send a message")->check(CLI::IsMember({"test"}));
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    if (what_ == "test") return test(session, home);
    return show(session, home, alertsNow(session, home));
  }

 private:
  // What is so now; since when, and who was told, is in the service's book.
  static std::vector<Alert> alertsNow(const Session& session, const home::Home& home) {
    const service::AlertBook book = service::readAlertBook(home);
    std::vector<Alert> alerts;
    for (const AlertFinding& finding : findAlerts(session)) {
      const auto known =
          std::find_if(book.alerts().begin(), book.alerts().end(), [&](const Alert& alert) {
            return alert.finding.id() == finding.id();
          });
      if (known == book.alerts().end()) {
        alerts.push_back({finding, session.now(), {}});
      } else {
        alerts.push_back({finding, known->since, known->sent_to});
      }
    }
    return alerts;
  }

  static ExitCode show(Session& session, const home::Home& home, const std::vector<Alert>& alerts) {
    if (session.json) {
      Json list = Json::array();
      for (const Alert& alert : alerts) {
        list.push_back({{"id", alert.finding.id()},
                        {"kind", toString(alert.finding.kind)},
                        {"severity", severityOf(alert.finding.kind)},
                        {"text", alert.finding.text},
                        {"next", alert.finding.next},
                        {"since", formatTime(alert.since)},
                        {"sentTo", alert.sent_to}});
      }
      const service::AlertSender sender(home, session.host_name, session.now);
      session.printJson(
          {{"alerts", list}, {"ways", sender.ways()}, {"ignored", home.settings().alerts.ignore}});
      return ExitCode::kDone;
    }
    if (alerts.empty()) session.print("Nothing is wrong.");
    const std::size_t width = session.width == 0 ? kPlainWidth : session.width;
    for (const Alert& alert : alerts) {
      const std::string head = fmt::format("{}: ", toString(alert.finding.kind));
      session.print(wrapHanging(head, alert.finding.text, width, "    "));
      if (!alert.finding.next.empty())
        session.print(wrapHanging("    Next: ", alert.finding.next, width, "    "));
      session.print(fmt::format("    Since {}; told: {}",
                                formatTime(alert.since),
                                alert.sent_to.empty()
                                    ? std::string("nobody")
                                    : fmt::format("{}", fmt::join(alert.sent_to, ", "))));
    }
    return ExitCode::kDone;
  }

  static Result<ExitCode> test(Session& session, const home::Home& home) {
    const service::AlertSender sender(home, session.host_name, session.now);
    const std::vector<std::string> ways = sender.ways();
    if (ways.empty()) {
      return Error(ErrorCode::kNotFound,
                   "server.toml names nobody to tell: add [alerts.mail] or [alerts.webhook]");
    }
    Json list = Json::array();
    bool all_sent = true;
    for (const std::string& way : ways) {
      service::AlertMessage message;
      message.event = service::AlertEvent::kTest;
      message.way = way;
      message.finding.subject = "test";
      message.finding.text = "This is a test: nothing is wrong. Alerts of this server arrive.";
      message.since = message.at = session.now();
      const Result<void> sent = sender.send(message);
      all_sent = all_sent && sent.ok();
      const std::string error = sent.ok() ? "" : sent.error().message();
      list.push_back({{"way", way}, {"sent", sent.ok()}, {"error", error}});
      if (!session.json) session.print(sent.ok() ? way + ": sent" : way + ": not sent: " + error);
    }
    if (session.json) session.printJson({{"sent", list}});
    return all_sent ? ExitCode::kDone : ExitCode::kFailed;
  }

  std::string what_;
};

}  // namespace

std::unique_ptr<Command> makeAlertsCommand() {
  return std::make_unique<AlertsCommand>();
}

}  // namespace tandem::cli
