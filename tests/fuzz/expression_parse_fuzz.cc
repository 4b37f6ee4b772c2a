// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an expression: the parser says yes or no, with a position, and never exhausts stack
// or memory.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "expression/parser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<tandem::expression::Finding> findings;
  const auto syntax = tandem::expression::parse(text, findings);
  TANDEM_CHECK(syntax.has_value() || !findings.empty());
  if (syntax) TANDEM_CHECK(syntax->depth <= tandem::expression::kDepthMax);
  for (const auto& finding : findings)
    TANDEM_CHECK(finding.position.line >= 1 && finding.position.column >= 1);
  return 0;
}
