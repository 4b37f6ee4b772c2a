// SPDX-License-Identifier: Apache-2.0
#include "platform/file_lock.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "platform/files.h"

namespace tandem::platform {
namespace {

constexpr std::size_t kShownCommand = 120;

// The command line as one line of text; arguments never hold secrets (they come by file or prompt).
std::string commandOf(const std::string& pid) {
  const Result<std::string> bytes = readFile(fmt::format("/proc/{}/cmdline", pid), 64 * 1024);
  if (!bytes.ok()) return {};
  std::string text = bytes.value();
  std::replace(text.begin(), text.end(), '\0', ' ');
  text = std::string(trimAscii(text));
  if (text.size() > kShownCommand) text = text.substr(0, kShownCommand) + "…";
  return text;
}

Error heldByAnother(const std::string& path) {
  std::string holder = "another process";
  const Result<std::string> content = readFile(path, 4096);
  if (content.ok()) {
    const std::string pid(trimAscii(content.value()));
    const std::string command = pid.empty() ? "" : commandOf(pid);
    if (!command.empty()) holder = fmt::format("process {} ({})", pid, command);
  }
  return {ErrorCode::kConflict,
          fmt::format("{} is held by {}: one process at a time works on this folder; wait until it "
                      "ends, or stop it, then try again",
                      path,
                      holder)};
}

}  // namespace

Result<FileLock> FileLock::acquire(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return systemError(errno, "open the lock file", path);
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return heldByAnother(path);
    return systemError(errno, "lock", path);
  }
  // Only for the message above. A full disk must not keep anyone from repairing it.
  const std::string content = fmt::format("{}\n", ::getpid());
  if (::ftruncate(descriptor, 0) == 0) {
    [[maybe_unused]] const auto written = ::pwrite(descriptor, content.data(), content.size(), 0);
  }
  return lock;
}

bool FileLock::isHeld(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return false;
  // "1: FLOCK  ADVISORY  WRITE 1234 fe:01:5678 0 EOF": device and inode before the range (proc(5)).
  // The device is not compared: overlay and btrfs show another one here than stat() does.
  const Result<std::string> locks = readFile("/proc/locks", 16 * 1024 * 1024);
  if (!locks.ok()) return false;
  const std::string inode = fmt::format(":{} ", status.st_ino);
  for (const std::string& line : split(locks.value(), '\n')) {
    const bool held = line.find("->") == std::string::npos;  // "->": waits for it
    if (held && line.find("FLOCK") != std::string::npos && line.find(inode) != std::string::npos) {
      return true;
    }
  }
  return false;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace tandem::platform
