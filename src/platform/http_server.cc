// SPDX-License-Identifier: Apache-2.0
// The one file that knows Beast. A connection is a coroutine on its own strand; the handler runs
// in place, so the threads are what bounds how many handlers run at once.
#include "platform/http_server.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "platform/http_date.h"
#include "platform/peer_certificate.h"

namespace tandem::platform {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = asio::ip::tcp;
using Local = asio::local::stream_protocol;
using Parser = http::request_parser<http::string_body>;

struct HttpServerState {
  HttpServerState(HttpServerOptions given, HttpHandler handle)
      : options(std::move(given)),
        handler(std::move(handle)),
        io(static_cast<int>(options.threads)),
        acceptor(io),
        local_acceptor(io) {}

  HttpServerOptions options;
  HttpHandler handler;
  std::atomic<std::size_t> connections{0};  // before io: its coroutines count down as they end
  asio::io_context io;
  asio::ssl::context tls{asio::ssl::context::tls_server};
  Tcp::acceptor acceptor;
  Local::acceptor local_acceptor;
  std::uint16_t port = 0;
  std::vector<std::thread> threads;

  // Connections whose answer comes later. Their replies refer to `io`, so it must outlive them.
  std::mutex mutex;
  std::condition_variable all_replied;
  std::size_t waiting = 0;
};

namespace {

struct Peer {
  std::string address;
  std::shared_ptr<const PeerCertificate> certificate = nullptr;
  std::optional<std::uint32_t> user = std::nullopt;
};

// Counts one connection as long as it lives.
class Place {
 public:
  explicit Place(HttpServerState& server) : server_(&server) { ++server_->connections; }
  ~Place() { --server_->connections; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool isFree() const { return server_->connections <= server_->options.connections_max; }

 private:
  HttpServerState* server_;
};

std::size_t bodyLimit(const HttpServerOptions& options, const Peer& peer) {
  return options.body_limit_for ? options.body_limit_for(peer.certificate.get())
                                : options.body_limit;
}

ServerRequest toRequest(Parser& parser, const Peer& peer) {
  auto message = parser.release();
  ServerRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) {
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());
  request.peer_address = peer.address;
  request.peer_certificate = peer.certificate;
  request.peer_user = peer.user;
  return request;
}

http::response<http::string_body> toMessage(ServerResponse answer, bool keep_alive, bool head) {
  http::response<http::string_body> message;
  message.version(11);
  message.result(static_cast<unsigned>(answer.status));
  for (auto& [name, value] : answer.headers)
    message.insert(name, value);
  // RFC 9110 section 6.6.1: who has a clock sends it. Rights that run out are judged by it.
  message.set(http::field::date,
              formatHttpDate(std::chrono::duration_cast<std::chrono::seconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count()));
  message.body() = std::move(answer.body);
  message.keep_alive(keep_alive);
  message.prepare_payload();
  if (head) message.body().clear();
  return message;
}

// What to say about a request that could not be read; 0 when there is no one left to tell.
int statusOf(const beast::error_code& error) {
  if (error == http::error::header_limit) return 431;
  if (error == http::error::body_limit) return 413;
  if (error == http::error::end_of_stream || error == beast::error::timeout) return 0;
  if (error.category() == http::make_error_code(http::error::bad_method).category()) return 400;
  return 0;
}

template <class Stream>
asio::awaitable<void> sendPlain(Stream& stream, int status) {
  ServerResponse answer;
  answer.status = status;
  auto message = toMessage(std::move(answer), false, false);
  co_await http::async_write(stream, message, asio::use_awaitable);
}

template <class Stream>
asio::awaitable<beast::error_code> readRequest(Stream& stream,
                                               beast::flat_buffer& buffer,
                                               Parser& parser) {
  beast::error_code error;
  const auto token = [&error] { return asio::redirect_error(asio::use_awaitable, error); };
  co_await http::async_read_header(stream, buffer, parser, token());
  if (error) co_return error;
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    http::response<http::empty_body> go_on{http::status::continue_, 11};
    co_await http::async_write(stream, go_on, token());
    if (error) co_return error;
  }
  co_await http::async_read(stream, buffer, parser, token());
  co_return error;
}

// A connection that waits for its answer.
template <class Handler>
class WaitingReply {
 public:
  WaitingReply(HttpServerState& server, Handler handler)
      : server_(server), handler_(std::move(handler)) {
    const std::lock_guard lock(server_.mutex);
    ++server_.waiting;
  }
  ~WaitingReply() {
    ServerResponse none;
    none.drop_connection = true;
    if (handler_) answer(std::move(none));
    const std::lock_guard lock(server_.mutex);
    if (--server_.waiting == 0) server_.all_replied.notify_all();
  }
  WaitingReply(const WaitingReply&) = delete;
  WaitingReply& operator=(const WaitingReply&) = delete;

  void answer(ServerResponse response) {
    const auto strand = asio::get_associated_executor(*handler_);
    asio::post(strand, [handler = std::move(*handler_), response = std::move(response)]() mutable {
      std::move(handler)(std::move(response));
    });
    handler_.reset();
  }

 private:
  HttpServerState& server_;
  std::optional<Handler> handler_;
};

using LaterAnswer = std::function<void(HttpReply)>;

asio::awaitable<ServerResponse> waitFor(const LaterAnswer& later, HttpServerState& server) {
  // The reply may come before `later` has returned: it resumes on this connection's strand, which
  // is busy until then.
  const auto start = [&later, &server](auto handler) {
    using Waiting = WaitingReply<decltype(handler)>;
    const auto waiting = std::make_shared<Waiting>(server, std::move(handler));
    later([waiting](ServerResponse response) { waiting->answer(std::move(response)); });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(ServerResponse)>(
      start, asio::use_awaitable);
}

constexpr std::chrono::milliseconds kPieceInterval{100};

// Chunked (RFC 9112 section 7.1), so that the connection can go on afterwards.
template <class Stream>
asio::awaitable<void> sendPieces(Stream& stream, HttpServerState& server, ServerResponse answer) {
  const auto next_piece = std::move(answer.next_piece);
  auto& transport = beast::get_lowest_layer(stream);
  http::response<http::empty_body> head(toMessage(std::move(answer), true, true).base());
  head.erase(http::field::content_length);
  head.chunked(true);
  http::response_serializer<http::empty_body> serializer(head);
  transport.expires_after(server.options.idle_timeout);
  co_await http::async_write_header(stream, serializer, asio::use_awaitable);
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (const std::optional<std::string> piece = next_piece()) {
    if (!piece->empty()) {
      transport.expires_after(server.options.idle_timeout);
      co_await asio::async_write(
          stream, http::make_chunk(asio::buffer(*piece)), asio::use_awaitable);
    }
    transport.expires_never();
    timer.expires_after(kPieceInterval);
    co_await timer.async_wait(asio::use_awaitable);
  }
  transport.expires_after(server.options.idle_timeout);
  co_await asio::async_write(stream, http::make_chunk_last(), asio::use_awaitable);
}

// Returns when the connection is to be closed.
template <class Stream>
asio::awaitable<void> serve(Stream& stream, HttpServerState& server, const Peer& peer) {
  beast::flat_buffer buffer;
  auto& transport = beast::get_lowest_layer(stream);
  for (;;) {
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(server.options.header_limit));
    parser.body_limit(bodyLimit(server.options, peer));
    transport.expires_after(server.options.idle_timeout);
    const beast::error_code error = co_await readRequest(stream, buffer, parser);
    if (error) {
      const int status = statusOf(error);
      if (status != 0) co_await sendPlain(stream, status);
      co_return;
    }
    const bool keep_alive = parser.get().keep_alive();
    const bool head = parser.get().method() == http::verb::head;
    transport.expires_never();
    ServerResponse answer = server.handler(toRequest(parser, peer));
    if (answer.later) {
      const LaterAnswer later = std::move(answer.later);
      answer = co_await waitFor(later, server);
    }
    if (answer.delay.count() > 0) {
      asio::steady_timer timer(co_await asio::this_coro::executor, answer.delay);
      co_await timer.async_wait(asio::use_awaitable);
    }
    if (answer.drop_connection) co_return;
    if (answer.next_piece && !head) {
      co_await sendPieces(stream, server, std::move(answer));
      if (!keep_alive) co_return;
      continue;
    }
    auto message = toMessage(std::move(answer), keep_alive, head);
    transport.expires_after(server.options.idle_timeout);
    if (head) {
      http::response_serializer<http::string_body> serializer(message);
      co_await http::async_write_header(stream, serializer, asio::use_awaitable);
    } else {
      co_await http::async_write(stream, message, asio::use_awaitable);
    }
    if (!keep_alive) co_return;
  }
}

asio::awaitable<void> serveTls(Tcp::socket socket, HttpServerState& server, Peer peer) {
  beast::ssl_stream<beast::tcp_stream> stream(std::move(socket), server.tls);
  auto& transport = beast::get_lowest_layer(stream);
  transport.expires_after(std::chrono::seconds(15));
  beast::error_code failed;
  co_await stream.async_handshake(asio::ssl::stream_base::server,
                                  asio::redirect_error(asio::use_awaitable, failed));
  if (failed) {
    if (server.options.on_handshake_failed) {
      server.options.on_handshake_failed(peer.address, failed.message());
    }
    co_return;
  }
  if (server.options.ask_client_certificate) {
    peer.certificate = peerCertificate(stream.native_handle());
  }
  co_await serve(stream, server, peer);
  // No close_notify on purpose when an answer was dropped or the peer has gone: both end here, and
  // HTTP's own framing says where a message ends.
  beast::error_code ignored;
  transport.socket().shutdown(Tcp::socket::shutdown_both, ignored);
}

asio::awaitable<void> converse(Tcp::socket socket, HttpServerState& server) {
  socket.set_option(Tcp::no_delay(true));
  Peer peer{socket.remote_endpoint().address().to_string()};
  if (server.options.tls) {
    co_await serveTls(std::move(socket), server, std::move(peer));
  } else {
    beast::tcp_stream stream(std::move(socket));
    co_await serve(stream, server, peer);
  }
}

asio::awaitable<void> converse(Local::socket socket, HttpServerState& server) {
  Peer peer{"local"};
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) {
    peer.user = credentials.uid;
  }
  beast::basic_stream<Local> stream(std::move(socket));
  co_await serve(stream, server, peer);
}

template <class Socket>
asio::awaitable<void> connection(Socket socket, HttpServerState& server) {
  const Place place(server);
  if (!place.isFree()) co_return;
  // A peer may leave at any moment, in any operation: that ends its coroutine and nothing else.
  try {
    co_await converse(std::move(socket), server);
  } catch (const std::exception& problem) {
    logDebug(std::string("connection ended: ") + problem.what());
  }
}

template <class Acceptor>
asio::awaitable<void> acceptLoop(HttpServerState& server, Acceptor& acceptor) {
  while (acceptor.is_open()) {
    beast::error_code error;
    auto socket = co_await acceptor.async_accept(asio::make_strand(server.io),
                                                 asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of file descriptors, most likely: wait for some to come back rather than spin.
      asio::steady_timer timer(server.io, std::chrono::milliseconds(50));
      co_await timer.async_wait(asio::use_awaitable);
      continue;
    }
    auto executor = socket.get_executor();
    asio::co_spawn(executor, connection(std::move(socket), server), asio::detached);
  }
}

// Only its owner may connect, from the first moment on: it gets its name after its mode. That also
// replaces what a killed process has left.
void listenLocally(HttpServerState& state) {
  const std::string fresh = state.options.unix_socket + ".new";
  ::unlink(fresh.c_str());
  state.local_acceptor.open();
  state.local_acceptor.bind(Local::endpoint(fresh));
  namespace fs = std::filesystem;
  fs::permissions(fresh, fs::perms::owner_read | fs::perms::owner_write);
  fs::rename(fresh, state.options.unix_socket);
  state.local_acceptor.listen();
  asio::co_spawn(state.io, acceptLoop(state, state.local_acceptor), asio::detached);
}

void listen(HttpServerState& state) {
  const Tcp::endpoint endpoint(asio::ip::make_address(state.options.address), state.options.port);
  state.acceptor.open(endpoint.protocol());
  state.acceptor.set_option(Tcp::acceptor::reuse_address(true));
  state.acceptor.bind(endpoint);
  state.acceptor.listen();
  state.port = state.acceptor.local_endpoint().port();
  asio::co_spawn(state.io, acceptLoop(state, state.acceptor), asio::detached);
}

void askForCertificate(SSL_CTX* context) {
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(context, 0);
}

void useTls(asio::ssl::context& context, const TlsFiles& files) {
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                      asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                      asio::ssl::context::no_tlsv1_1);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  context.use_certificate_chain_file(files.certificate_chain);
  context.use_private_key_file(files.private_key, asio::ssl::context::pem);
}

}  // namespace

HttpServer::HttpServer(std::unique_ptr<HttpServerState> state) : state_(std::move(state)) {}

HttpServer::~HttpServer() {
  stop();
}

std::uint16_t HttpServer::port() const {
  return state_->port;
}

std::size_t HttpServer::connections() const {
  return state_->connections;
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options,
                                                      HttpHandler handler) {
  const std::string where = options.unix_socket.empty()
                                ? options.address + ":" + std::to_string(options.port)
                                : options.unix_socket;
  try {
    auto state = std::make_unique<HttpServerState>(std::move(options), std::move(handler));
    if (state->options.tls) useTls(state->tls, *state->options.tls);
    if (state->options.ask_client_certificate) askForCertificate(state->tls.native_handle());
    if (state->options.unix_socket.empty()) {
      listen(*state);
    } else {
      listenLocally(*state);
    }
    for (std::size_t i = 0; i < state->options.threads; ++i) {
      state->threads.emplace_back([io = &state->io] { io->run(); });
    }
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
  } catch (const std::exception& problem) {
    return Error(ErrorCode::kUnavailable,
                 "cannot serve on " + where + ": " + problem.what() +
                     "; is the address right and the port free, and are the TLS files readable?");
  }
}

void HttpServer::stop() {
  state_->io.stop();
  for (auto& thread : state_->threads) {
    if (thread.joinable()) thread.join();
  }
  {
    std::unique_lock lock(state_->mutex);
    state_->all_replied.wait(lock, [this] { return state_->waiting == 0; });
  }
  beast::error_code ignored;
  state_->acceptor.close(ignored);
  if (state_->local_acceptor.is_open()) {
    state_->local_acceptor.close(ignored);
    ::unlink(state_->options.unix_socket.c_str());
  }
}

}  // namespace tandem::platform
