// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/effect_progress.h"
#include "cli/effect_text.h"
#include "cli/options.h"
#include "cli/policy_file.h"
#include "platform/files.h"
#include "policy/entra/configuration_diff.h"
#include "policy/entra/diff_report.h"
#include "policy/entra/read_configuration.h"

namespace tandem::cli {
namespace {

using policy::entra::ConfigurationDiff;
using policy::entra::ReadConfiguration;

constexpr unsigned kPrivateFile = 0600;
constexpr std::size_t kUnwrapped = 100'000;  // what shows the lines breaks them

class PolicyDiffCommand : public Command {
 public:
  std::string_view summary() const override { return "Where two configurations differ in meaning"; }
  std::string_view examples() const override {
    return "  tandem policy diff settings.json            against the policy in force\n"
           "  tandem policy diff ./server-a ./server-b    two exports of Entra Connect\n"
           "  tandem policy diff ./server-a policy.json --html differences.html\n"
           "  tandem policy diff settings.json --effect    and whom it would concern here\n"
           "  tandem policy diff settings.json --json | jq '.changes[].what'\n"
           "Each is a policy, or any format that 'tandem policy convert' takes.";
  }
  void declare(CLI::App& app) override {
    app.add_option("FILE", first_, "A policy, or a file or folder of Entra Connect")->required();
    app.add_option("OTHER",
                   second_,
                   "What FILE is compared with; default: FILE with the policy in "
                   "force");
    app.add_flag("--effect",
                 with_effect_,
                 "Also what it would change of the objects of this home, as 'policy effect' does");
    app.add_option("--html", html_, "Write one page that can be mailed");
  }

  Result<ExitCode> run(Session& session) override {
    const bool against_home = second_.empty();
    const std::string& after_name = against_home ? first_ : second_;
    const ReadConfiguration after = TRY(policy::entra::readConfiguration(after_name));
    if (!isReadable(session, after_name, after)) return ExitCode::kUsage;
    if (!against_home) {
      const ReadConfiguration before = TRY(policy::entra::readConfiguration(first_));
      if (!isReadable(session, first_, before)) return ExitCode::kUsage;
      return report(session, before, first_, after, after_name);
    }
    const home::Home home = TRY(session.openHome());
    ReadConfiguration before;
    if (Result<policy::ReadPolicy> present = home.policy(); present.ok()) {
      before.policy = std::move(present.value().document);
    }
    if (!before.policy) {
      session.print(
          "Warning: the present policy.json has errors or is missing; there is nothing to "
          "compare with.");
      return ExitCode::kDone;
    }
    return report(session, before, home.policyPath(), after, after_name);
  }

 private:
  static bool isReadable(Session& session, const std::string& name, const ReadConfiguration& read) {
    if (read.policy || read.configuration) return true;
    reportBadConfiguration(session, name, read.problems);
    return false;
  }

  Result<ExitCode> report(Session& session,
                          const ReadConfiguration& before,
                          const std::string& before_name,
                          const ReadConfiguration& after,
                          const std::string& after_name) const {
    ConfigurationDiff diff =
        policy::entra::compareConfigurations(before, before_name, after, after_name);
    if (with_effect_) diff.effect = TRY(effectOf(session, before, after));
    if (!html_.empty()) {
      if (platform::fileExists(html_) &&
          !TRY(session.confirm(fmt::format("This replaces {}.", html_)))) {
        return ExitCode::kFailed;
      }
      TRY(platform::writeFileDurably(html_, policy::entra::diffHtml(diff), kPrivateFile));
    }
    const bool against_home = second_.empty();
    if (session.json) {
      nlohmann::ordered_json json{{"file", first_}};
      json["exported"] = after.policy && against_home ? originJson(*after.policy) : nullptr;
      json.update(policy::entra::diffJson(diff));
      if (!html_.empty()) json["html"] = html_;
      session.printJson(json);
      return ExitCode::kDone;
    }
    if (against_home && diff.isEmpty()) {
      session.print(fmt::format("{} holds the settings that are in force.", first_));
    } else {
      session.print(policy::entra::diffText(diff));
    }
    if (against_home && after.policy) {
      if (const std::string warnings = replacementWarnings(*before.policy, *after.policy);
          !warnings.empty()) {
        session.print(warnings);
      }
    }
    if (!html_.empty()) session.print(fmt::format("{} is written.", html_));
    return ExitCode::kDone;
  }

  static Result<policy::entra::DiffEffect> effectOf(Session& session,
                                                    const ReadConfiguration& before,
                                                    const ReadConfiguration& after) {
    if (!before.policy || !after.policy) {
      return Error(ErrorCode::kInvalidArgument,
                   "--effect needs two policies; 'tandem policy convert' makes one of an export of "
                   "Entra Connect");
    }
    const home::Home home = TRY(session.openHome());
    const run::PolicyEffect effect =
        TRY(workOutEffect(session, home, &*before.policy, *after.policy, {}));
    policy::entra::DiffEffect result;
    result.about = fmt::format("on what {} has imported", home.folder());
    for (const std::string& line : split(effectText(effect, kUnwrapped), '\n')) {
      if (!line.empty()) result.lines.emplace_back(trimAscii(line));
    }
    return result;
  }

  std::string first_;
  std::string second_;
  std::string html_;
  bool with_effect_ = false;
};

}  // namespace

std::unique_ptr<Command> makePolicyDiffCommand() {
  return std::make_unique<PolicyDiffCommand>();
}

}  // namespace tandem::cli
