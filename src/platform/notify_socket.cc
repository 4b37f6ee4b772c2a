// SPDX-License-Identifier: Apache-2.0
#include "platform/notify_socket.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"

namespace tandem::platform {
namespace {

// A service manager that is busy may take a moment; one that hangs must not hang us.
constexpr timeval kSendTimeout{5, 0};
constexpr std::size_t kStatusMax = 300;

struct Address {
  sockaddr_un name{};
  socklen_t size = 0;
};

Result<Address> parseAddress(std::string_view text) {
  Address address;
  address.name.sun_family = AF_UNIX;
  const bool is_abstract = !text.empty() && text[0] == '@';
  // A path needs room for the zero at its end, an abstract name has none.
  const std::size_t room = sizeof address.name.sun_path - (is_abstract ? 0 : 1);
  if (text.size() < 2 || (!is_abstract && text[0] != '/') || text.size() > room) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("NOTIFY_SOCKET is \"{}\", which is neither a path nor an abstract "
                             "socket of at most {} characters",
                             text,
                             room));
  }
  std::memcpy(address.name.sun_path, text.data(), text.size());
  if (is_abstract) address.name.sun_path[0] = '\0';
  address.size =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size() + (is_abstract ? 0 : 1));
  return address;
}

Error failed(std::string_view what, int code) {
  return Error(ErrorCode::kUnavailable,
               fmt::format("the service manager cannot be told: {}: {}", what, strerror(code)));
}

std::optional<std::chrono::microseconds> watchdogOf(const NotifySocket::Variable& variable) {
  const auto interval = variable("WATCHDOG_USEC");
  const auto number = interval ? parseInteger(*interval) : std::nullopt;
  if (!number || *number <= 0) return std::nullopt;
  // Set for another process: it has handed its environment on to us.
  const auto pid = variable("WATCHDOG_PID");
  if (pid && parseInteger(*pid) != ::getpid()) return std::nullopt;
  return std::chrono::microseconds(*number);
}

}  // namespace

Result<NotifySocket> NotifySocket::fromEnvironment(const Variable& variable) {
  NotifySocket made;
  if (!variable) return made;
  const auto text = variable("NOTIFY_SOCKET");
  if (!text || text->empty()) return made;
  const Address address = TRY(parseAddress(*text));
  made.descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (made.descriptor_ < 0) return failed("socket", errno);
  ::setsockopt(made.descriptor_, SOL_SOCKET, SO_SNDTIMEO, &kSendTimeout, sizeof kSendTimeout);
  // sockaddr is how the interface spells "any address".
  if (::connect(made.descriptor_, reinterpret_cast<const sockaddr*>(&address.name), address.size) !=
      0) {
    return failed(*text, errno);
  }
  made.watchdog_ = watchdogOf(variable);
  return made;
}

NotifySocket::NotifySocket(NotifySocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), watchdog_(other.watchdog_) {}

NotifySocket& NotifySocket::operator=(NotifySocket&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(watchdog_, other.watchdog_);
  return *this;
}

NotifySocket::~NotifySocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> NotifySocket::send(std::string_view lines) const {
  if (!isConnected()) return {};
  ssize_t sent = -1;
  do {
    sent = ::send(descriptor_, lines.data(), lines.size(), MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) return failed(lines.substr(0, lines.find('\n')), errno);
  return {};
}

std::string statusLine(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\0'; }, ' ');
  if (line.size() <= kStatusMax) return line;
  std::size_t end = kStatusMax;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U)
    --end;  // not within a character
  return line.substr(0, end) + "…";
}

}  // namespace tandem::platform
