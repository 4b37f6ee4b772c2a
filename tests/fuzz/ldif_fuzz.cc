// SPDX-License-Identifier: Apache-2.0
#include <sstream>
#include <string>

#include "base/check.h"
#include "connectors/ldif/ldif_parser.h"

// Whatever the octets, the parser ends, and what it reads can be written and read again.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* octets, std::size_t size) {
  using namespace tandem::connectors::ldif;
  std::istringstream in(std::string(reinterpret_cast<const char*>(octets), size));
  LdifParser parser(in, "fuzz");
  LdifRecord record;
  for (;;) {
    const auto more = parser.next(record);
    if (!more.ok() || !more.value()) return 0;
    std::string text;
    appendLdifLine(text, "dn", record.dn());
    for (std::size_t i = 0; i < record.size(); ++i)
      appendLdifLine(text, record.at(i).name, record.at(i).value);
    std::istringstream again(text);
    LdifParser second(again, "again");
    LdifRecord copy;
    const auto read = second.next(copy);
    TANDEM_CHECK(read.ok() && read.value());
    TANDEM_CHECK(copy.dn() == record.dn());
    TANDEM_CHECK(copy.size() == record.size());
    for (std::size_t i = 0; i < record.size(); ++i)
      TANDEM_CHECK(copy.at(i).value == record.at(i).value);
  }
}
