// SPDX-License-Identifier: Apache-2.0
//
// audit.log: one JSON line an act, each with the hash of the one before, so that nothing in between
// can be changed or taken out unnoticed (docs/reference/access.md). What a power cut left of a line
// stays: the next append ends it with "torn", and says its hash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/audit_line.h"
#include "base/result.h"
#include "platform/clock.h"

namespace tandem::access {

// Appends acts. For several threads; other processes may append to the same file.
class AuditLog {
 public:
  explicit AuditLog(std::string path) : path_(std::move(path)) {}

  // The line survives a power cut when this returns. An act whose line fails must not be done.
  Result<AuditEntry> append(const AuditAct& act, platform::WallTime at);

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::mutex mutex_;  // threads of one process wait here, without polling
};

struct AuditProblem {
  std::uint64_t line = 0;  // of the file, from 1
  std::string message;
};

struct AuditVerdict {
  std::uint64_t lines = 0;              // that are good
  std::uint64_t torn = 0;               // remains of power cuts
  std::string last_hash;                // 64 zeros when there are no lines
  std::optional<AuditProblem> problem;  // the first; nothing behind it was looked at
};

// Reads the whole log once, in little memory. A log that is not there has no lines.
Result<AuditVerdict> verifyAuditLog(const std::string& path);

struct AuditFilter {
  std::string who;   // equal, whatever the case; empty: anybody
  std::string act;   // equal, or the part in front of a dot: "policy" finds "policy.save"
  std::string text;  // somewhere in the entry, whatever the case
};

struct AuditPage {
  std::vector<AuditEntry> entries;      // newest first
  std::optional<std::uint64_t> before;  // hand it in for the next page; none: this was the last
};

constexpr std::size_t kAuditPageMax = 1000;

// Reads from the end, or from `before` of the page in front of this one. With a filter that seldom
// fits a page may have fewer entries than `limit`, and still a `before`: what one page reads is
// bounded.
Result<AuditPage> readAuditPage(const std::string& path,
                                std::optional<std::uint64_t> before,
                                std::size_t limit,
                                const AuditFilter& filter);

}  // namespace tandem::access
