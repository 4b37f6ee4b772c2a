// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/watermark.h"

#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"

namespace tandem::connectors::ldap {

std::string LdapWatermark::toText() const {
  switch (method) {
    case Method::kDirSync:
      return fmt::format("ldap 1 {} dirsync {:x} {}", fingerprint, dirsync_flags, toBase64(cookie));
    case Method::kUsn:
      return fmt::format("ldap 1 {} usn {} {}", fingerprint, invocation_id, usn);
    case Method::kSyncrepl:
      return fmt::format("ldap 1 {} syncrepl - {}", fingerprint, toBase64(cookie));
    case Method::kNone:
      break;
  }
  return fmt::format("ldap 1 {} none - -", fingerprint);
}

std::optional<LdapWatermark> LdapWatermark::parse(std::string_view text) {
  const std::vector<std::string> parts = split(text, ' ');
  if (parts.size() != 6 || parts[0] != "ldap" || parts[1] != "1") return std::nullopt;
  LdapWatermark mark;
  mark.fingerprint = parts[2];
  if (parts[3] == "none") return mark;
  if (parts[3] == "usn") {
    const auto usn = parseInteger(parts[5]);
    if (!usn || *usn < 0 || parts[4].empty()) return std::nullopt;
    mark.method = Method::kUsn;
    mark.invocation_id = parts[4];
    mark.usn = static_cast<std::uint64_t>(*usn);
    return mark;
  }
  const std::optional<std::string> cookie = fromBase64(parts[5]);
  if (!cookie || cookie->empty()) return std::nullopt;
  mark.cookie = *cookie;
  if (parts[3] == "syncrepl") {
    mark.method = Method::kSyncrepl;
    return mark;
  }
  if (parts[3] != "dirsync") return std::nullopt;
  const char* end = parts[4].data() + parts[4].size();
  const auto read = std::from_chars(parts[4].data(), end, mark.dirsync_flags, 16);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  mark.method = Method::kDirSync;
  return mark;
}

}  // namespace tandem::connectors::ldap
