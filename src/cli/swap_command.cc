// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/partner.h"
#include "cli/table.h"
#include "compare/comparison.h"
#include "pair/swap.h"
#include "platform/clock.h"
#include "run/compared_server.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;
using pair::PeerReport;
using pair::SwapPlan;
using pair::SwapReport;

std::string pendingOf(const PeerReport& report) {
  std::int64_t pending = 0;
  for (const pair::PeerConnector& connector : report.connectors)
    pending += connector.adds + connector.updates + connector.deletes;
  return formatCount(pending);
}

std::string planText(const SwapPlan& plan, std::size_t width) {
  Table table({{""},
               {"SERVER", Column::Kind::kLong},
               {"ROLE"},
               {"SINCE"},
               {"PENDING", Column::Kind::kNumber}});
  for (const PeerReport* report : {&plan.old_server, &plan.new_server}) {
    table.add({report == &plan.old_server ? "from" : "to",
               report->identity.name,
               std::string(toString(report->state.role)),
               formatTime(report->state.since),
               pendingOf(*report)});
  }
  std::string text = table.render(width);
  for (const std::string& warning : plan.warnings)
    text += wrapHanging("Note: ", warning, 79, "      ") + "\n";
  if (plan.turns_round) text += "The swap that is on its way ends here, and is turned round.\n";
  if (plan.is_resumed) text += "A swap of these two is on its way; this goes on with it.\n";
  return text;
}

class SwapCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Hand the right to write over to the other server of the pair";
  }
  std::string_view examples() const override {
    return "  tandem swap --with /var/lib/tandem-new    from either of the two servers\n"
           "  tandem swap                               go on with a swap that was interrupted\n"
           "  tandem swap --back                        undo it, or swap back again\n"
           "Never two servers write: the old one stops, what it wrote is seen, and only then\n"
           "the new one begins. Nothing is lost if it is interrupted anywhere.";
  }
  void declare(CLI::App& app) override {
    app.add_option("--with", with_, "The other server: its home folder, or the URL of a paired one")
        ->type_name("HOME|URL");
    app.add_flag("--no-compare", no_compare_, "Do not compare the two servers first");
    app.add_flag("--back", back_, "Undo the swap in progress; after one has ended, swap back");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const std::unique_ptr<pair::Peer> here = openHere(session, home);
    Partner partner = TRY(openPartner(session, home, with_));
    const platform::SystemClock clock;
    pair::Swap swap(*here, *partner.peer, clock);
    const SwapPlan plan = TRY(swap.plan(back_));
    std::string text = planText(plan, session.width);
    if (!no_compare_ && !plan.is_resumed) text += TRY(comparedText(home, partner, !back_));
    if (!TRY(session.confirm(text))) return ExitCode::kFailed;
    pair::SwapOptions options;
    options.here_location = home.folder();
    options.there_location = partner.location;
    options.on_step = [&session](const std::string& what) { session.note("  " + what); };
    const SwapReport report = TRY(swap.run(plan, options));
    return session.json ? printJson(session, report) : printText(session, report);
  }

 private:
  // The proof, before anybody says yes. Both read what is new first: a change that only one of them
  // has seen yet is no difference. On the way back there is no time for that.
  static Result<std::string> comparedText(const home::Home& home, Partner& partner, bool refresh) {
    compare::Comparer comparer(run::accessForCompare(home), std::move(partner.compare));
    const compare::Comparison comparison =
        TRY_DOING(comparer.compare({.refresh = refresh, .described_max = 0}),
                  "comparing the two servers (--no-compare swaps without)");
    return fmt::format("Compared: {} differences in {} objects{}.\n",
                       formatCount(static_cast<std::int64_t>(comparison.differing)),
                       formatCount(static_cast<std::int64_t>(comparison.objects())),
                       comparison.differing == 0 ? "" : " (which: tandem compare)");
  }

  static ExitCode printJson(Session& session, const SwapReport& report) {
    Json runs = Json::array();
    for (const pair::PeerRun& run : report.cycle.runs) {
      runs.push_back({{"connector", run.connector},
                      {"profile", run.profile},
                      {"result", run.result},
                      {"message", run.message},
                      {"adds", run.adds},
                      {"updates", run.updates},
                      {"deletes", run.deletes}});
    }
    session.printJson({{"active", report.new_name},
                       {"staging", report.old_name},
                       {"epoch", report.epoch},
                       {"downtimeMs", report.downtime.count()},
                       {"totalMs", report.total.count()},
                       {"writesRepeated", report.writes_repeated},
                       {"writesLost", report.writes_lost},
                       {"cycle", runs},
                       {"outcome", report.outcome}});
    return report.writes_lost == 0 ? ExitCode::kDone : ExitCode::kFailed;
  }

  static ExitCode printText(Session& session, const SwapReport& report) {
    session.print(
        renderList({{"Active now", fmt::format("{} (epoch {})", report.new_name, report.epoch)},
                    {"In staging", report.old_name},
                    {"Downtime",
                     formatDuration(static_cast<double>(report.downtime.count()) / 1000) +
                         ", in which nobody could write"},
                    {"Writes repeated", formatCount(report.writes_repeated)},
                    {"Writes lost", formatCount(report.writes_lost)}}));
    for (const pair::PeerRun& run : report.cycle.runs) {
      if (run.result == "success" || run.result == "completed-no-objects") continue;
      session.print(
          fmt::format("{} of {}: {}. {}", run.profile, run.connector, run.result, run.message));
    }
    session.print(
        "Next: tandem canary        does a test user arrive?\n"
        "      tandem swap --back   if anything looks wrong");
    return report.writes_lost == 0 ? ExitCode::kDone : ExitCode::kFailed;
  }

  std::string with_;
  bool back_ = false;
  bool no_compare_ = false;
};

}  // namespace

std::unique_ptr<Command> makeSwapCommand() {
  return std::make_unique<SwapCommand>();
}

}  // namespace tandem::cli
