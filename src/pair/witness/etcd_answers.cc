// SPDX-License-Identifier: Apache-2.0
#include "pair/witness/etcd_answers.h"

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/text.h"

namespace tandem::pair::witness {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMessageMax = 300;  // characters of the other side's text that we repeat

Json parse(std::string_view body) {
  return Json::parse(body, nullptr, /*allow_exceptions=*/false);
}

const Json* memberOf(const Json& json, const char* name) {
  if (!json.is_object()) return nullptr;
  const auto found = json.find(name);
  return found == json.end() || found->is_null() ? nullptr : &*found;
}

// Absent is zero; nullopt is for what is no number.
std::optional<std::int64_t> numberAt(const Json& json, const char* name) {
  const Json* const found = memberOf(json, name);
  if (found == nullptr) return 0;
  if (found->is_number_integer()) return found->get<std::int64_t>();
  if (found->is_string()) return parseInteger(found->get<std::string>());
  return std::nullopt;
}

std::optional<std::string> bytesAt(const Json& json, const char* name) {
  const Json* const found = memberOf(json, name);
  if (found == nullptr) return std::string();
  if (!found->is_string()) return std::nullopt;
  return fromBase64(found->get<std::string>());
}

// Every answer has one, which is how it is told from a proxy's page.
std::optional<EtcdHeader> headerOf(const Json& json) {
  const Json* const header = memberOf(json, "header");
  if (header == nullptr) return std::nullopt;
  const auto revision = numberAt(*header, "revision");
  const auto term = numberAt(*header, "raft_term");
  if (!revision || !term) return std::nullopt;
  return EtcdHeader{*revision, *term};
}

bool takeValues(const Json& json, EtcdValues& into) {
  const Json* const list = memberOf(json, "kvs");
  if (list == nullptr) return true;
  if (!list->is_array()) return false;
  for (const Json& one : *list) {
    const auto key = bytesAt(one, "key");
    const auto value = bytesAt(one, "value");
    const auto revision = numberAt(one, "mod_revision");
    const auto lease = numberAt(one, "lease");
    if (!key || key->empty() || !value || !revision || *revision <= 0 || !lease) return false;
    into.values[*key] = {*value, *revision, *lease};
  }
  return true;
}

std::optional<EtcdLease> leaseOf(const Json& json) {
  const std::optional<EtcdHeader> header = headerOf(json);
  const auto id = numberAt(json, "ID");
  const auto ttl = numberAt(json, "TTL");
  if (!header || !id || *id == 0 || !ttl || *ttl < 0) return std::nullopt;
  return EtcdLease{*header, *id, *ttl};
}

}  // namespace

std::optional<EtcdValues> parseEtcdRange(std::string_view body) {
  const Json json = parse(body);
  const std::optional<EtcdHeader> header = headerOf(json);
  if (!header) return std::nullopt;
  EtcdValues values;
  values.header = *header;
  if (!takeValues(json, values)) return std::nullopt;
  return values;
}

std::optional<EtcdValues> parseEtcdTransaction(std::string_view body) {
  const Json json = parse(body);
  const std::optional<EtcdHeader> header = headerOf(json);
  if (!header) return std::nullopt;
  EtcdValues values;
  values.header = *header;
  const Json* const succeeded = memberOf(json, "succeeded");
  if (succeeded != nullptr && !succeeded->is_boolean()) return std::nullopt;
  values.succeeded = succeeded != nullptr && succeeded->get<bool>();
  const Json* const responses = memberOf(json, "responses");
  if (responses != nullptr && !responses->is_array()) return std::nullopt;
  if (responses != nullptr && !values.succeeded) {
    for (const Json& response : *responses) {
      const Json* const range = memberOf(response, "response_range");
      if (range == nullptr || !takeValues(*range, values)) return std::nullopt;
    }
  }
  return values;
}

std::optional<EtcdLease> parseEtcdGrant(std::string_view body) {
  const std::optional<EtcdLease> lease = leaseOf(parse(body));
  return lease && lease->ttl_seconds > 0 ? lease : std::nullopt;
}

std::optional<EtcdLease> parseEtcdKeepAlive(std::string_view body) {
  const Json json = parse(body);
  const Json* const result = memberOf(json, "result");  // the gateway's wrapping of a stream
  return result == nullptr ? std::nullopt : leaseOf(*result);
}

std::optional<std::string> parseEtcdToken(std::string_view body) {
  const Json json = parse(body);
  const Json* const token = memberOf(json, "token");
  if (token == nullptr || !token->is_string()) return std::nullopt;
  std::string text = token->get<std::string>();
  // It goes into a header.
  const bool is_good = !text.empty() && text.find_first_of("\r\n") == std::string::npos &&
                       text.find('\0') == std::string::npos;
  return is_good ? std::optional<std::string>(std::move(text)) : std::nullopt;
}

EtcdFailure parseEtcdFailure(std::string_view body) {
  Json json = parse(body);
  // A stream's failure stands one level deeper.
  if (const Json* const inner = memberOf(json, "error"); inner != nullptr && inner->is_object()) {
    json = Json(*inner);
    if (!json.contains("code") && json.contains("grpc_code")) json["code"] = json["grpc_code"];
  }
  EtcdFailure failure;
  failure.code = numberAt(json, "code").value_or(0);
  const Json* const message = memberOf(json, "message");
  if (message != nullptr && message->is_string()) {
    failure.message = message->get<std::string>().substr(0, kMessageMax);
  }
  return failure;
}

}  // namespace tandem::pair::witness
