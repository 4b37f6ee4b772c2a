// SPDX-License-Identifier: Apache-2.0
//
// Lines on standard error; under systemd, entries of the journal with fields. Where its socket
// cannot be reached (a sandbox), the priority stands before the line, as systemd reads it, too.
#include "base/log.h"

#include <atomic>
#include <cstdio>
#include <cstring>
#include <memory>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log_fields.h"

namespace tandem {
namespace {

constexpr const char* kJournalSocket = "/run/systemd/journal/socket";

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = spdlog::stderr_color_mt("tandem");
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
    made->set_level(spdlog::level::warn);
    return made;
  }();
  return *instance;
}

spdlog::level::level_enum toSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

class Journal {
 public:
  Journal() {
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, kJournalSocket, sizeof address.sun_path - 1);
    if (socket_ >= 0 &&
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ::close(socket_);
      socket_ = -1;
    }
  }
  ~Journal() {
    if (socket_ >= 0) ::close(socket_);
  }
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  void write(LogLevel level, std::string_view message, const LogFields& fields) const {
    const std::string entry = journalEntry(level, message, fields);
    const bool is_sent =
        socket_ >= 0 && ::send(socket_, entry.data(), entry.size(), MSG_NOSIGNAL) >= 0;
    if (is_sent) return;
    std::string line = fmt::format("<{}>", journalPriority(level));
    for (const char c : message)
      line += c == '\n' ? ' ' : c;
    fmt::print(stderr, "{}\n", line);
  }

 private:
  int socket_ = -1;
};

std::unique_ptr<const Journal>& journal() {
  static std::unique_ptr<const Journal> instance;
  return instance;
}

// A value with a line feed is written with its length (8 bytes, little-endian) before it.
void addField(std::string& entry, std::string_view name, std::string_view value) {
  entry += name;
  if (value.find('\n') == std::string_view::npos) {
    entry += '=';
    entry += value;
  } else {
    entry += '\n';
    for (unsigned shift = 0; shift < 64; shift += 8)
      entry += static_cast<char>((static_cast<std::uint64_t>(value.size()) >> shift) & 0xFFU);
    entry += value;
  }
  entry += '\n';
}

}  // namespace

int journalPriority(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return 7;
    case LogLevel::kInfo:
      return 6;
    case LogLevel::kWarning:
      return 4;
    case LogLevel::kError:
      return 3;
  }
  return 3;
}

std::string journalEntry(LogLevel level, std::string_view message, const LogFields& fields) {
  std::string entry;
  addField(entry, "MESSAGE", message);
  addField(entry, "PRIORITY", std::to_string(journalPriority(level)));
  addField(entry, "SYSLOG_IDENTIFIER", "tandem");
  if (fields.run != 0) addField(entry, "TANDEM_RUN", std::to_string(fields.run));
  if (!fields.connector.empty()) addField(entry, "TANDEM_CONNECTOR", fields.connector);
  return entry;
}

void useJournal(const std::string& journal_stream) {
  if (isJournalStream(STDERR_FILENO, journal_stream)) journal() = std::make_unique<const Journal>();
}

bool isJournalStream(int file, const std::string& journal_stream) {
  struct stat seen {};
  if (journal_stream.empty() || ::fstat(file, &seen) != 0) return false;
  return fmt::format("{}:{}", seen.st_dev, seen.st_ino) == journal_stream;
}

void setLogLevel(LogLevel least) {
  logger().set_level(toSpdlog(least));
}

void log(LogLevel level, std::string_view message) {
  log(level, message, LogFields{});
}

void log(LogLevel level, std::string_view message, const LogFields& fields) {
  if (!logger().should_log(toSpdlog(level))) return;
  if (journal() != nullptr) {
    journal()->write(level, message, fields);
  } else {
    logger().log(toSpdlog(level), "{}", message);
  }
}

}  // namespace tandem
