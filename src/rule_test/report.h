// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "policy/policy_document.h"
#include "rule_test/comparison.h"

namespace tandem::rule_test {

struct TestResult {
  std::string name;
  Place at;
  std::vector<Failure> failures;
  bool passed() const { return failures.empty(); }
};

struct TestReport {
  std::string file;
  std::vector<TestResult> tests;
  Problems problems;  // then the file could not be run to its end, and no result counts
  std::size_t failed() const;
};

// Every test in a world of its own: none depends on those before it.
TestReport runTests(const policy::PolicyDocument& policy, const TestDocument& document);

// "users.toml:12: Somebody who …: passed", and for a failure what was expected and what came
// instead. The last line sums up.
std::string reportText(const TestReport& report);

}  // namespace tandem::rule_test
