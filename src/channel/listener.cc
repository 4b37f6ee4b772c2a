// SPDX-License-Identifier: Apache-2.0
#include "channel/listener.h"

#include <utility>

#include <fmt/core.h>
#include <sys/un.h>

#include "base/text.h"

namespace tandem::channel {
namespace {

// A partner asks one thing at a time; the others are for strangers, who hold a place for no longer
// than the idle time.
constexpr std::size_t kThreads = 4;
constexpr std::size_t kConnectionsMax = 128;
constexpr std::size_t kHeaderLimit = 16 * 1024;
constexpr std::chrono::seconds kIdle{20};

platform::HttpServerOptions commonOptions(Endpoint& endpoint) {
  platform::HttpServerOptions options;
  options.threads = kThreads;
  options.connections_max = kConnectionsMax;
  options.header_limit = kHeaderLimit;
  options.body_limit = kChannelBodyMax;
  options.idle_timeout = kIdle;
  options.on_handshake_failed = [&endpoint](const std::string& peer, const std::string& reason) {
    endpoint.handshakeFailed(peer, reason);
  };
  return options;
}

}  // namespace

Result<ListenAddress> parseListenAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const auto port =
      colon == std::string_view::npos ? std::nullopt : parseInteger(text.substr(colon + 1));
  std::string_view address = text.substr(0, port ? colon : 0);
  const bool has_brackets = address.size() > 2 && address.front() == '[' && address.back() == ']';
  if (has_brackets) address = address.substr(1, address.size() - 2);
  const bool is_good = port && *port >= 0 && *port <= 65535 && !address.empty() &&
                       (has_brackets || address.find(':') == std::string_view::npos);
  if (!is_good) {
    return Error(
        ErrorCode::kInvalidArgument,
        fmt::format("\"{}\" is no address to listen on: give a numeric address and a port, "
                    "as in 0.0.0.0:8853, 192.0.2.7:8853 or [::]:8853",
                    text));
  }
  return ListenAddress{std::string(address), static_cast<std::uint16_t>(*port)};
}

std::string toText(const ListenAddress& address) {
  const bool is_v6 = address.address.find(':') != std::string::npos;
  return is_v6 ? fmt::format("[{}]:{}", address.address, address.port)
               : fmt::format("{}:{}", address.address, address.port);
}

Result<std::unique_ptr<Listener>> Listener::onTcp(Endpoint& endpoint,
                                                  const ListenAddress& address) {
  platform::HttpServerOptions options = commonOptions(endpoint);
  options.address = address.address;
  options.port = address.port;
  const Identity& identity = endpoint.identity();
  options.tls = platform::TlsFiles{identity.certificate_file, identity.private_key_file};
  options.ask_client_certificate = true;
  options.body_limit_for = [&endpoint](const platform::PeerCertificate* peer) {
    return endpoint.bodyLimitFor(peer);
  };
  auto server = TRY(platform::HttpServer::start(
      std::move(options),
      [&endpoint](const platform::ServerRequest& request) { return endpoint.answer(request); }));
  return std::unique_ptr<Listener>(new Listener(std::move(server)));
}

Result<std::unique_ptr<Listener>> Listener::onSocket(Endpoint& endpoint, const std::string& path) {
  if (path.size() + sizeof ".new" > sizeof sockaddr_un{}.sun_path) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("the path {} is too long for a socket (at most {} bytes): set "
                             "store.state_folder in server.toml to a shorter one",
                             path,
                             sizeof sockaddr_un{}.sun_path - sizeof ".new"));
  }
  platform::HttpServerOptions options = commonOptions(endpoint);
  options.unix_socket = path;
  auto server = TRY(platform::HttpServer::start(
      std::move(options),
      [&endpoint](const platform::ServerRequest& request) { return endpoint.answer(request); }));
  return std::unique_ptr<Listener>(new Listener(std::move(server)));
}

}  // namespace tandem::channel
