// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "access/principal.h"
#include "base/result.h"
#include "cli/session.h"
#include "platform/http_message.h"
#include "web/route.h"
#include "web/router.h"

namespace tandem::web {

class Site;

// One request that has got through the gate, with its parameters read and checked.
class Call {
 public:
  Call(Site& site, const platform::ServerRequest& request, const Route& route)
      : site_(&site), request_(&request), route_(&route) {}

  Site& site() const { return *site_; }
  const platform::ServerRequest& request() const { return *request_; }
  const Route& route() const { return *route_; }

  std::optional<access::Principal> principal;  // absent: a route that anybody may call
  std::string session_cookie, session_csrf;    // of the session it belongs to; empty: none
  Values values;                               // by name; of lists and objects the JSON

  bool has(std::string_view name) const { return values.contains(name); }
  std::string text(std::string_view name) const;  // empty when it was not given
  std::int64_t number(std::string_view name, std::int64_t otherwise) const;
  bool flag(std::string_view name) const;
  nlohmann::ordered_json json(std::string_view name) const;  // null when it was not given

  // For running a command as this person. Output and notes are the caller's to set.
  cli::Session session() const;

 private:
  Site* site_;
  const platform::ServerRequest* request_;
  const Route* route_;
};

// Path, query and body become call.values. kInvalidArgument names the parameter and what is
// expected of it; a name that the route does not have is refused.
Result<void> readParameters(Call& call, const Values& path_values);

}  // namespace tandem::web
