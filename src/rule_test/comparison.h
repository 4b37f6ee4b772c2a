// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "rule_test/rehearsal.h"

namespace tandem::rule_test {

// One thing that is otherwise than the test says.
struct Failure {
  Place at;
  std::string subject;   // "entra, ann, accountEnabled"
  std::string expected;  // "true"
  std::string got;       // "false"
  std::string why;       // which rule gave it, or kept it away; may be empty
};

// What a played test expects, against what came of it.
std::vector<Failure> compare(const TestCase& test, Rehearsal& rehearsal, Problems& problems);

}  // namespace tandem::rule_test
