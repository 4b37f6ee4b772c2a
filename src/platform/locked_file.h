// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tandem::platform {

// A file that several threads and processes work on in turns: open means that it is this one's
// turn. The turn ends with the object or with the process, however that dies (flock).
class LockedFile {
 public:
  // Makes the file when there is none, with that mode, for the owner of the folder even if root
  // does it. Waits for its turn; kUnavailable when that takes ten seconds.
  static Result<LockedFile> open(const std::string& path, unsigned mode);

  // To read what is whole: waits for its turn, remembers the size and lets others go on. size() is
  // that size from then on. kNotFound: there is no file, and none is made.
  static Result<LockedFile> openToRead(const std::string& path);

  Result<std::uint64_t> size() const;
  // At most count bytes from there on; fewer at the end of the file only.
  Result<std::string> readAt(std::uint64_t offset, std::size_t count) const;
  // At the end. After success the bytes survive a power cut; after a failure the file may hold a
  // part of them.
  Result<void> appendDurably(std::string_view bytes);

  LockedFile(LockedFile&& other) noexcept;
  LockedFile& operator=(LockedFile&& other) noexcept;
  ~LockedFile();

 private:
  LockedFile(int descriptor, std::string path);

  int descriptor_;
  std::string path_;
  std::optional<std::uint64_t> size_read_;  // by openToRead()
};

}  // namespace tandem::platform
