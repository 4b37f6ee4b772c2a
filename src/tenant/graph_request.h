// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <simdjson.h>

#include "platform/http_message.h"
#include "tenant/graph_error.h"
#include "tenant/settings.h"

namespace tandem::tenant {

// Query options by name, decoded; "$top" and "%24top" are one.
class Query {
 public:
  static Query parse(std::string_view text);  // without the question mark

  std::optional<std::string_view> find(std::string_view name) const;  // case-insensitive
  bool has(std::string_view name) const { return find(name).has_value(); }
  // All options but one, encoded again: "a=b&c=d".
  std::string without(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> options_;
};

// One request to Graph: a whole HTTP request or one of a $batch.
struct GraphRequest {
  std::string method;
  std::vector<std::string> segments;  // decoded, without the version: {"users", "alice@x"}
  Query query;
  std::optional<simdjson::dom::element> body;  // JSON; lives as long as the outer request
  const App* app = nullptr;                    // who asks
  std::string base_url;                        // "https://host:port/v1.0", as the client sees us
  std::string request_id;
  std::string client_request_id;
  std::string prefer;
  std::string if_match;
  bool eventual = false;  // ConsistencyLevel: eventual
  bool bare = false;      // Accept: …odata.metadata=none
  bool in_batch = false;
  std::int64_t now_ms = 0;

  std::int64_t now() const { return now_ms / 1000; }
  bool mayWriteAsSync() const { return app && app->hasRole(kSyncRole); }
  bool prefers(std::string_view token) const { return prefer.find(token) != std::string::npos; }
  // The segment in lower case; empty when there are fewer.
  std::string segment(std::size_t index) const;
};

struct GraphAnswer {
  int status = 200;
  std::string body;  // JSON, or text with is_text
  platform::HttpHeaders headers;
  bool is_text = false;

  // Faults, for the outermost layer.
  std::chrono::milliseconds delay{0};
  bool drop = false;
};

struct Target {
  std::vector<std::string> segments;
  Query query;
};

// "/v1.0/users/bob%40x?$select=id" split and decoded. The version is kept.
Target parseTarget(std::string_view target);

std::string percentDecode(std::string_view text, bool plus_is_blank);

using platform::percentEncode;

GraphAnswer answerError(const GraphError& error, const GraphRequest& request);
GraphAnswer answerJson(std::string body, int status = 200);
GraphAnswer answerEmpty(int status = 204);
GraphAnswer answerText(std::string body);

std::string isoTime(std::int64_t seconds);  // 2026-11-22T07:00:00Z

}  // namespace tandem::tenant
