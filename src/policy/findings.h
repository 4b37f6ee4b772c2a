// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"
#include "policy/json_document.h"

namespace tandem::policy {

// Collects what is wrong with a document, at which place.
class Findings {
 public:
  void error(Position at, std::string message);
  void warning(Position at, std::string message);
  // Problems of another module, whose `where` begins with "FILE:line:column" when it knows; others
  // are put at fallback, with their `where` in the message.
  void adopt(const Problems& problems, std::string_view file, Position fallback);
  bool hasErrors() const;
  // "FILE:line:column", in the order of the file.
  Problems sorted(std::string_view file) const;

 private:
  struct Finding {
    Position at;
    Problem::Severity severity;
    std::string message;
  };
  std::vector<Finding> findings_;
};

}  // namespace tandem::policy
