// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::connectors::ldap {

// Where a delta import of a directory resumes, as one line of text:
//   ldap 1 <fingerprint of the settings> dirsync <flags, hex> <cookie, base64>
//   ldap 1 <fingerprint> usn <invocation id, hex> <USN>
//   ldap 1 <fingerprint> syncrepl - <cookie, base64>
//   ldap 1 <fingerprint> none - -
struct LdapWatermark {
  enum class Method : std::uint8_t {
    kNone,
    kDirSync,
    kUsn,
    kSyncrepl
  };
  std::string fingerprint;
  Method method = Method::kNone;
  std::uint32_t dirsync_flags = 0;
  std::string invocation_id;
  std::uint64_t usn = 0;
  std::string cookie;  // octets

  std::string toText() const;
  static std::optional<LdapWatermark> parse(std::string_view text);
};

}  // namespace tandem::connectors::ldap
