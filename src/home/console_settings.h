// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tandem::home {

// An OpenID provider by which people sign in to the console: [console.oidc].
struct OidcSettings {
  std::string issuer;  // "https://login.example.com/realms/main"; empty: there is none
  std::string client_id;
  std::string client_secret_secret;  // name of the sealed secret; empty: a public client
  std::string ca_file;               // PEM; empty: the system's
  std::string role_claim;            // empty: accounts alone give roles
  // Value of the claim → "viewer", "operator" or "administrator", in the order of the file.
  std::vector<std::pair<std::string, std::string>> roles;
  std::vector<std::string> scopes;  // beside "openid"; empty: "profile" and "email"

  bool isSet() const { return !issuer.empty(); }
};

// Where browsers and scripts reach 'tandem serve': [console].
struct ConsoleSettings {
  std::string listen = "127.0.0.1:8443";  // "off": nowhere but the socket in the home folder
  std::string url;               // "https://sync01.example.com:8443"; empty: made of listen
  std::string certificate_file;  // PEM, with key_file; empty: one of our own is made
  std::string key_file;
  bool open_metrics = false;  // anybody on this machine may read /metrics
  OidcSettings oidc;

  bool isOff() const { return listen == "off"; }
};

}  // namespace tandem::home
