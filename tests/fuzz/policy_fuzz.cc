// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "base/check.h"
#include "policy/policy_reader.h"
#include "policy/policy_writer.h"

// Any text is read or refused with a place; what is read can be written, and reads the same.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* octets, std::size_t size) {
  using namespace tandem::policy;
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  const ReadPolicy read = readPolicy(text, "p.json");
  TANDEM_CHECK(read.document.has_value() != tandem::hasErrors(read.problems));
  for (const tandem::Problem& problem : read.problems) {
    TANDEM_CHECK(problem.where.rfind("p.json:", 0) == 0);
  }
  if (!read.document) return 0;
  const std::string written = writePolicy(*read.document);
  const ReadPolicy again = readPolicy(written, "p.json");
  TANDEM_CHECK(again.document.has_value());
  TANDEM_CHECK(writePolicy(*again.document) == written);
  return 0;
}
