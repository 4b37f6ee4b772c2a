// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "platform/http_message.h"
#include "platform/signing.h"
#include "tenant/graph_request.h"
#include "tenant/settings.h"

namespace tandem::tenant {

// OAuth 2.0 as Entra speaks it to applications: client credentials by secret or by certificate
// assertion, discovery, keys; and the check of the tokens it gave out. Thread-safe.
class TokenService {
 public:
  TokenService(platform::SigningKey key, std::int64_t lifetime_seconds);

  // POST /{tenant}/oauth2/v2.0/token. `base` is "https://host:port" as the client sees us.
  platform::ServerResponse issue(const TenantSettings& settings,
                                 const platform::ServerRequest& request,
                                 std::string_view tenant,
                                 const std::string& base,
                                 std::int64_t now);

  platform::ServerResponse discovery(const TenantSettings& settings,
                                     std::string_view tenant,
                                     const std::string& base) const;
  platform::ServerResponse instanceDiscovery(const std::string& base,
                                             const std::string& host) const;
  platform::ServerResponse keys() const;

  // The client id that a bearer token was given to, or why it is not good.
  struct Checked {
    std::string client_id;
    std::string problem;  // empty: good
  };
  Checked check(std::string_view authorization, const std::string& tenant_id, std::int64_t now);

 private:
  struct Problem {
    int status = 400;
    std::string error;
    int code = 0;
    std::string description;
  };
  struct Known {
    std::string client_id;
    std::int64_t starts = 0;
    std::int64_t ends = 0;
  };
  using Form = std::map<std::string, std::string>;

  std::optional<Problem> authenticate(const App& app,
                                      const Form& form,
                                      std::string_view endpoint,
                                      const TenantSettings& settings,
                                      std::int64_t now);
  std::optional<Problem> checkAssertion(const App& app,
                                        std::string_view assertion,
                                        std::string_view endpoint,
                                        const TenantSettings& settings,
                                        std::int64_t now);
  bool useOnce(const std::string& jti, std::int64_t ends, std::int64_t now);
  std::string makeToken(const TenantSettings& settings,
                        const App& app,
                        std::string_view resource,
                        const std::string& base,
                        std::int64_t now) const;
  static platform::ServerResponse refuse(const Problem& problem, std::int64_t now);

  platform::SigningKey key_;
  std::string key_id_;
  std::int64_t lifetime_;

  std::shared_mutex known_mutex_;
  std::unordered_map<std::string, Known> known_;  // tokens whose signature was checked

  std::mutex assertions_mutex_;
  std::map<std::string, std::int64_t> used_assertions_;  // jti, when it ends
};

}  // namespace tandem::tenant
