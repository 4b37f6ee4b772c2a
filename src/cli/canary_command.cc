// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/canary.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;
using run::CanaryReport;

constexpr std::size_t kPlainWidth = 100;
constexpr std::size_t kDetailsShown = 12;

ExitCode exitCodeOf(const CanaryReport& report) {
  return report.passed && (report.left_behind.empty() || report.is_kept) ? ExitCode::kDone
                                                                         : ExitCode::kFailed;
}

void printJson(const Session& session, const CanaryReport& report) {
  Json steps = Json::array();
  for (const run::CanaryStep& step : report.steps) {
    steps.push_back({{"stage", run::toString(step.stage)},
                     {"ok", step.ok},
                     {"text", step.text},
                     {"seconds", step.seconds}});
  }
  Json json{{"user", report.user},
            {"arrived", report.passed && !report.only_would},
            {"wouldArrive", report.passed},
            {"stoppedAt", nullptr},
            {"secondsToCloud", nullptr},
            {"steps", steps},
            {"cause", report.cause.sentence},
            {"details", report.cause.details},
            {"next", report.next},
            {"removal", report.removal},
            {"leftBehind", report.left_behind}};
  if (report.stopped_at) json["stoppedAt"] = run::toString(*report.stopped_at);
  if (report.passed && !report.only_would) json["secondsToCloud"] = report.seconds_to_cloud;
  session.printJson(json);
}

void printText(const Session& session, const CanaryReport& report) {
  const std::size_t width = session.width == 0 ? kPlainWidth : session.width;
  if (report.stopped_at) {
    session.print(wrapHanging("Cause: ", report.cause.sentence + ".", width, "       "));
    std::size_t shown = 0;
    for (const std::string& detail : report.cause.details) {
      if (++shown > kDetailsShown) break;
      session.print(wrapHanging("       - ", detail, width, "         "));
    }
    if (!report.next.empty()) session.print(wrapHanging("Next:  ", report.next, width, "       "));
  } else if (report.only_would) {
    session.print("The test user would arrive: everything but the export is proven.");
  } else {
    session.print(
        fmt::format("Arrived, {} after the change.", formatDuration(report.seconds_to_cloud)));
  }
  if (!report.removal.empty())
    session.print(wrapHanging("Clean: ", report.removal + ".", width, "       "));
  if (!report.left_behind.empty())
    session.print(wrapHanging("Left:  ", report.left_behind + ".", width, "       "));
}

class CanaryCommand : public Command {
 public:
  std::string_view summary() const override { return "Does a test user arrive in the tenant?"; }
  std::string_view examples() const override {
    return "  tandem canary                            demo: makes a test user and removes it "
           "again\n"
           "  tandem canary --account CN=ops,DC=… --password-file F --container OU=Test,DC=…\n"
           "                                           the same in a real directory\n"
           "  tandem canary --user ada@example.com     follows one who is there; changes nothing\n"
           "  tandem canary --user ada@example.com --change description …\n"
           "                                           changes one value, and restores it\n"
           "Says at which step it stopped and why. In staging it stops before the export, and "
           "says\n"
           "what would be written.";
  }
  void declare(CLI::App& app) override {
    app.add_option("--user", arguments_.user, "Follow this one: DN, user principal name or mail")
        ->type_name("OBJECT");
    app.add_option(
           "--change", arguments_.change, "With --user: change this attribute, then restore it")
        ->type_name("ATTRIBUTE")
        ->expected(0, 1);
    change_ = app.get_option("--change");
    app.add_option("--connector", arguments_.connector, "The directory; default: the first");
    app.add_option("--container", arguments_.container, "Where the test user is made")
        ->type_name("DN");
    app.add_option("--account", arguments_.account, "Who may write there: DN or UPN")
        ->type_name("ACCOUNT");
    app.add_option(
           "--password-file", arguments_.password_file, "The account's password: first line")
        ->type_name("FILE");
    app.add_option("--account-secret", arguments_.account_secret, "The password is this secret")
        ->type_name("NAME");
    app.add_flag("--keep", arguments_.keep, "Do not remove or restore what was made");
    app.add_option("--wait", arguments_.wait_seconds, "Seconds to wait for a cycle that runs here")
        ->capture_default_str();
  }

  Result<ExitCode> run(Session& session) override {
    arguments_.wants_change = change_->count() > 0;
    if (arguments_.wants_change && arguments_.user.empty()) {
      session.note("tandem: --change needs --user: whose attribute?");
      return ExitCode::kUsage;
    }
    CanaryReport report = TRY(runCanary(session, arguments_));
    if (report.user.empty()) report.user = arguments_.user;  // nobody has that name
    return reportCanary(session, report);
  }

 private:
  CanaryArguments arguments_;
  CLI::Option* change_ = nullptr;
};

}  // namespace

ExitCode reportCanary(Session& session, const CanaryReport& report) {
  if (session.json) {
    printJson(session, report);
  } else {
    printText(session, report);
  }
  return exitCodeOf(report);
}

std::unique_ptr<Command> makeCanaryCommand() {
  return std::make_unique<CanaryCommand>();
}

}  // namespace tandem::cli
