// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/clock.h"

namespace tandem::access {

// What somebody did. Values of secrets and attributes are never in it.
struct AuditAct {
  std::string who;
  std::string door;  // toWord(Door)
  std::string from;
  std::string act;  // "policy.save", "staging.off", "sign-in.failed"
  std::string on;
  std::string outcome;  // "begun", "done", "failed: …"
};

// One line of audit.log.
struct AuditEntry : AuditAct {
  std::uint64_t number = 0;
  std::string at;      // "2026-11-22T13:05:09.123Z"
  std::string before;  // the hash of the line before; of the first: 64 zeros
  std::string torn;    // SHA-256 of what a power cut left between the two; empty: nothing
  std::string hash;    // SHA-256 of this line up to its own hash
};

constexpr std::size_t kAuditLineMax = 16 * 1024;  // bytes; a field that is too long is cut

std::string firstBefore();  // 64 zeros
// Sets hash. Without the line's end.
std::string writeAuditLine(AuditEntry& entry);
// kCorruption: no such line, or its hash is not its own.
Result<AuditEntry> readAuditLine(std::string_view line);

// RFC 3339 in UTC with milliseconds.
std::string formatMillis(platform::WallTime at);

}  // namespace tandem::access
