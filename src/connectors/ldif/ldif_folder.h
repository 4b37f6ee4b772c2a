// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace tandem::connectors::ldif {

// The paths of the folder's *.ldif files, by name. Error: no such folder, or not readable.
Result<std::vector<std::string>> listLdifFiles(const std::string& folder);

// What the files hold, as text: one line a file with its name and a hash of its bytes. Equal text
// means equal files.
Result<std::string> folderDigest(const std::vector<std::string>& files);

// The same by size and time of change alone: reads no file.
std::string folderMark(const std::vector<std::string>& files);

// When a file was last written, in seconds since 1970; 0: not known.
std::int64_t changeTimeOf(const std::string& file);

}  // namespace tandem::connectors::ldif
