// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace tandem {

// One finding of many: documents are checked to their end, so that a person repairs them once.
struct Problem {
  enum class Severity {
    kWarning,
    kError
  };
  Severity severity = Severity::kError;
  std::string where;    // "policy.json:120:7" or "rule \"In from AD - User Join\", target mail"
  std::string message;  // what is wrong and what to do
};

using Problems = std::vector<Problem>;

inline bool hasErrors(const Problems& problems) {
  for (const Problem& problem : problems) {
    if (problem.severity == Problem::Severity::kError) return true;
  }
  return false;
}

}  // namespace tandem
