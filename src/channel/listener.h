// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "channel/endpoint.h"
#include "platform/http_server.h"

namespace tandem::channel {

struct ListenAddress {
  std::string address;  // numeric
  std::uint16_t port = 0;
};

// "0.0.0.0:8853", "[::]:8853". kInvalidArgument for anything else.
Result<ListenAddress> parseListenAddress(std::string_view text);
std::string toText(const ListenAddress& address);

// Carries requests to an endpoint, from one place, until it is destroyed.
class Listener {
 public:
  // The endpoint must outlive it. Port 0: the system picks one.
  static Result<std::unique_ptr<Listener>> onTcp(Endpoint& endpoint, const ListenAddress& address);
  static Result<std::unique_ptr<Listener>> onSocket(Endpoint& endpoint, const std::string& path);

  std::uint16_t port() const { return server_->port(); }
  // Somebody is still connected, and may be waiting for an answer.
  bool isBusy() const { return server_->connections() > 0; }

 private:
  explicit Listener(std::unique_ptr<platform::HttpServer> server) : server_(std::move(server)) {}

  std::unique_ptr<platform::HttpServer> server_;
};

}  // namespace tandem::channel
