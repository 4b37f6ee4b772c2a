// SPDX-License-Identifier: Apache-2.0
//
// Signing in to the console by an OpenID provider: the authorization code flow with PKCE (OpenID
// Connect Core 1.0, RFC 7636). What the browser brings back proves nothing by itself; the ID token,
// fetched over verified TLS and verified again by its signature, does.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "access/key_set.h"
#include "access/oidc_identity.h"
#include "base/result.h"
#include "home/console_settings.h"
#include "platform/clock.h"
#include "platform/http_client.h"
#include "platform/secret_text.h"

namespace tandem::access {

struct OidcStart {
  std::string url;  // where the browser goes
  // For a cookie that the browser shows at the way back: who brings a code back must be who was
  // sent for it, or a person could be signed in as somebody else.
  std::string cookie;
};

// The parameters of the way back.
struct OidcReturn {
  std::string code;
  std::string state;
  std::string cookie;
  std::string issuer;  // parameter "iss" (RFC 9207); empty: the provider did not send it
};

class OidcClient {
 public:
  static constexpr std::chrono::minutes kFlowAgeMax{10};
  static constexpr std::size_t kFlowsMax = 1000;
  static constexpr std::chrono::hours kDiscoveryAgeMax{1};

  // A client for one sign-in; see oidcHttp().
  using OpenHttp = std::function<Result<std::unique_ptr<platform::HttpClient>>()>;
  struct Parts {
    home::OidcSettings settings;
    platform::SecretText client_secret;  // empty: a public client
    std::string redirect_uri;            // "https://sync01.example.com:8443/api/v1/session/oidc/return"
    OpenHttp open_http;
    const platform::Clock& clock;
  };
  explicit OidcClient(Parts parts);

  Result<OidcStart> begin();
  // kUnauthenticated: the provider, or what came back, says no.
  Result<OidcIdentity> finish(const OidcReturn& came_back);

 private:
  struct Flow {
    std::string nonce;
    std::string verifier;
    std::string cookie_hash;
    platform::BootTime begun{};
  };
  struct Provider {
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string jwks_uri;
    bool takes_basic = true;  // client_secret_basic; otherwise client_secret_post
    bool sends_issuer = false;
    platform::BootTime read{};
  };

  Result<Provider> provider(platform::HttpClient& http);
  std::string authorizationUrl(const Provider& provider,
                               const std::string& state,
                               const Flow& flow) const;
  Result<Flow> takeFlow(const OidcReturn& came_back);
  Result<std::string> fetchIdToken(platform::HttpClient& http,
                                   const Provider& provider,
                                   const std::string& code,
                                   const Flow& flow) const;
  Result<KeySet> keysFor(platform::HttpClient& http,
                         const Provider& provider,
                         std::string_view key_id);

  Parts parts_;
  std::mutex keys_turn_;  // one asks for the keys, others wait for its answer
  std::mutex mutex_;      // of what follows; never held while the network is asked
  std::map<std::string, Flow, std::less<>> flows_;  // by state
  std::optional<Provider> provider_;
  KeySet keys_;
  std::optional<platform::BootTime> keys_read_;
};

// Clients with limits that fit: PEM file of the authorities; empty: the system's.
OidcClient::OpenHttp oidcHttp(std::string ca_file);

}  // namespace tandem::access
