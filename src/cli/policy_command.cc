// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/policy_file.h"
#include "policy/policy_check.h"
#include "policy/policy_schema.h"
#include "policy/policy_writer.h"
#include "rules/rule_json.h"

namespace tandem::cli {
namespace {

class PolicyCheckCommand : public Command {
 public:
  std::string_view summary() const override { return "Report every problem of a policy, by line"; }
  std::string_view examples() const override {
    return "  tandem policy check                  the home folder's policy.json\n"
           "  tandem policy check new-policy.json  a file, before it is put in place\n"
           "  tandem policy check --json | jq '.problems[].where'";
  }
  void declare(CLI::App& app) override {
    app.add_option("FILE", file_, "Default: policy.json of the home folder");
  }

  Result<ExitCode> run(Session& session) override {
    if (file_.empty()) file_ = TRY(session.openHome()).policyPath();
    const policy::ReadPolicy read = TRY(readPolicyFile(file_));
    const bool good = read.document.has_value();
    if (session.json) {
      printJson(session, read);
    } else {
      if (!read.problems.empty()) session.print(home::listProblems(read.problems));
      session.print(good ? goodNews(*read.document, read.problems.size()) : badNews(read.problems));
    }
    return good ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  static void printJson(Session& session, const policy::ReadPolicy& read) {
    session.printJson(
        {{"valid", read.document.has_value()}, {"problems", problemsJson(read.problems)}});
  }

  static std::string goodNews(const policy::PolicyDocument& document, std::size_t warnings) {
    return fmt::format("The policy is good: {} connectors, {} rules in force, {} warnings.",
                       document.connectors.size(),
                       policy::effectiveRules(document).size(),
                       warnings);
  }

  static std::string badNews(const Problems& problems) {
    std::size_t errors = 0;
    for (const Problem& problem : problems) {
      if (problem.severity == Problem::Severity::kError) ++errors;
    }
    return fmt::format(
        "{} {}. No run starts with this policy.", errors, errors == 1 ? "error" : "errors");
  }

  std::string file_;
};

class PolicySchemaCommand : public Command {
 public:
  std::string_view summary() const override { return "Print the JSON Schema of policies"; }
  std::string_view examples() const override {
    return "  tandem policy schema > policy.schema.json\n"
           "      then put \"$schema\": \"./policy.schema.json\" into policy.json, and an editor\n"
           "      completes keys and marks mistakes while you type";
  }
  Result<ExitCode> run(Session& session) override {
    session.print(policy::policySchema());
    return ExitCode::kDone;
  }
};

class PolicyShowCommand : public Command {
 public:
  std::string_view summary() const override { return "Print the policy with every default"; }
  std::string_view examples() const override {
    return "  tandem policy show                 all settings, defaults written out\n"
           "  tandem policy show --rules         the same, with the standard rules in full";
  }
  void declare(CLI::App& app) override {
    app.add_flag("--rules", with_rules_, "Print the rules in force instead, standard ones in full");
  }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const policy::PolicyDocument document = TRY(home.usablePolicy());
    if (!with_rules_) {
      session.print(policy::writePolicy(document));
      return ExitCode::kDone;
    }
    nlohmann::ordered_json rules = nlohmann::ordered_json::array();
    for (const rules::SyncRule& rule : policy::effectiveRules(document)) {
      rules.push_back(rules::toJson(rule));
    }
    session.printJson({{"rules", rules}});
    return ExitCode::kDone;
  }

 private:
  bool with_rules_ = false;
};

}  // namespace

std::unique_ptr<Command> makePolicyCheckCommand() {
  return std::make_unique<PolicyCheckCommand>();
}
std::unique_ptr<Command> makePolicySchemaCommand() {
  return std::make_unique<PolicySchemaCommand>();
}
std::unique_ptr<Command> makePolicyShowCommand() {
  return std::make_unique<PolicyShowCommand>();
}

}  // namespace tandem::cli
