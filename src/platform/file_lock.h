// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace tandem::platform {

// The right to be the one process that works on a home folder. It ends with the object or with the
// process, however that dies (flock), so no stale lock is ever left to clean up.
class FileLock {
 public:
  // kConflict when another process holds it; the message names that process and its command.
  static Result<FileLock> acquire(const std::string& path);

  // Does some process hold it now? Only looks: taking the lock to find out would get in the way.
  static bool isHeld(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace tandem::platform
