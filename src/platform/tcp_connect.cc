// SPDX-License-Identifier: Apache-2.0
#include "platform/tcp_connect.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tandem::platform {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

using AddressList = std::unique_ptr<addrinfo, FreeAddresses>;

Result<AddressList> lookUp(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  const int unresolved =
      getaddrinfo(host.c_str(), port.empty() ? nullptr : port.c_str(), &hints, &found);
  if (unresolved != 0) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("the name {} cannot be resolved ({}): check its spelling and the DNS, "
                             "or give an address to connect to",
                             host,
                             gai_strerror(unresolved)));
  }
  return AddressList(found);
}

// TLS and LDAP libraries write without MSG_NOSIGNAL: a peer that hangs up would end the process.
void ignoreBrokenPipes() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction current {};
    if (sigaction(SIGPIPE, nullptr, &current) == 0 && current.sa_handler == SIG_DFL) {
      std::signal(SIGPIPE, SIG_IGN);
    }
  });
}

// 0, or the errno of the attempt.
int connectOne(int descriptor, const addrinfo& address, std::chrono::milliseconds timeout) {
  const int flags = fcntl(descriptor, F_GETFL);
  if (fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0) return errno;
  if (::connect(descriptor, address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return errno;
    pollfd waiting{descriptor, POLLOUT, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(timeout.count()));
    if (ready == 0) return ETIMEDOUT;
    if (ready < 0) return errno;
    int failure = 0;
    socklen_t size = sizeof failure;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size) != 0) return errno;
    if (failure != 0) return failure;
  }
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  return fcntl(descriptor, F_SETFL, flags) == 0 ? 0 : errno;
}

std::string explain(int failure, const std::string& host, std::uint16_t port) {
  const std::string where = fmt::format("{}:{}", host, port);
  if (failure == ECONNREFUSED) {
    return fmt::format("nothing listens at {}: check the port and that the service runs", where);
  }
  if (failure == ETIMEDOUT) {
    return fmt::format("{} does not answer: check the address, routing and firewalls", where);
  }
  if (failure == EHOSTUNREACH || failure == ENETUNREACH) {
    return fmt::format("there is no route to {}: check the address and the network", where);
  }
  return fmt::format("cannot connect to {}: {}", where, std::strerror(failure));
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = other.release();
  }
  return *this;
}

Socket::~Socket() {
  if (descriptor_ >= 0) close(descriptor_);
}

int Socket::release() {
  return std::exchange(descriptor_, -1);
}

Result<std::vector<std::string>> resolveName(const std::string& host) {
  const AddressList addresses = TRY(lookUp(host, ""));
  std::vector<std::string> texts;
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    char text[NI_MAXHOST] = {};
    if (getnameinfo(
            address->ai_addr, address->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) ==
        0) {
      texts.emplace_back(text);
    }
  }
  return texts;
}

Result<Socket> connectTcp(const std::string& host,
                          std::uint16_t port,
                          std::chrono::milliseconds timeout) {
  ignoreBrokenPipes();
  const AddressList addresses = TRY(lookUp(host, std::to_string(port)));
  int failure = EADDRNOTAVAIL;
  for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
    Socket socket(::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.descriptor() < 0) {
      failure = errno;
      continue;
    }
    failure = connectOne(socket.descriptor(), *address, timeout);
    if (failure == 0) return socket;
  }
  return Error(ErrorCode::kUnavailable, explain(failure, host, port));
}

}  // namespace tandem::platform
