// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::connectors {

enum class TestVerdict : std::uint8_t {
  kOk,
  kWarning,  // works, but not at its best, or not for long
  kRefused   // a run would fail, or do harm
};

std::string_view toString(TestVerdict verdict);  // "ok", "warning", "refused"

// One line of "test connection" or of the preflight.
struct TestFinding {
  std::string check;  // "clock", "deletions of DC=corp,DC=example,DC=com"
  TestVerdict verdict = TestVerdict::kOk;
  std::string detail;
  std::string next;  // what to do; empty when nothing is, or when the detail says it

  bool isOk() const { return verdict == TestVerdict::kOk; }
  static TestFinding ok(std::string check, std::string detail);
  static TestFinding warning(std::string check, std::string detail, std::string next = {});
  static TestFinding refused(std::string check, std::string detail, std::string next = {});
};

// Kerberos, certificates and tokens need clocks that agree. `theirs` and `ours` are seconds since
// 1970; theirs is missing when the other side does not tell its time. whom: "the directory".
TestFinding compareClocks(std::optional<std::int64_t> theirs,
                          std::int64_t ours,
                          std::string_view whom);

}  // namespace tandem::connectors
