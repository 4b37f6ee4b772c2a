// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "access/account.h"
#include "base/check.h"

// Any text gives accounts, or problems with their places; what was read survives being written.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* octets, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  const auto read = tandem::access::readAccounts(text, "access.json");
  TANDEM_CHECK(read.accounts.empty() || read.problems.empty());
  if (!read.problems.empty()) return 0;
  const std::string written = tandem::access::writeAccounts(read.accounts);
  const auto again = tandem::access::readAccounts(written, "access.json");
  TANDEM_CHECK(again.problems.empty());
  TANDEM_CHECK(tandem::access::writeAccounts(again.accounts) == written);
  return 0;
}
