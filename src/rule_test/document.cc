// SPDX-License-Identifier: Apache-2.0
#include "rule_test/document.h"

#include <fmt/format.h>

namespace tandem::rule_test {

std::string placeText(std::string_view file, Place at) {
  return fmt::format("{}:{}:{}", file, at.line, at.column);
}

}  // namespace tandem::rule_test
