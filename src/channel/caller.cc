// SPDX-License-Identifier: Apache-2.0
#include "channel/caller.h"

#include <utility>

#include <fmt/core.h>

#include "base/text.h"
#include "channel/channel_files.h"
#include "channel/wire_error.h"
#include "platform/files.h"
#include "platform/tls_probe.h"

namespace tandem::channel {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kConnectTimeout{10'000};

Hello greetingOf(std::string server_id, std::string name) {
  Hello hello;
  hello.version = TANDEM_VERSION;
  hello.server_id = std::move(server_id);
  hello.name = std::move(name);
  return hello;
}

platform::HttpClientOptions clientOptions(milliseconds timeout) {
  platform::HttpClientOptions options;
  options.connections_max = 1;
  options.connect_timeout = kConnectTimeout;
  options.total_timeout = timeout;
  options.low_speed_time = std::chrono::duration_cast<std::chrono::seconds>(timeout);
  options.response_limit = std::size_t{256} * 1024 * 1024;
  options.user_agent = std::string("tandem/") + TANDEM_VERSION;
  return options;
}

// url: as normalizeUrl() leaves it.
Result<platform::TlsProbeReport> probe(const std::string& url) {
  const std::string place = url.substr(std::string_view("https://").size());
  const std::size_t colon = place.rfind(':');
  platform::TlsProbeRequest request;
  request.address = place.substr(0, colon);
  if (request.address.size() > 2 && request.address.front() == '[') {
    request.address = request.address.substr(1, request.address.size() - 2);
  }
  request.port = static_cast<std::uint16_t>(parseInteger(place.substr(colon + 1)).value_or(0));
  request.name = request.address;
  request.timeout = kConnectTimeout;
  return platform::probeTls(request);
}

}  // namespace

Caller::Caller(std::unique_ptr<platform::HttpClient> client, Hello mine, Target target)
    : client_(std::move(client)), mine_(std::move(mine)), target_(std::move(target)) {}

Result<std::shared_ptr<Caller>> Caller::toPartner(const home::Home& home,
                                                  platform::Clock& clock,
                                                  milliseconds timeout) {
  const Partner partner = TRY(needPartner(ChannelFiles(home)));
  if (partner.url.empty()) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("{} has told no address where it can be reached: run this command "
                             "there, or start 'tandem serve --listen' there and pair again",
                             partner.name));
  }
  const Identity identity = TRY(ensureIdentity(home, clock));
  if (identity.fingerprint != partner.own_fingerprint) {
    return Error(ErrorCode::kUnauthenticated,
                 fmt::format("this server has another certificate than at the pairing with {}, "
                             "which will not accept it: run 'tandem pair remove' on both servers "
                             "and pair them again",
                             partner.name));
  }
  std::shared_ptr<Caller> caller =
      TRY(toCertificate(identity, partner.url, partner.certificate, timeout));
  caller->target_ = {partner.url, partner.name, partner.id, partner.fingerprint};
  return caller;
}

Result<std::shared_ptr<Caller>> Caller::toCertificate(const Identity& identity,
                                                      const std::string& url,
                                                      const std::string& certificate,
                                                      milliseconds timeout) {
  platform::HttpClientOptions options = clientOptions(timeout);
  options.pinned_certificate = certificate;
  options.certificate_file = identity.certificate_file;
  options.private_key_file = identity.private_key_file;
  return std::shared_ptr<Caller>(new Caller(TRY(platform::openHttpClient(std::move(options))),
                                            greetingOf(identity.server_id, identity.name),
                                            {url, url, "", ""}));
}

Result<std::shared_ptr<Caller>> Caller::toDaemon(const home::Home& home, milliseconds timeout) {
  const ChannelFiles files(home);
  if (!platform::fileExists(files.socket)) {
    return Error(ErrorCode::kNotFound, fmt::format("no 'tandem serve' runs on {}", home.folder()));
  }
  platform::HttpClientOptions options = clientOptions(timeout);
  options.unix_socket = files.socket;
  options.proxy = "";
  const std::string id = toLowerAscii(home.settings().server_id);
  return std::shared_ptr<Caller>(
      new Caller(TRY(platform::openHttpClient(std::move(options))),
                 greetingOf(id, serverName(home)),
                 {"http://localhost", fmt::format("'tandem serve' on {}", home.folder()), id, ""}));
}

Error Caller::explain(const platform::HttpError& error) const {
  if (error.kind != platform::HttpFailure::kTls || target_.fingerprint.empty()) {
    const bool is_gone = target_.base.rfind("http:", 0) == 0 && !error.may_have_arrived;
    return is_gone ? Error(ErrorCode::kNotFound, target_.name + " does not run (any more)")
                   : error.toError();
  }
  const Result<platform::TlsProbeReport> report = probe(target_.base);
  if (!report.ok() || report.value().sha256.empty()) return error.toError();
  if (report.value().sha256 == target_.fingerprint) {
    return Error(ErrorCode::kUnauthenticated,
                 fmt::format("the certificate of {} (valid from {} to {}) is not accepted: check "
                             "the clocks of both servers; if it has expired, run 'tandem pair "
                             "remove' on both and pair them again ({})",
                             target_.name,
                             report.value().not_before,
                             report.value().not_after,
                             error.message));
  }
  return Error(ErrorCode::kUnauthenticated,
               fmt::format("{} shows the certificate {}, and not {}, which {} had at the pairing. "
                           "If that server was set up anew, run 'tandem pair remove' on both and "
                           "pair them again; otherwise somebody stands in between",
                           target_.base,
                           readableFingerprint(report.value().sha256),
                           readableFingerprint(target_.fingerprint),
                           target_.name));
}

Result<std::string> Caller::send(platform::HttpRequest request) {
  request.headers.emplace_back(std::string(kProtocolHeader), std::to_string(kProtocolMost));
  platform::HttpAnswer answer = client_->send(std::move(request));
  if (const auto* error = std::get_if<platform::HttpError>(&answer)) return explain(*error);
  auto& response = std::get<platform::HttpResponse>(answer);
  if (response.status == 200) return std::move(response.body);
  return decodeError(response.status, response.body).withContext(target_.name);
}

Result<Hello> Caller::hello() {
  platform::HttpRequest request;
  request.url = target_.base + std::string(kHelloPath);
  const std::string answer = TRY(send(std::move(request)));
  Hello theirs = TRY(decodeHello(answer));
  TRY(checkProtocols(mine_, theirs));
  if (!target_.server_id.empty() && theirs.server_id != target_.server_id) {
    return Error(ErrorCode::kConflict,
                 fmt::format("{} has the server id {} now, and had {} at the pairing: run 'tandem "
                             "pair remove' on both servers and pair them again",
                             target_.name,
                             theirs.server_id,
                             target_.server_id));
  }
  return theirs;
}

Result<std::string> Caller::post(std::string_view path, std::string_view body) {
  platform::HttpRequest request;
  request.method = "POST";
  request.url = target_.base + std::string(path);
  request.headers = {{"Content-Type", "application/octet-stream"}};
  request.body = std::string(body);
  return send(std::move(request));
}

Transport Caller::transport(std::shared_ptr<Caller> caller, Route route) {
  return [caller = std::move(caller), route, greeted = false](
             std::string_view request) mutable -> Result<std::string> {
    if (!greeted) TRY(caller->hello());
    greeted = true;
    return caller->post(pathOf(route), request);
  };
}

Result<std::string> certificateAt(const std::string& url) {
  const platform::TlsProbeReport report = TRY(probe(url));
  if (report.certificate_pem.empty()) {
    return Error(ErrorCode::kUnavailable, report.explanation);
  }
  return report.certificate_pem;
}

}  // namespace tandem::channel
