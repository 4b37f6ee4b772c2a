// SPDX-License-Identifier: Apache-2.0
//
// What another server exports as a policy, and a policy in the form that Entra Connect's people and
// tools read.
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/conversion_report.h"
#include "cli/options.h"
#include "cli/policy_file.h"
#include "platform/files.h"
#include "policy/entra/conversion.h"
#include "policy/entra/folder.h"
#include "policy/entra/read_configuration.h"
#include "policy/entra/settings_json.h"
#include "policy/policy_check.h"
#include "policy/policy_writer.h"

namespace tandem::cli {
namespace {

using policy::entra::ConvertOptions;
using policy::entra::EntraConfiguration;
using policy::entra::Format;
using policy::entra::ReadConfiguration;

constexpr unsigned kPrivateFile = 0600;

class PolicyConvertCommand : public Command {
 public:
  std::string_view summary() const override { return "Make a policy of Entra Connect's settings"; }
  std::string_view examples() const override {
    return "  tandem policy convert ./contoso                      the report alone\n"
           "  tandem policy convert ./contoso policy.json\n"
           "  tandem policy convert Exported-SynchronizationPolicy.JSON policy.json\n"
           "  tandem policy convert rule.ps1 policy.json --into policy.json\n"
           "  tandem policy convert policy.json ./folder --to folder\n"
           "What the input is, is told by what is in it.";
  }
  void declare(CLI::App& app) override {
    app.add_option("INPUT", input_, "A folder or file of Entra Connect, or a policy")->required();
    app.add_option("OUTPUT", output_, "Where to write; without it only the report is made");
    app.add_option("--to", to_, "What to write: policy, folder or settings")
        ->check(CLI::IsMember({"policy", "folder", "settings"}))
        ->capture_default_str();
    app.add_option("--standard-rules", standard_, "ours: by tag; theirs: in full, instead of ours")
        ->check(CLI::IsMember({"ours", "theirs"}))
        ->capture_default_str();
    app.add_option("--into", into_, "A policy whose connectors and settings rules alone go into");
  }

  Result<ExitCode> run(Session& session) override {
    ReadConfiguration read = TRY(policy::entra::readConfiguration(input_));
    if (!read.configuration && !read.policy) {
      reportBadConfiguration(session, input_, read.problems);
      return ExitCode::kUsage;
    }
    if (!into_.empty() && read.configuration && read.configuration->has_connectors) {
      session.note("tandem: --into is for rules alone; " + input_ + " has connectors of its own");
      return ExitCode::kUsage;
    }
    if (!session.json && !read.problems.empty()) session.note(home::listProblems(read.problems));
    if (!output_.empty() && !TRY(mayWrite(session))) return ExitCode::kFailed;
    if (to_ == "policy") return writePolicyOf(session, read);
    return writeExport(session, read);
  }

 private:
  Result<bool> mayWrite(Session& session) const {
    // A folder that is there is refused by its writer.
    if (to_ == "folder" || !platform::fileExists(output_)) return true;
    return session.confirm(fmt::format("This replaces {}.", output_));
  }

  Result<ExitCode> writePolicyOf(Session& session, const ReadConfiguration& read) {
    policy::entra::Conversion made;
    if (read.policy) {
      made.document = *read.policy;
    } else {
      ConvertOptions options;
      if (standard_ == "theirs") {
        options.standard_rules = policy::entra::StandardRuleChoice::kTheirs;
      }
      policy::ReadPolicy into;
      if (!into_.empty()) {
        into = TRY(readPolicyFile(into_));
        if (!into.document) {
          reportBadPolicy(session, into_, into);
          return ExitCode::kUsage;
        }
        options.into = &*into.document;
      }
      made = convert(*read.configuration, options);
    }
    const std::string text = policy::writePolicy(made.document);
    if (!output_.empty()) TRY(platform::writeFileDurably(output_, text, kPrivateFile));
    const policy::ReadPolicy checked =
        policy::checkPolicy(text, output_.empty() ? "policy.json" : output_);
    tell(session, read, made.report, checked);
    return checked.document ? ExitCode::kDone : ExitCode::kFailed;
  }

  void tell(Session& session,
            const ReadConfiguration& read,
            const policy::entra::Report& report,
            const policy::ReadPolicy& checked) const {
    if (session.json) {
      session.printJson({{"input", input_},
                         {"format", wordFor(policy::entra::kFormats, read.format)},
                         {"output", output_},
                         {"problems", problemsJson(read.problems)},
                         {"report", reportJson(report)},
                         {"valid", checked.document.has_value()},
                         {"policyProblems", problemsJson(checked.problems)}});
      return;
    }
    if (read.configuration) {
      session.print(describeConfiguration(input_, *read.configuration) + reportText(report));
    }
    if (!output_.empty()) session.print(fmt::format("{} is written.", output_));
    if (!checked.problems.empty()) session.note(home::listProblems(checked.problems));
    if (checked.document) {
      session.print(output_.empty()
                        ? fmt::format("Next: tandem policy convert {} policy.json", input_)
                        : fmt::format("The policy is good. Next: tandem policy diff {} {}, and "
                                      "tandem init --import {}",
                                      input_,
                                      output_,
                                      output_));
    } else {
      session.note(
          "tandem: the policy has errors, and no run starts with it as it is. Correct "
          "these lines, then: tandem policy check " +
          (output_.empty() ? std::string("FILE") : output_));
    }
  }

  Result<ExitCode> writeExport(Session& session, const ReadConfiguration& read) {
    if (output_.empty()) {
      session.note("tandem: name the OUTPUT to write");
      return ExitCode::kUsage;
    }
    const EntraConfiguration configuration =
        read.policy ? policy::entra::fromPolicy(*read.policy) : *read.configuration;
    if (to_ == "folder") {
      TRY(policy::entra::writeFolder(configuration, output_));
    } else {
      TRY(platform::writeFileDurably(
          output_, policy::entra::writeSettingsJson(configuration), kPrivateFile));
    }
    if (session.json) {
      session.printJson({{"input", input_},
                         {"format", wordFor(policy::entra::kFormats, read.format)},
                         {"output", output_},
                         {"problems", problemsJson(read.problems)}});
    } else {
      session.print(fmt::format("{} is written: {} connectors, {} rules, {} settings.",
                                output_,
                                configuration.connectors.size(),
                                configuration.rules.size(),
                                configuration.settings.size()));
    }
    return ExitCode::kDone;
  }

  std::string input_;
  std::string output_;
  std::string to_ = "policy";
  std::string standard_ = "ours";
  std::string into_;
};

}  // namespace

std::unique_ptr<Command> makePolicyConvertCommand() {
  return std::make_unique<PolicyConvertCommand>();
}

}  // namespace tandem::cli
