// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldif/ldif_folder.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/hash.h"

namespace tandem::connectors::ldif {

Result<std::vector<std::string>> listLdifFiles(const std::string& folder) {
  std::error_code failure;
  std::filesystem::directory_iterator entries(folder, failure);
  if (failure) {
    return Error(
        ErrorCode::kNotFound,
        fmt::format("the folder of LDIF files {} cannot be read: {}", folder, failure.message()));
  }
  std::vector<std::string> files;
  for (const auto& entry : entries) {
    if (entry.path().extension() == ".ldif" && entry.is_regular_file(failure)) {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<std::string> folderDigest(const std::vector<std::string>& files) {
  constexpr std::size_t kChunk = 1U << 20;
  std::string digest;
  std::string chunk(kChunk, '\0');
  for (const std::string& file : files) {
    std::ifstream in(file, std::ios::binary);
    Hash128 hash;
    while (in) {
      in.read(chunk.data(), static_cast<std::streamsize>(kChunk));
      const auto got = static_cast<std::size_t>(in.gcount());
      // Chained: each chunk's hash covers the ones before it.
      if (got > 0) hash = hash128(hash.bytes() + toHex(hash128({chunk.data(), got}).bytes()));
    }
    if (!in.eof()) {
      return Error(ErrorCode::kUnavailable, fmt::format("{} cannot be read", file));
    }
    digest += fmt::format(
        "{} {}\n", toHex(hash.bytes()), std::filesystem::path(file).filename().string());
  }
  return digest;
}

std::string folderMark(const std::vector<std::string>& files) {
  std::string mark;
  for (const std::string& file : files) {
    std::error_code failure;
    const auto size = std::filesystem::file_size(file, failure);
    const auto changed = std::filesystem::last_write_time(file, failure);
    mark += fmt::format("{} {} {}\n", file, size, changed.time_since_epoch().count());
  }
  return mark;
}

std::int64_t changeTimeOf(const std::string& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 ? status.st_mtime : 0;
}

}  // namespace tandem::connectors::ldif
