// SPDX-License-Identifier: Apache-2.0
//
// Commands that show and change single settings of the policy, for people who know them as cmdlets.
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/policy_edit.h"
#include "cli/table.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;
using policy::PolicyDocument;

Result<ExitCode> showThreshold(Session& session, const PolicyDocument& document) {
  const policy::DeletionThreshold& limit = document.thresholds.deletions;
  if (session.json) {
    session.printJson({{"DeletionPrevention", limit.enabled ? 1 : 0},
                       {"ThresholdCount", limit.enabled ? limit.count : 0},
                       {"ThresholdPercentage", limit.percent},
                       {"PercentageAppliesAbove", limit.percent_applies_above}});
    return ExitCode::kDone;
  }
  session.print(renderList(
      {{"DeletionPrevention", limit.enabled ? "1" : "0"},
       {"ThresholdCount", fmt::format("{}", limit.enabled ? limit.count : 0)},
       {"ThresholdPercentage", fmt::format("{}", limit.percent)},
       {"PercentageAppliesAbove", fmt::format("{} objects", limit.percent_applies_above)}}));
  return ExitCode::kDone;
}

class ThresholdShowCommand : public Command {
 public:
  std::string_view summary() const override { return "The deletion threshold"; }
  std::string_view examples() const override {
    return "  tandem threshold show\n  tandem Get-ADSyncExportDeletionThreshold";
  }
  Result<ExitCode> run(Session& session) override {
    return showThreshold(session, TRY(session.openPolicy()));
  }
};

class ThresholdEnableCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Switch the deletion threshold on, or move it";
  }
  std::string_view examples() const override {
    return "  tandem threshold enable\n"
           "  tandem threshold enable --count 200 --percent 5\n"
           "  tandem Enable-ADSyncExportDeletionThreshold -DeletionThreshold 500";
  }
  void declare(CLI::App& app) override {
    app.add_option("--count", count_, "Deletions in one export");
    app.add_option("--percent", percent_, "Of the objects there are")->check(CLI::Range(0, 100));
  }
  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const PolicyDocument document = TRY(
        editPolicy(session, home, "threshold enable", [&](PolicyDocument& edited) -> Result<void> {
          policy::DeletionThreshold& limit = edited.thresholds.deletions;
          limit.enabled = true;
          if (count_) limit.count = *count_;
          if (percent_) limit.percent = *percent_;
          return {};
        }));
    return showThreshold(session, document);
  }

 private:
  std::optional<std::uint32_t> count_, percent_;
};

class ThresholdDisableCommand : public Command {
 public:
  std::string_view summary() const override { return "Switch the deletion threshold off"; }
  std::string_view examples() const override {
    return "  tandem threshold disable --yes\n"
           "  tandem run entra export\n"
           "  tandem threshold enable          and it is on again\n"
           "For one export alone: tandem run entra export --allow-deletions";
  }
  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const bool sure = TRY(session.confirm(
        "Without the threshold the next exports delete whatever is pending, however much that is.\n"
        "Look at it first: tandem pending --deletes"));
    if (!sure) return ExitCode::kFailed;
    const PolicyDocument document = TRY(
        editPolicy(session, home, "threshold disable", [](PolicyDocument& edited) -> Result<void> {
          edited.thresholds.deletions.enabled = false;
          return {};
        }));
    return showThreshold(session, document);
  }
};

}  // namespace

std::unique_ptr<Command> makeThresholdShowCommand() {
  return std::make_unique<ThresholdShowCommand>();
}
std::unique_ptr<Command> makeThresholdEnableCommand() {
  return std::make_unique<ThresholdEnableCommand>();
}
std::unique_ptr<Command> makeThresholdDisableCommand() {
  return std::make_unique<ThresholdDisableCommand>();
}

}  // namespace tandem::cli
