// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/result.h"

namespace tandem::platform {

// Whole-file reads and durable writes, with errors that name the path and what to do next.
// kNotFound: no such file. kPermissionDenied: rights or a read-only file system.
// kUnavailable: the disk is full, or the device failed.

// An Error for a failed system call: "cannot write /x: the disk is full; free some space on …".
Error systemError(int error_number, std::string_view doing, const std::string& path);

// Refuses files of more than limit bytes, so that a wrong path cannot fill the memory.
Result<std::string> readFile(const std::string& path, std::size_t limit);

// After success the bytes survive a power cut; after a failure, or a crash at any point, the file
// is what it was before. mode applies from the first byte on, so a secret is never readable by
// others.
Result<void> writeFileDurably(const std::string& path, std::string_view bytes, unsigned mode);

// Succeeds when the folder is there already. Parents are made too, with mode 0755.
Result<void> makeFolder(const std::string& path, unsigned mode);

bool fileExists(const std::string& path);
// The permission bits (07777) of a file.
Result<unsigned> fileMode(const std::string& path);

}  // namespace tandem::platform
