// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a file of tests of rules: read to the end or refused with places, never by halves.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "rule_test/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const tandem::rule_test::ReadTests read = tandem::rule_test::readTests(text, "t.toml");
  TANDEM_CHECK(read.document.has_value() == read.problems.empty());
  if (read.document) TANDEM_CHECK(!read.document->tests.empty());
  for (const tandem::Problem& problem : read.problems)
    TANDEM_CHECK(problem.where.starts_with("t.toml") && !problem.message.empty());
  return 0;
}
