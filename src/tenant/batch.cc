// SPDX-License-Identifier: Apache-2.0
// POST /$batch: up to 20 requests in one, each answered as if it had come alone.
#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <variant>

#include "base/text.h"
#include "tenant/json_writer.h"
#include "tenant/service.h"

namespace tandem::tenant {
namespace {

constexpr std::size_t kMaxBatch = 20;

void readBatchHeaders(const simdjson::dom::element& entry, GraphRequest& request) {
  simdjson::dom::object headers;
  if (entry["headers"].get_object().get(headers)) return;
  for (const auto& [name, value] : headers) {
    std::string_view text;
    if (value.get_string().get(text)) continue;
    if (equalsIgnoreCaseAscii(name, "ConsistencyLevel")) {
      request.eventual = equalsIgnoreCaseAscii(text, "eventual");
    } else if (equalsIgnoreCaseAscii(name, "Prefer")) {
      request.prefer = toLowerAscii(text);
    } else if (equalsIgnoreCaseAscii(name, "If-Match")) {
      request.if_match = std::string(text);
    }
  }
}

// With its JSON type: "1" stays text, 1 stays a number.
std::string idText(const simdjson::dom::element& entry) {
  simdjson::dom::element id;
  if (entry["id"].get(id)) return "null";
  std::string_view text;
  if (id.get_string().get(text)) return simdjson::minify(id);
  std::string quoted;
  appendJsonString(quoted, text);
  return quoted;
}

// The first request that this one waits for and that failed.
bool dependencyFailed(const simdjson::dom::element& entry, std::span<const BatchResult> done) {
  simdjson::dom::array names;
  if (entry["dependsOn"].get_array().get(names)) return false;
  for (const auto& name : names) {
    const std::string wanted = simdjson::minify(name);
    const auto found = std::find_if(
        done.begin(), done.end(), [&](const BatchResult& one) { return one.id == wanted; });
    if (found == done.end() || found->status >= 400) return true;
  }
  return false;
}

void writeBatchAnswer(JsonWriter& json,
                      const std::string& id,
                      const GraphAnswer& answer,
                      bool bare) {
  json.beginObject().key("id").raw(id).key("status").integer(answer.status);
  json.key("headers").beginObject();
  for (const auto& [name, value] : answer.headers)
    json.key(name).string(value);
  if (!answer.body.empty()) json.key("Content-Type").string(contentTypeOf(answer, bare));
  json.endObject().key("body");
  if (answer.body.empty()) {
    json.null();
  } else if (answer.is_text) {
    json.string(answer.body);
  } else {
    json.raw(answer.body);
  }
  json.endObject();
}

// The ids, all there and all different; else what is wrong.
std::variant<std::vector<BatchResult>, GraphError> readIds(const simdjson::dom::array& entries) {
  std::vector<BatchResult> results;
  for (const auto& entry : entries) {
    std::string id = idText(entry);
    const bool known = std::any_of(
        results.begin(), results.end(), [&](const BatchResult& one) { return one.id == id; });
    if (known || (id == "null" && !results.empty())) {
      return GraphError{
          400, "BadRequest", "Request Id " + id + " has to be unique in a batch.", {}, {}};
    }
    results.push_back({std::move(id), 0});
  }
  return results;
}

bool mayWrite(const simdjson::dom::array& entries) {
  return std::any_of(entries.begin(), entries.end(), [](const auto& entry) {
    std::string_view method;
    return entry["method"].get_string().get(method) || !equalsIgnoreCaseAscii(method, "GET");
  });
}

void toUpperInto(std::string_view text, std::string& out) {
  out.assign(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
}

}  // namespace

GraphAnswer Service::answerEntry(GraphRequest& inner, const simdjson::dom::element& entry) {
  std::string_view method;
  std::string_view url;
  if (entry["method"].get_string().get(method) || entry["url"].get_string().get(url)) {
    return answerError(badRequest("Each request of a batch needs id, method and url."), inner);
  }
  toUpperInto(method, inner.method);
  Target target = parseTarget(url);
  // The official client writes /v1.0/… for a host that it does not know.
  if (!target.segments.empty() && isVersion(target.segments.front())) {
    target.segments.erase(target.segments.begin());
  }
  inner.segments = std::move(target.segments);
  inner.query = std::move(target.query);
  inner.eventual = false;
  inner.prefer.clear();
  inner.if_match.clear();
  readBatchHeaders(entry, inner);
  inner.body.reset();
  simdjson::dom::element body;
  if (!entry["body"].get(body) && !body.is_null()) inner.body = body;
  return performLocked(inner);
}

void Service::answerEntries(const GraphRequest& outer,
                            const simdjson::dom::array& entries,
                            std::vector<BatchResult>& results,
                            std::string& body) {
  GraphRequest inner = outer;
  inner.in_batch = true;
  JsonWriter json(body);
  json.beginObject().key("responses").beginArray();
  std::size_t position = 0;
  for (const auto& entry : entries) {
    BatchResult& result = results[position];
    const GraphAnswer one = dependencyFailed(entry, std::span(results).first(position))
                                ? answerError({424,
                                               "FailedDependency",
                                               "A request that this one depends on has failed.",
                                               {},
                                               {}},
                                              outer)
                                : answerEntry(inner, entry);
    result.status = one.status;
    writeBatchAnswer(json, result.id, one, outer.bare);
    ++position;
  }
  json.endArray().endObject();
}

GraphAnswer Service::batch(const GraphRequest& outer) {
  simdjson::dom::array entries;
  if (outer.method != "POST" || !outer.body || (*outer.body)["requests"].get_array().get(entries)) {
    return answerError({400, "BadRequest", "Invalid batch payload format.", {}, {}}, outer);
  }
  if (entries.size() > kMaxBatch) {
    return answerError({400,
                        "BadRequest",
                        "Number of batch request steps exceeds the maximum value of '20'.",
                        {},
                        {}},
                       outer);
  }
  auto read = readIds(entries);
  if (auto* bad = std::get_if<GraphError>(&read)) return answerError(*bad, outer);
  auto& results = std::get<std::vector<BatchResult>>(read);
  const auto fault =
      tenant_.faults.areSet() ? tenant_.faults.next("POST", "/$batch", false) : std::nullopt;
  GraphAnswer answer;
  if (fault && isInstead(*fault)) {
    answer = performFault(outer, *fault);
  } else {
    answer.body.reserve(entries.size() * 900);
    // Taken once for all: to hand the lock over between the entries costs more than to answer them.
    if (mayWrite(entries)) {
      const std::unique_lock lock(tenant_.mutex);
      answerEntries(outer, entries, results, answer.body);
    } else {
      const std::shared_lock lock(tenant_.mutex);
      answerEntries(outer, entries, results, answer.body);
    }
    if (fault) damage(answer, *fault);
  }
  tenant_.counters.request("POST $batch", answer.status);
  return answer;
}

}  // namespace tandem::tenant
