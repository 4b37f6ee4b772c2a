// SPDX-License-Identifier: Apache-2.0
#include "web/router.h"

#include <algorithm>

#include "base/text.h"

namespace tandem::web {
namespace {

std::vector<std::string_view> segmentsOf(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool isName(std::string_view segment) {
  return segment.starts_with('{');
}

int hexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool fits(const std::vector<std::string_view>& pattern,
          const std::vector<std::string_view>& segments) {
  if (pattern.size() != segments.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (isName(pattern[i]) ? segments[i].empty() : pattern[i] != segments[i]) return false;
  }
  return true;
}

}  // namespace

Result<std::string> percentDecode(std::string_view text, bool is_query) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && is_query) {
      c = ' ';
    } else if (c == '%') {
      const int high = i + 1 < text.size() ? hexValue(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hexValue(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return Error(ErrorCode::kInvalidArgument, "the address has a % without two hex digits");
      }
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (c == '\0') return Error(ErrorCode::kInvalidArgument, "the address has a NUL in it");
    decoded += c;
  }
  return decoded;
}

Result<Values> parseQuery(std::string_view query) {
  Values values;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::string name = TRY(percentDecode(pair.substr(0, equals), true));
    std::string value = TRY(percentDecode(pair.substr(std::min(equals + 1, pair.size())), true));
    values.try_emplace(std::move(name), std::move(value));
  }
  return values;
}

Router::Router(const std::vector<Route>& routes) {
  for (const Route& route : routes)
    entries_.push_back({&route, segmentsOf(route.path)});
  std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::lexicographical_compare(
        a.segments.begin(),
        a.segments.end(),
        b.segments.begin(),
        b.segments.end(),
        [](std::string_view one, std::string_view other) { return !isName(one) && isName(other); });
  });
}

Result<Match> Router::find(std::string_view method, std::string_view path) const {
  Match match;
  if (!path.starts_with(kApiPrefix)) return match;
  path.remove_prefix(kApiPrefix.size());
  if (!path.empty() && path.front() != '/') return match;
  const std::vector<std::string_view> segments = segmentsOf(path);
  for (const Entry& entry : entries_) {
    if (!fits(entry.segments, segments)) continue;
    if (toString(entry.route->method) != method) {
      match.allowed +=
          (match.allowed.empty() ? "" : ", ") + std::string(toString(entry.route->method));
      continue;
    }
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (!isName(entry.segments[i])) continue;
      const std::string_view name = entry.segments[i].substr(1, entry.segments[i].size() - 2);
      match.values.emplace(name, TRY(percentDecode(segments[i], false)));
    }
    match.route = entry.route;
    return match;
  }
  return match;
}

}  // namespace tandem::web
