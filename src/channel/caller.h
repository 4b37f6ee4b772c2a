// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "channel/hello.h"
#include "channel/identity.h"
#include "channel/partner.h"
#include "channel/transport.h"
#include "home/home.h"
#include "platform/clock.h"
#include "platform/http_client.h"

namespace tandem::channel {

// What settles before it answers (a last import, say) may take its time.
inline constexpr std::chrono::milliseconds kAnswerTimeout{std::chrono::minutes(30)};

// Asks another server, or the daemon of this home. Used from one thread at a time.
class Caller {
 public:
  // The partner over TLS. kNotFound: there is none, or it has told no address.
  static Result<std::shared_ptr<Caller>> toPartner(const home::Home& home,
                                                   platform::Clock& clock,
                                                   std::chrono::milliseconds timeout);
  // Whoever has this certificate and listens there; for pairing.
  static Result<std::shared_ptr<Caller>> toCertificate(const Identity& identity,
                                                       const std::string& url,
                                                       const std::string& certificate,
                                                       std::chrono::milliseconds timeout);
  // A running daemon of this user. kNotFound: none runs there.
  static Result<std::shared_ptr<Caller>> toDaemon(const home::Home& home,
                                                  std::chrono::milliseconds timeout);

  // Refuses a server of another protocol, and one of another id than the partner's.
  Result<Hello> hello();
  Result<std::string> post(std::string_view path, std::string_view body);
  // One that answers the way to a route. Says hello before its first request.
  static Transport transport(std::shared_ptr<Caller> caller, Route route);

 private:
  struct Target {
    std::string base;         // "https://old.example.com:8853"
    std::string name;         // for people
    std::string server_id;    // empty: any
    std::string fingerprint;  // pinned; empty: a local socket
  };
  Caller(std::unique_ptr<platform::HttpClient> client, Hello mine, Target target);
  Result<std::string> send(platform::HttpRequest request);
  Error explain(const platform::HttpError& error) const;

  std::unique_ptr<platform::HttpClient> client_;
  Hello mine_;
  Target target_;
};

// The certificate that is shown at an https URL, PEM, whoever that is.
Result<std::string> certificateAt(const std::string& url);

}  // namespace tandem::channel
