// SPDX-License-Identifier: Apache-2.0
//
// Why a TLS connection is refused. Libraries on top of TLS answer "cannot contact the server" for
// every reason; this makes one handshake of its own, verifies as they do, and names the reason.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace tandem::platform {

enum class TlsVerdict : std::uint8_t {
  kTrusted,
  kUntrustedIssuer,
  kNameMismatch,
  kExpired,
  kNotYetValid,
  kNotTls,           // something answers, but it does not speak TLS (a plain port?)
  kHandshakeFailed,  // no common version or cipher, a client certificate wanted, …
  kNoTrustStore,     // the file of authorities cannot be read
};

struct TlsProbeRequest {
  std::string address;  // what to connect to
  std::uint16_t port = 0;
  std::string name;     // what the certificate must say; a host name or an address
  std::string ca_file;  // PEM; empty: the system's authorities
  std::chrono::milliseconds timeout{10000};
  std::string
      preamble;  // sent before the handshake (StartTLS of some protocol); one answer is read
};

struct TlsProbeReport {
  TlsVerdict verdict = TlsVerdict::kTrusted;
  std::string explanation;  // what is wrong and what to do; empty when trusted
  std::string subject, issuer;
  std::vector<std::string> names;  // DNS names and addresses of the certificate
  std::string not_before, not_after;
  std::string sha256;  // of the certificate, in hex
  std::string certificate_pem;
};

// An error only when there is no connection at all (kUnavailable, as of connectTcp()).
Result<TlsProbeReport> probeTls(const TlsProbeRequest& request);

// "OpenSSL 3.0.17 1 Jul 2025", as loaded.
std::string tlsLibraryVersion();

}  // namespace tandem::platform
