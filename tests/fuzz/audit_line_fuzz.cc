// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>

#include "access/audit_line.h"
#include "base/bytes.h"
#include "base/check.h"
#include "platform/signing.h"

namespace subject = tandem::access;

// Any line is one of ours or refused. The fuzzer cannot invent a hash, so it also gets one.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* octets, std::size_t size) {
  const std::string body(reinterpret_cast<const char*>(octets), size);
  static_cast<void>(subject::readAuditLine(body));
  const std::string hash = tandem::toHex(tandem::platform::sha256(body));
  const auto read = subject::readAuditLine(body + ",\"hash\":\"" + hash + "\"}");
  if (!read.ok()) return 0;
  TANDEM_CHECK(read.value().number > 0 && read.value().hash == hash);
  subject::AuditEntry entry = read.value();
  const auto again = subject::readAuditLine(subject::writeAuditLine(entry));
  TANDEM_CHECK(again.ok() && again.value().number == entry.number);
  TANDEM_CHECK(again.value().outcome == entry.outcome);
  return 0;
}
