// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tandem::platform {

// What this process takes of the machine, as Linux counts it.
struct ProcessUse {
  double cpu_seconds = 0;  // user and system
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_files = 0;
  std::uint64_t open_files_max = 0;
  double started_at = 0;  // seconds since 1970
};
ProcessUse processUse();

// From the text of /proc/self/stat, in clock ticks and pages; nullopt when it is none.
struct ProcessStat {
  std::uint64_t user_ticks = 0;
  std::uint64_t system_ticks = 0;
  std::uint64_t start_ticks = 0;  // since the machine started
  std::uint64_t virtual_bytes = 0;
  std::uint64_t resident_pages = 0;
};
std::optional<ProcessStat> parseProcessStat(std::string_view text);

}  // namespace tandem::platform
