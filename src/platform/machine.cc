// SPDX-License-Identifier: Apache-2.0
#include "platform/machine.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <sys/statvfs.h>
#include <unistd.h>

#include "base/text.h"
#include "platform/files.h"

namespace tandem::platform {
namespace {

constexpr std::size_t kFileLimit = 64 * 1024;
constexpr std::uint64_t kKibibyte = 1024;

// "MemTotal:       16303428 kB"
std::uint64_t kibibytesAfter(std::string_view text, std::string_view key) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return 0;
  std::string_view rest = text.substr(at + key.size());
  rest = trimAscii(rest.substr(0, rest.find('\n')));
  const auto number = parseInteger(rest.substr(0, rest.find(' ')));
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) * kKibibyte : 0;
}

// What a container or a systemd unit may use at most; 0: no limit, or none to be seen.
std::uint64_t controlGroupLimit() {
  const Result<std::string> text = readFile("/sys/fs/cgroup/memory.max", kFileLimit);
  if (!text.ok()) return 0;
  const auto number = parseInteger(trimAscii(text.value()));
  return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

}  // namespace

Result<DiskSpace> diskSpace(const std::string& path) {
  std::filesystem::path folder(path);
  std::error_code ignored;
  while (!std::filesystem::exists(folder, ignored) && folder.has_relative_path())
    folder = folder.parent_path();
  struct statvfs facts {};
  if (::statvfs(folder.c_str(), &facts) != 0) {
    return systemError(errno, "see the space of", folder.string());
  }
  return DiskSpace{std::uint64_t{facts.f_blocks} * facts.f_frsize,
                   std::uint64_t{facts.f_bavail} * facts.f_frsize};
}

Memory parseMeminfo(std::string_view text) {
  return {kibibytesAfter(text, "MemTotal:"), kibibytesAfter(text, "MemAvailable:")};
}

Result<Memory> memory() {
  Memory memory = parseMeminfo(TRY(readFile("/proc/meminfo", kFileLimit)));
  if (const std::uint64_t limit = controlGroupLimit(); limit != 0) {
    memory.total = std::min(memory.total, limit);
    memory.available = std::min(memory.available, limit);
  }
  return memory;
}

std::string hostName() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

}  // namespace tandem::platform
