// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/graph_url.h"

#include <fmt/format.h>

#include "base/text.h"

namespace tandem::connectors::graph {
std::string odataLiteral(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  quoted += '\'';
  return percentEncode(quoted);
}

std::string inFilter(std::string_view property, std::span<const std::string> values) {
  std::string filter = fmt::format("{}%20in%20(", property);
  bool first = true;
  for (const std::string& value : values) {
    if (!first) filter += ',';
    first = false;
    filter += odataLiteral(value);
  }
  return filter + ")";
}

std::optional<std::string> originOf(std::string_view url) {
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string scheme = toLowerAscii(url.substr(0, colon));
  if (scheme != "https" && scheme != "http") return std::nullopt;
  std::string_view rest = url.substr(colon + 3);
  std::string authority = toLowerAscii(rest.substr(0, rest.find_first_of("/?#")));
  // "https://graph.example@evil.example/": a user part is how a host is disguised.
  if (authority.empty() || authority.find('@') != std::string::npos) return std::nullopt;
  const std::size_t bracket = authority.rfind(']');  // of an IPv6 address
  const std::size_t port = authority.rfind(':');
  const bool has_port =
      port != std::string::npos && (bracket == std::string::npos || port > bracket);
  if (!has_port) authority += scheme == "https" ? ":443" : ":80";
  return scheme + "://" + authority;
}

}  // namespace tandem::connectors::graph
