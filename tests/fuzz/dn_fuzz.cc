// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "base/check.h"
#include "directory/dn.h"

// A DN that can be parsed can be written and means the same; the quick key is the slow one.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* octets, std::size_t size) {
  using namespace tandem::directory;
  const std::string_view text(reinterpret_cast<const char*>(octets), size);
  const std::string quick = dnKey(text);
  const auto dn = Dn::parse(text);
  if (!dn.ok()) return 0;
  TANDEM_CHECK(quick == dn.value().key());
  const auto again = Dn::parse(dn.value().toText());
  TANDEM_CHECK(again.ok());
  TANDEM_CHECK(again.value().key() == dn.value().key());
  TANDEM_CHECK(dn.value().isUnder(dn.value().parent()));
  return 0;
}
