// SPDX-License-Identifier: Apache-2.0
#include "web/route.h"

#include <iterator>

namespace tandem::web {

std::string_view toString(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kPatch:
      return "PATCH";
    case Method::kDelete:
      return "DELETE";
  }
  return "";
}

const std::vector<Route>& allRoutes() {
  static const std::vector<Route> kRoutes = [] {
    std::vector<Route> all;
    for (const auto group : {sessionRoutes,
                             oidcRoutes,
                             serverRoutes,
                             runRoutes,
                             connectorRoutes,
                             metaverseRoutes,
                             policyRoutes,
                             pairRoutes,
                             downloadRoutes,
                             accessRoutes,
                             setupRoutes}) {
      std::vector<Route> routes = group();
      std::move(routes.begin(), routes.end(), std::back_inserter(all));
    }
    return all;
  }();
  return kRoutes;
}

}  // namespace tandem::web
