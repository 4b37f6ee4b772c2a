// SPDX-License-Identifier: Apache-2.0
#include "channel/endpoint.h"

#include <utility>

#include <fmt/core.h>
#include <unistd.h>

#include "base/text.h"
#include "channel/partner.h"
#include "channel/wire_error.h"

namespace tandem::channel {
namespace {

using platform::PeerCertificate;
using platform::ServerRequest;
using platform::ServerResponse;

bool isPairing(std::string_view path) {
  return path == kJoinStartPath || path == kJoinProvePath;
}

bool isRefusal(ErrorCode code) {
  return code == ErrorCode::kUnauthenticated || code == ErrorCode::kPermissionDenied;
}

}  // namespace

Endpoint::Endpoint(ChannelFiles files,
                   Identity identity,
                   Answerers answerers,
                   platform::Clock& clock)
    : files_(std::move(files)),
      identity_(std::move(identity)),
      answerers_(std::move(answerers)),
      clock_(&clock),
      desk_(files_, identity_, clock),
      refusals_(clock) {}

Hello Endpoint::hello() const {
  Hello hello;
  hello.version = TANDEM_VERSION;
  hello.server_id = identity_.server_id;
  hello.name = identity_.name;
  hello.is_inviting = desk_.isInviting();
  return hello;
}

// What strangers are not told, who may ask while a code is open.
Hello Endpoint::helloTo(const ServerRequest& request) const {
  Hello hello = this->hello();
  const bool is_local = request.peer_user.has_value();
  if (is_local) hello.listening = listening_;
  if (answerers_.standing && (is_local || isPartner(request.peer_certificate.get()))) {
    hello.standing = answerers_.standing();
  }
  return hello;
}

bool Endpoint::isPartner(const PeerCertificate* peer) const {
  const Result<std::optional<Partner>> partner = readPartner(files_);
  return peer != nullptr && partner.ok() && partner.value() &&
         partner.value()->fingerprint == peer->sha256;
}

std::size_t Endpoint::bodyLimitFor(const PeerCertificate* peer) const {
  return isPartner(peer) ? kChannelBodyMax : kPairingMessageMax;
}

void Endpoint::handshakeFailed(const std::string& peer, const std::string& reason) {
  refusals_.refused(peer,
                    fmt::format("the TLS handshake failed ({}). If that is the partner, it does "
                                "not accept this server's certificate: run 'tandem pair show' on "
                                "both servers and compare",
                                reason));
}

Result<void> Endpoint::checkPeer(const PeerCertificate* peer) const {
  if (peer == nullptr) {
    return Error(ErrorCode::kUnauthenticated,
                 fmt::format("{} answers only to its partner, which shows a certificate; none was "
                             "shown",
                             identity_.name));
  }
  const auto since = clock_->wallNow().time_since_epoch();
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(since).count();
  if (now >= peer->not_after || now < peer->not_before) {
    return Error(
        ErrorCode::kUnauthenticated,
        fmt::format("the certificate that was shown to {} has {}: check the clocks of both "
                    "servers; if they are right, run 'tandem pair remove' on both and "
                    "pair them again",
                    identity_.name,
                    now >= peer->not_after ? "expired" : "not begun to be valid"));
  }
  return {};
}

Result<void> Endpoint::authorize(const ServerRequest& request) const {
  if (request.peer_user) {
    if (*request.peer_user == ::geteuid() || *request.peer_user == 0) return {};
    return Error(ErrorCode::kPermissionDenied,
                 fmt::format("{} answers here only to the user it runs as", identity_.name));
  }
  const PeerCertificate* const peer = request.peer_certificate.get();
  TRY(checkPeer(peer));
  const Result<std::optional<Partner>> partner = readPartner(files_);
  if (partner.ok() && partner.value() && partner.value()->fingerprint == peer->sha256) return {};
  const bool for_strangers = request.target == kHelloPath || isPairing(request.target);
  if (for_strangers && desk_.isInviting()) return {};
  if (isPairing(request.target)) return {};  // the desk says why not
  if (!partner.ok()) return partner.error();
  return Error(ErrorCode::kPermissionDenied,
               fmt::format("{} is {} and does not know the certificate {}: pair the two servers, "
                           "again if one of them was set up anew ('tandem pair remove', 'tandem "
                           "pair invite')",
                           identity_.name,
                           partner.value() ? "paired with another server" : "not paired",
                           readableFingerprint(peer->sha256)));
}

Result<std::string> Endpoint::post(const ServerRequest& request) {
  if (isPairing(request.target)) {
    if (!request.peer_certificate) {
      return Error(ErrorCode::kInvalidArgument, "pairing needs a certificate");
    }
    return request.target == kJoinStartPath ? desk_.start(request.body, *request.peer_certificate)
                                            : desk_.prove(request.body, *request.peer_certificate);
  }
  for (const Route route : {Route::kMessage, Route::kCompare}) {
    if (request.target != pathOf(route)) continue;
    const Answerer& answerer = route == Route::kMessage ? answerers_.message : answerers_.compare;
    if (answerer) return answerer(request.body);
  }
  return Error(ErrorCode::kNotFound, "this release answers nothing there");
}

Result<std::string> Endpoint::dispatch(const ServerRequest& request) {
  TRY(authorize(request));
  if (request.target == kHelloPath && request.method == "GET") {
    return encodeHello(helloTo(request));
  }
  if (request.method != "POST") {
    return Error(ErrorCode::kInvalidArgument, "this is answered to POST alone");
  }
  const auto asked = parseInteger(request.header(kProtocolHeader));
  TRY(checkProtocol(hello(), asked ? static_cast<int>(std::min<std::int64_t>(*asked, 1000)) : 0));
  return post(request);
}

ServerResponse Endpoint::answer(const ServerRequest& request) {
  Result<std::string> answer = dispatch(request);
  if (!answer.ok()) {
    if (isRefusal(answer.error().code())) {
      refusals_.refused(request.peer_address, answer.error().message());
    }
    return errorResponse(answer.error());
  }
  ServerResponse response;
  response.headers = {{"Content-Type", "application/octet-stream"}};
  response.body = std::move(answer).value();
  return response;
}

}  // namespace tandem::channel
