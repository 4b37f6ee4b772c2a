// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/effect_progress.h"
#include "cli/effect_text.h"
#include "cli/options.h"
#include "cli/policy_file.h"

namespace tandem::cli {
namespace {

constexpr std::size_t kWidthElsewhere = 100;

class PolicyEffectCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Which objects and values a policy would change";
  }
  std::string_view examples() const override {
    return "  tandem policy effect new.json\n"
           "  tandem policy effect new.json --examples 20\n"
           "  tandem policy effect new.json --json | jq '.types[] | {type, deleted}'\n"
           "The engine applies both policies to copies of what has been imported. Nothing is\n"
           "written. It works in staging, and while a cycle runs.";
  }
  void declare(CLI::App& app) override {
    app.add_option("FILE", file_, "A policy")->required();
    app.add_option("--examples", options_.examples_max, "Name so many objects of each group")
        ->capture_default_str()
        ->check(CLI::Range(0, 1000));
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const policy::ReadPolicy read = TRY(readPolicyFile(file_));
    if (!read.document) {
      reportBadPolicy(session, file_, read);
      return ExitCode::kUsage;
    }
    const run::PolicyEffect effect =
        TRY(workOutEffect(session, home, nullptr, *read.document, options_));
    if (session.json) {
      session.printJson(effectJson(effect));
    } else {
      session.print(effectText(effect, session.width == 0 ? kWidthElsewhere : session.width));
    }
    return ExitCode::kDone;
  }

 private:
  std::string file_;
  run::EffectOptions options_;
};

}  // namespace

std::unique_ptr<Command> makePolicyEffectCommand() {
  return std::make_unique<PolicyEffectCommand>();
}

}  // namespace tandem::cli
