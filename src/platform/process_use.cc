// SPDX-License-Identifier: Apache-2.0
#include "platform/process_use.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "base/text.h"

namespace tandem::platform {
namespace {

std::string readAll(const char* path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// "btime 1700000000": when the machine started.
double machineStart() {
  const std::string text = readAll("/proc/stat");
  const std::size_t at = text.find("\nbtime ");
  if (at == std::string::npos) return 0;
  const std::size_t from = at + 7;
  return static_cast<double>(
      parseInteger(text.substr(from, text.find('\n', from) - from)).value_or(0));
}

}  // namespace

std::optional<ProcessStat> parseProcessStat(std::string_view text) {
  // The second field is the program's name in brackets, and may hold blanks and brackets itself.
  const std::size_t end = text.rfind(')');
  if (end == std::string_view::npos || end + 2 >= text.size()) return std::nullopt;
  const std::vector<std::string> fields = split(trimAscii(text.substr(end + 2)), ' ');
  constexpr std::size_t kUser = 11;  // proc(5) counts from 1 and has two before these
  constexpr std::size_t kSystem = 12;
  constexpr std::size_t kStart = 19;
  constexpr std::size_t kVirtual = 20;
  constexpr std::size_t kResident = 21;
  if (fields.size() <= kResident) return std::nullopt;
  const auto number = [&](std::size_t field) {
    return static_cast<std::uint64_t>(parseInteger(fields[field]).value_or(0));
  };
  return ProcessStat{
      number(kUser), number(kSystem), number(kStart), number(kVirtual), number(kResident)};
}

ProcessUse processUse() {
  ProcessUse use;
  const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  if (const auto stat = parseProcessStat(readAll("/proc/self/stat"))) {
    use.cpu_seconds = static_cast<double>(stat->user_ticks + stat->system_ticks) / ticks;
    use.resident_bytes = stat->resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    use.virtual_bytes = stat->virtual_bytes;
    use.started_at = machineStart() + static_cast<double>(stat->start_ticks) / ticks;
  }
  std::error_code failure;
  for (std::filesystem::directory_iterator file("/proc/self/fd", failure), end;
       !failure && file != end;
       file.increment(failure))
    ++use.open_files;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) use.open_files_max = limit.rlim_cur;
  return use;
}

}  // namespace tandem::platform
