// SPDX-License-Identifier: Apache-2.0
#include "platform/locked_file.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/files.h"

namespace tandem::platform {
namespace {

using std::chrono::milliseconds;

// A turn is one write and one sync: who waits this long waits for a process that hangs.
constexpr milliseconds kWaitMax{10'000};
constexpr milliseconds kPauseMax{16};

Result<void> waitForTurn(int descriptor, int kind, const std::string& path) {
  milliseconds waited{0};
  milliseconds pause{1};
  while (::flock(descriptor, kind | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return systemError(errno, "lock", path);
    if (waited >= kWaitMax) {
      return Error(ErrorCode::kUnavailable,
                   fmt::format("{} has been held by another process for {} seconds; see which one "
                               "with 'lslocks', then try again",
                               path,
                               kWaitMax.count() / 1000));
    }
    std::this_thread::sleep_for(pause);
    waited += pause;
    pause = std::min(pause * 2, kPauseMax);
  }
  return {};
}

// Its name must survive a power cut too, and the service must be able to write what root has made.
Result<void> settleNewFile(int descriptor, const std::string& path) {
  const std::string parent = std::filesystem::path(path).parent_path().string();
  const std::string folder = parent.empty() ? std::string(".") : parent;
  struct stat status {};
  if (::geteuid() == 0 && ::stat(folder.c_str(), &status) == 0 &&
      ::fchown(descriptor, status.st_uid, status.st_gid) != 0) {
    return systemError(errno, "hand to the folder's owner", path);
  }
  const int opened = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return systemError(errno, "open the folder", folder);
  const bool good = ::fsync(opened) == 0 || errno == EINVAL || errno == ENOTSUP;
  const int reason = errno;
  ::close(opened);
  if (!good) return systemError(reason, "sync the folder", folder);
  return {};
}

}  // namespace

LockedFile::LockedFile(int descriptor, std::string path)
    : descriptor_(descriptor), path_(std::move(path)) {}

Result<LockedFile> LockedFile::open(const std::string& path, unsigned mode) {
  const int descriptor =
      ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, mode);
  if (descriptor < 0) return systemError(errno, "open", path);
  LockedFile file(descriptor, path);
  TRY(waitForTurn(descriptor, LOCK_EX, path));
  if (TRY(file.size()) == 0) TRY(settleNewFile(descriptor, path));
  return file;
}

Result<LockedFile> LockedFile::openToRead(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return systemError(errno, "open", path);
  LockedFile file(descriptor, path);
  TRY(waitForTurn(descriptor, LOCK_SH, path));
  file.size_read_ = TRY(file.size());
  ::flock(descriptor, LOCK_UN);
  return file;
}

Result<std::uint64_t> LockedFile::size() const {
  if (size_read_) return *size_read_;
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return systemError(errno, "look at", path_);
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::string> LockedFile::readAt(std::uint64_t offset, std::size_t count) const {
  std::string bytes(count, '\0');
  std::size_t got = 0;
  while (got < count) {
    const ssize_t read =
        ::pread(descriptor_, bytes.data() + got, count - got, static_cast<off_t>(offset + got));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return systemError(errno, "read", path_);
    if (read == 0) break;
    got += static_cast<std::size_t>(read);
  }
  bytes.resize(got);
  return bytes;
}

Result<void> LockedFile::appendDurably(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return systemError(errno, "write", path_);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fdatasync(descriptor_) != 0) return systemError(errno, "sync", path_);
  return {};
}

LockedFile::LockedFile(LockedFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      size_read_(other.size_read_) {}

LockedFile& LockedFile::operator=(LockedFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  std::swap(size_read_, other.size_read_);
  return *this;
}

LockedFile::~LockedFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace tandem::platform
