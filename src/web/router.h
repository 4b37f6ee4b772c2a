// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "web/route.h"

namespace tandem::web {

using Values = std::map<std::string, std::string, std::less<>>;

// "a%2Fb+c" is "a/b+c"; in a query "+" is a space. kInvalidArgument for a torn escape or a NUL.
Result<std::string> percentDecode(std::string_view text, bool is_query);
// "x=1&y=2". The first of two equal names counts: a proxy and we must not differ.
Result<Values> parseQuery(std::string_view query);

struct Match {
  const Route* route = nullptr;  // null: see allowed
  Values values;                 // of the path
  std::string allowed;           // "GET, POST": the path is known, the method is not; empty: 404
};

class Router {
 public:
  explicit Router(const std::vector<Route>& routes);
  // method and path as sent, without the query: "/api/v1/runs/7".
  Result<Match> find(std::string_view method, std::string_view path) const;

 private:
  struct Entry {
    const Route* route;
    std::vector<std::string_view> segments;
  };
  std::vector<Entry> entries_;  // fixed segments before "{name}"
};

inline constexpr std::string_view kApiPrefix = "/api/v1";

}  // namespace tandem::web
