// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tandem::platform {

struct CertificateFiles {
  std::string ca_certificate;     // PEM: what clients are told to trust
  std::string certificate_chain;  // PEM: leaf, then CA
  std::string private_key;        // PEM, mode 0600
  bool created = false;           // false: a good one was there already
};

// A certificate for a server that has none: an ECDSA P-256 authority (ten years) and a leaf under
// it (90 days) for localhost, 127.0.0.1, ::1 and the given names (host names or addresses).
// Files in the folder: ca.pem, ca.key, server.pem, server.key; keys have mode 0600. What is there
// is used again until 30 days before it ends or until a name is missing; then only the leaf is
// made anew, so clients that trust the authority go on as before.
Result<CertificateFiles> ensureCertificate(const std::string& folder,
                                           const std::vector<std::string>& names,
                                           std::chrono::system_clock::time_point now);

struct IdentityFiles {
  std::string certificate;  // PEM, self-signed
  std::string private_key;  // PEM, mode 0600
  bool created = false;
};

// What one server is known by to another that has pinned it: an ECDSA P-256 key and a certificate
// that it signs itself (ten years, for both ends of a connection). Files: identity.pem and
// identity.key. A pair of files that do not fit or have expired is made anew, which breaks every
// pin.
Result<IdentityFiles> ensureIdentity(const std::string& folder,
                                     const std::string& name,
                                     std::chrono::system_clock::time_point now);

// When the first certificate of a PEM text ends, as seconds since 1970. An error: it is none.
Result<std::int64_t> certificateEnd(std::string_view pem);

}  // namespace tandem::platform
