// SPDX-License-Identifier: Apache-2.0
#include "rule_test/report.h"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::rule_test {

std::size_t TestReport::failed() const {
  return static_cast<std::size_t>(
      std::count_if(tests.begin(), tests.end(), [](const auto& test) { return !test.passed(); }));
}

TestReport runTests(const policy::PolicyDocument& policy, const TestDocument& document) {
  TestReport report;
  report.file = document.file;
  for (const TestCase& test : document.tests) {
    Rehearsal rehearsal(policy, document);
    TestResult result{test.name, test.at, {}};
    const bool played = rehearsal.prepare() && rehearsal.play(test);
    Problems problems = rehearsal.problems();
    if (played) result.failures = compare(test, rehearsal, problems);
    report.tests.push_back(std::move(result));
    for (Problem& problem : problems) {
      const bool known =
          std::any_of(report.problems.begin(), report.problems.end(), [&](const Problem& other) {
            return other.where == problem.where && other.message == problem.message;
          });
      if (!known) report.problems.push_back(std::move(problem));
    }
  }
  return report;
}

std::string reportText(const TestReport& report) {
  std::string text;
  for (const TestResult& test : report.tests) {
    text += fmt::format("{}  {} ({}:{})\n",
                        test.passed() ? "ok    " : "FAILED",
                        test.name,
                        report.file,
                        test.at.line);
    for (const Failure& failure : test.failures) {
      text += fmt::format("        {}: {}\n            expected  {}\n            got       {}\n",
                          placeText(report.file, failure.at),
                          failure.subject,
                          failure.expected,
                          failure.got);
      if (!failure.why.empty()) text += fmt::format("            because   {}\n", failure.why);
    }
  }
  return text;
}

}  // namespace tandem::rule_test
