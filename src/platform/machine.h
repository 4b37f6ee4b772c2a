// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tandem::platform {

// Bytes of the file system that holds the path, or its nearest parent that is there.
struct DiskSpace {
  std::uint64_t total = 0;
  std::uint64_t available = 0;  // for this user
};
Result<DiskSpace> diskSpace(const std::string& path);

struct Memory {
  std::uint64_t total = 0;  // of the machine, or the limit of our control group when that is less
  std::uint64_t available = 0;
};
Result<Memory> memory();
// From the text of /proc/meminfo; zeros where it does not say.
Memory parseMeminfo(std::string_view text);

std::string hostName();

}  // namespace tandem::platform
