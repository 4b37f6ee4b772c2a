// SPDX-License-Identifier: Apache-2.0
#include "web/open_oidc.h"

#include "web/router.h"

namespace tandem::web {

Result<std::unique_ptr<access::OidcClient>> openOidc(const home::Home& home,
                                                     const platform::Clock& clock) {
  const home::ConsoleSettings& console = home.settings().console;
  if (!console.oidc.isSet()) return std::unique_ptr<access::OidcClient>();
  platform::SecretText secret;
  if (!console.oidc.client_secret_secret.empty()) {
    const platform::SealedSecrets secrets = TRY(home.secrets());
    secret = TRY(secrets.get(console.oidc.client_secret_secret));
  }
  platform::HttpClientOptions http;
  http.ca_file = console.oidc.ca_file.empty() ? "" : home.resolve(console.oidc.ca_file);
  http.response_limit = 512 * 1024;
  http.total_timeout = std::chrono::seconds(20);
  const std::string url = console.url.empty() ? "https://" + console.listen : console.url;
  return std::make_unique<access::OidcClient>(
      access::OidcClient::Parts{console.oidc,
                                std::move(secret),
                                url + std::string(kApiPrefix) + "/session/oidc/return",
                                [http] { return platform::openHttpClient(http); },
                                clock});
}

}  // namespace tandem::web
