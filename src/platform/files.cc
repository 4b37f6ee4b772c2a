// SPDX-License-Identifier: Apache-2.0
#include "platform/files.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tandem::platform {
namespace {

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor() {
    if (number_ >= 0) ::close(number_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  int number() const { return number_; }
  bool isOpen() const { return number_ >= 0; }
  // close() may report a failed write (NFS, quotas), so a writer has to look at its answer.
  int close() {
    const int answer = ::close(number_);
    number_ = -1;
    return answer;
  }

 private:
  int number_;
};

std::string folderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

Result<void> syncFolder(const std::string& folder) {
  FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.isOpen()) return systemError(errno, "open the folder", folder);
  // Some file systems refuse to sync a folder; their renames are durable by other means.
  if (::fsync(file.number()) != 0 && errno != EINVAL && errno != ENOTSUP) {
    return systemError(errno, "sync the folder", folder);
  }
  return {};
}

Result<void> writeAll(const FileDescriptor& file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.number(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return systemError(errno, "write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// What root writes in a folder of the service's user must stay readable to the service.
Result<void> handToOwner(const FileDescriptor& file, const std::string& path) {
  if (::geteuid() != 0) return {};
  struct stat status {};
  if (::stat(folderOf(path).c_str(), &status) != 0) return systemError(errno, "look at", path);
  if (status.st_uid != 0 && ::fchown(file.number(), status.st_uid, status.st_gid) != 0) {
    return systemError(errno, "hand to the folder's owner", path);
  }
  return {};
}

// Writes the temporary file; its name ends up in the place of XXXXXX.
Result<void> writeTemporary(std::string& temporary, std::string_view bytes, unsigned mode) {
  FileDescriptor file(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (!file.isOpen()) return systemError(errno, "create a file in", folderOf(temporary));
  TRY(handToOwner(file, temporary));
  TRY(writeAll(file, bytes, temporary));
  if (::fchmod(file.number(), mode) != 0) return systemError(errno, "set the mode of", temporary);
  if (::fsync(file.number()) != 0) return systemError(errno, "sync", temporary);
  if (file.close() != 0) return systemError(errno, "close", temporary);
  return {};
}

}  // namespace

Error systemError(int error_number, std::string_view doing, const std::string& path) {
  const std::string what = fmt::format("cannot {} {}", doing, path);
  switch (error_number) {
    case ENOENT:
      return {ErrorCode::kNotFound, what + ": it does not exist"};
    case ENOSPC:
    case EDQUOT:
      return {ErrorCode::kUnavailable,
              fmt::format("{}: the disk is full; free some space on the file system of {}, then "
                          "try again",
                          what,
                          folderOf(path))};
    case EROFS:
      return {ErrorCode::kPermissionDenied, what + ": the file system is read-only"};
    case EACCES:
    case EPERM:
      return {ErrorCode::kPermissionDenied,
              fmt::format("{}: permission denied; run as the user that owns the folder (this "
                          "process runs as uid {})",
                          what,
                          ::geteuid())};
    case ENOTDIR:
    case EISDIR:
    case ENAMETOOLONG:
    case ELOOP:
      return {ErrorCode::kInvalidArgument,
              fmt::format("{}: {}", what, std::generic_category().message(error_number))};
    default:
      return {ErrorCode::kUnavailable,
              fmt::format("{}: {}", what, std::generic_category().message(error_number))};
  }
}

Result<std::string> readFile(const std::string& path, std::size_t limit) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.isOpen()) return systemError(errno, "open", path);
  std::string bytes;
  std::array<char, 64 * 1024> buffer{};
  for (;;) {
    const ssize_t got = ::read(file.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return systemError(errno, "read", path);
    if (got == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
    if (bytes.size() > limit) {
      return Error(ErrorCode::kInvalidArgument,
                   fmt::format("{} is larger than {} bytes; is it the right file?", path, limit));
    }
  }
}

Result<void> writeFileDurably(const std::string& path, std::string_view bytes, unsigned mode) {
  std::string temporary = path + ".tmp-XXXXXX";
  Result<void> written = writeTemporary(temporary, bytes, mode);
  if (written.ok() && std::rename(temporary.c_str(), path.c_str()) != 0) {
    written = systemError(errno, "replace", path);
  }
  if (!written.ok()) {
    ::unlink(temporary.c_str());
    return written;
  }
  return syncFolder(folderOf(path));
}

Result<void> makeFolder(const std::string& path, unsigned mode) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  if (!parent.empty()) std::filesystem::create_directories(parent, error);
  if (error) return systemError(error.value(), "create the folder", parent.string());
  if (::mkdir(path.c_str(), mode) == 0) return {};
  const int reason = errno;
  if (reason == EEXIST && std::filesystem::is_directory(path, error)) return {};
  if (reason == EEXIST) {
    return Error(ErrorCode::kConflict,
                 fmt::format("{} is a file; a folder is wanted there: name another place", path));
  }
  return systemError(reason, "create the folder", path);
}

bool fileExists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

Result<unsigned> fileMode(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return systemError(errno, "look at", path);
  return static_cast<unsigned>(status.st_mode) & 07777U;
}

}  // namespace tandem::platform
