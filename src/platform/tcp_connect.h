// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace tandem::platform {

// An open socket, closed with its owner.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(other.release()) {}
  Socket& operator=(Socket&& other) noexcept;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  int descriptor() const { return descriptor_; }
  int release();  // the caller closes it

 private:
  int descriptor_ = -1;
};

// The addresses of a name ("192.0.2.10", "2001:db8::1"), in the order of the resolver. An address
// is its own. The error says what to do (kUnavailable).
Result<std::vector<std::string>> resolveName(const std::string& host);

// Connects to a name or an address, trying each address of the name. The socket blocks. The error
// tells an unresolvable name, a closed port and silence apart, and says what to do (kUnavailable).
// SIGPIPE, when nobody handles it, is ignored from the first call on.
Result<Socket> connectTcp(const std::string& host,
                          std::uint16_t port,
                          std::chrono::milliseconds timeout);

}  // namespace tandem::platform
