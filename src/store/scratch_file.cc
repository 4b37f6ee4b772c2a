// SPDX-License-Identifier: Apache-2.0
#include "store/scratch_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

namespace tandem::store {

Result<ScratchFile> ScratchFile::beside(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  std::string name = (folder.empty() ? std::string(".") : folder) + "/.scratch-XXXXXX";
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("no scratch file can be made in {} ({}): check that this user may "
                             "write there and that its disk has room",
                             folder,
                             std::strerror(errno)));
  }
  ::unlink(name.c_str());
  return ScratchFile(descriptor);
}

ScratchFile::ScratchFile(ScratchFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

ScratchFile& ScratchFile::operator=(ScratchFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

ScratchFile::~ScratchFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool ScratchFile::read(void* into, std::size_t bytes, std::int64_t offset) const {
  auto* to = static_cast<char*>(into);
  while (bytes > 0) {
    const ssize_t got = ::pread(descriptor_, to, bytes, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    offset += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

bool ScratchFile::write(const void* from, std::size_t bytes, std::int64_t offset) const {
  const auto* at = static_cast<const char*>(from);
  while (bytes > 0) {
    const ssize_t put = ::pwrite(descriptor_, at, bytes, offset);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    at += put;
    offset += put;
    bytes -= static_cast<std::size_t>(put);
  }
  return true;
}

}  // namespace tandem::store
