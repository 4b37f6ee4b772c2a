// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http_message.h"
#include "tenant/graph_request.h"
#include "tenant/tenant.h"
#include "tenant/token_service.h"

namespace tandem::tenant {

// One request of a $batch: its id as JSON, and what it was answered, 0 while it was not.
struct BatchResult {
  std::string id;
  int status = 0;
};

// One HTTP request from the wire to its answer: login, Graph, the administrators' API, the page.
// Thread-safe. An answer to a write leaves only when the write is on disk.
class Service {
 public:
  using Clock = std::function<std::int64_t()>;  // milliseconds since 1970

  Service(Tenant& tenant,
          platform::SigningKey key,
          std::int64_t token_lifetime,
          std::string admin_token,
          bool open_page,
          Clock clock);

  platform::ServerResponse handle(const platform::ServerRequest& request);

 private:
  platform::ServerResponse login(const platform::ServerRequest& request, const Target& target);
  platform::ServerResponse graph(const platform::ServerRequest& request, Target target);
  platform::ServerResponse finish(const platform::ServerRequest& request,
                                  const GraphRequest& context,
                                  GraphAnswer answer);
  static platform::ServerResponse toResponse(const GraphRequest& context, GraphAnswer answer);
  std::optional<GraphError> authorize(const platform::ServerRequest& request,
                                      GraphRequest& context,
                                      App& app);
  GraphAnswer batch(const GraphRequest& outer);
  void answerEntries(const GraphRequest& outer,
                     const simdjson::dom::array& entries,
                     std::vector<BatchResult>& results,
                     std::string& body);
  GraphAnswer answerEntry(GraphRequest& inner, const simdjson::dom::element& entry);
  // Throttling, faults, route and counters for one request, alone or of a batch.
  GraphAnswer perform(const GraphRequest& request);
  GraphAnswer performLocked(const GraphRequest& request);  // under the tenant's lock
  GraphAnswer performFault(const GraphRequest& request, const Fault& fault);
  std::optional<GraphAnswer> throttle(const GraphRequest& request, platform::HttpHeaders& headers);

  Tenant& tenant_;
  TokenService tokens_;
  std::string admin_token_;
  bool open_page_;
  Clock clock_;
};

const char* contentTypeOf(const GraphAnswer& answer, bool bare);
bool isVersion(std::string_view segment);  // "v1.0" or "beta"
bool isInstead(const Fault& fault);        // the fault is the answer, and nothing is done
void damage(GraphAnswer& answer, const Fault& fault);

}  // namespace tandem::tenant
