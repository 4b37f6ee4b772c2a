// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/policy_file.h"
#include "platform/files.h"
#include "policy/policy_check.h"
#include "rule_test/report.h"

namespace tandem::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// A file, or every *.toml in a folder.
Result<std::vector<std::string>> filesAt(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, error)) {
    if (entry.path().extension() == ".toml") files.push_back(entry.path().string());
  }
  if (files.empty()) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("{} holds no tests: they are files that end in .toml", path));
  }
  std::sort(files.begin(), files.end());
  return files;
}

Json failureJson(const std::string& file, const rule_test::Failure& failure) {
  return {{"where", rule_test::placeText(file, failure.at)},
          {"subject", failure.subject},
          {"expected", failure.expected},
          {"got", failure.got},
          {"because", failure.why}};
}

Json reportJson(const rule_test::TestReport& report) {
  Json tests = Json::array();
  for (const rule_test::TestResult& test : report.tests) {
    Json failures = Json::array();
    for (const rule_test::Failure& failure : test.failures)
      failures.push_back(failureJson(report.file, failure));
    tests.push_back({{"name", test.name},
                     {"where", rule_test::placeText(report.file, test.at)},
                     {"passed", test.passed()},
                     {"failures", failures}});
  }
  return {{"file", report.file}, {"problems", problemsJson(report.problems)}, {"tests", tests}};
}

class PolicyTestCommand : public Command {
 public:
  std::string_view summary() const override { return "Run tests of the rules"; }
  std::string_view examples() const override {
    return "  tandem policy test users.toml        with the home folder's policy\n"
           "  tandem policy test tests/            every *.toml of a folder\n"
           "  tandem policy test tests/ --policy new-policy.json\n"
           "      before a changed policy is put in place\n"
           "  Nothing is read from a directory and nothing written to one.";
  }
  void declare(CLI::App& app) override {
    app.add_option("FILE", paths_, "Files of tests, or folders of them")->required();
    app.add_option("--policy",
                   policy_,
                   "The policy to test; default: the one that the file names, or that of the home "
                   "folder");
  }

  Result<ExitCode> run(Session& session) override {
    std::vector<rule_test::TestReport> reports;
    for (const std::string& path : paths_) {
      for (const std::string& file : TRY(filesAt(path)))
        reports.push_back(TRY(runFile(session, file)));
    }
    std::size_t passed = 0;
    std::size_t failed = 0;
    bool broken = false;
    Json files = Json::array();
    for (const rule_test::TestReport& report : reports) {
      files.push_back(reportJson(report));
      broken = broken || !report.problems.empty();
      if (report.problems.empty()) {
        failed += report.failed();
        passed += report.tests.size() - report.failed();
        if (!session.json) session.print(rule_test::reportText(report));
      } else if (!session.json) {
        session.note(home::listProblems(report.problems));
      }
    }
    if (session.json) {
      session.printJson({{"files", files}, {"passed", passed}, {"failed", failed}});
    } else {
      session.print(summaryOf(passed, failed, broken));
    }
    return broken ? ExitCode::kUsage : failed > 0 ? ExitCode::kFailed : ExitCode::kDone;
  }

 private:
  static std::string summaryOf(std::size_t passed, std::size_t failed, bool broken) {
    return fmt::format("{} {} passed, {} failed.{}",
                       passed,
                       passed == 1 ? "test" : "tests",
                       failed,
                       broken ? " Some files could not be run: correct the lines above." : "");
  }

  Result<rule_test::TestReport> runFile(Session& session, const std::string& file) {
    rule_test::TestReport report;
    report.file = file;
    const Result<std::string> text = platform::readFile(file, rule_test::kDocumentBytesMax);
    if (!text.ok()) return unreadable(std::move(report), file, text.error());
    rule_test::ReadTests read = rule_test::readTests(text.value(), file);
    if (!read.document) {
      report.problems = std::move(read.problems);
      return report;
    }
    const std::string policy_file = TRY(policyOf(session, *read.document));
    const Result<policy::ReadPolicy> policy = readPolicyFile(policy_file);
    if (!policy.ok()) return unreadable(std::move(report), policy_file, policy.error());
    if (!policy.value().document) {
      report.problems = policy.value().problems;
      return report;
    }
    return rule_test::runTests(*policy.value().document, *read.document);
  }

  static rule_test::TestReport unreadable(rule_test::TestReport report,
                                          const std::string& file,
                                          const Error& error) {
    report.problems.push_back({Problem::Severity::kError, file, error.message()});
    return report;
  }

  Result<std::string> policyOf(Session& session, const rule_test::TestDocument& document) const {
    if (!policy_.empty()) return policy_;
    if (document.policy) {
      return (fs::path(document.file).parent_path() / document.policy->text).string();
    }
    return TRY(session.openHome()).policyPath();
  }

  std::vector<std::string> paths_;
  std::string policy_;
};

}  // namespace

std::unique_ptr<Command> makePolicyTestCommand() {
  return std::make_unique<PolicyTestCommand>();
}

}  // namespace tandem::cli
