// SPDX-License-Identifier: Apache-2.0
//
// Tells the service manager how the service is: the protocol of sd_notify(3), datagrams of lines
// "NAME=value" to the socket that NOTIFY_SOCKET names. Ours, because it is one sendto() and
// libsystemd would be a dependency of a program that runs without systemd as well.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tandem::platform {

class NotifySocket {
 public:
  using Variable = std::function<std::optional<std::string>(const std::string& name)>;

  // Nobody is told anything.
  NotifySocket() = default;
  // By NOTIFY_SOCKET ("/run/…", or "@…" for an abstract one), WATCHDOG_USEC and WATCHDOG_PID. Where
  // no service manager started us, nobody is told. kInvalidArgument: an address of another kind.
  static Result<NotifySocket> fromEnvironment(const Variable& variable);

  NotifySocket(NotifySocket&& other) noexcept;
  NotifySocket& operator=(NotifySocket&& other) noexcept;
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;
  ~NotifySocket();

  bool isConnected() const { return descriptor_ >= 0; }
  // The service is killed when this long passes without "WATCHDOG=1"; none: it is not watched.
  std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }
  // Lines of "NAME=value". Waits for a short time at most, from any thread.
  Result<void> send(std::string_view lines) const;

 private:
  int descriptor_ = -1;
  std::optional<std::chrono::microseconds> watchdog_;
};

// A value on one line, and not too long to be shown on one.
std::string statusLine(std::string_view text);

}  // namespace tandem::platform
