// SPDX-License-Identifier: Apache-2.0
#include "tenant/faults.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace tandem::tenant {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<std::string_view, FaultKind>, 7> kNames{{
    {"throttle", FaultKind::kThrottle},
    {"unavailable", FaultKind::kUnavailable},
    {"serverError", FaultKind::kServerError},
    {"lostAnswer", FaultKind::kLostAnswer},
    {"slow", FaultKind::kSlow},
    {"truncated", FaultKind::kTruncated},
    {"html", FaultKind::kHtml},
}};

Result<Fault> faultFromJson(const json& in) {
  static constexpr std::array<std::string_view, 7> kKnown{
      "kind", "rate", "count", "method", "pathContains", "retryAfter", "delayMs"};
  for (const auto& item : in.items()) {
    if (std::find(kKnown.begin(), kKnown.end(), item.key()) == kKnown.end()) {
      return Error(ErrorCode::kInvalidArgument, "unknown key '" + item.key() + "' in a fault");
    }
  }
  Fault fault;
  const std::string kind = in.value("kind", "");
  const auto* named = std::find_if(
      kNames.begin(), kNames.end(), [&](const auto& entry) { return entry.first == kind; });
  if (named == kNames.end()) {
    return Error(
        ErrorCode::kInvalidArgument,
        "unknown fault kind '" + kind +
            "'; use throttle, unavailable, serverError, lostAnswer, slow, truncated or html");
  }
  fault.kind = named->second;
  fault.rate = in.value("rate", 0.0);
  fault.count = in.value("count", std::int64_t{0});
  fault.method = in.value("method", "");
  fault.path_contains = toLowerAscii(in.value("pathContains", ""));
  fault.retry_after = in.value("retryAfter", std::int64_t{1});
  fault.delay_ms = in.value("delayMs", std::int64_t{0});
  if (fault.rate < 0 || fault.rate > 1 || (fault.rate == 0 && fault.count <= 0)) {
    return Error(ErrorCode::kInvalidArgument, "a fault needs a count above 0 or a rate up to 1");
  }
  return fault;
}

bool isForInner(FaultKind kind) {
  return kind == FaultKind::kThrottle || kind == FaultKind::kUnavailable ||
         kind == FaultKind::kServerError;
}

}  // namespace

Result<void> Faults::set(std::string_view text) {
  try {
    const json in = json::parse(text);
    std::vector<Fault> faults;
    for (const auto& one : in.value("faults", json::array())) {
      faults.push_back(TRY(faultFromJson(one)));
    }
    const std::lock_guard lock(mutex_);
    faults_ = std::move(faults);
    are_set_ = !faults_.empty();
    replication_delay_ms_ = in.value("replicationDelayMs", std::int64_t{0});
    random_.seed(in.value("seed", std::uint64_t{1}));
    return {};
  } catch (const json::exception& problem) {
    return Error(ErrorCode::kInvalidArgument,
                 std::string("not the JSON of faults: ") + problem.what());
  }
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
  are_set_ = false;
  replication_delay_ms_ = 0;
}

std::string Faults::toJson() const {
  const std::lock_guard lock(mutex_);
  json faults = json::array();
  for (const Fault& fault : faults_) {
    const auto* named = std::find_if(kNames.begin(), kNames.end(), [&](const auto& entry) {
      return entry.second == fault.kind;
    });
    faults.push_back({{"kind", named->first},
                      {"rate", fault.rate},
                      {"count", fault.count},
                      {"method", fault.method},
                      {"pathContains", fault.path_contains},
                      {"retryAfter", fault.retry_after},
                      {"delayMs", fault.delay_ms}});
  }
  return json{{"faults", faults}, {"replicationDelayMs", replicationDelayMs()}}.dump();
}

std::optional<Fault> Faults::next(std::string_view method, std::string_view path, bool inner) {
  const std::lock_guard lock(mutex_);
  if (faults_.empty()) return std::nullopt;
  const std::string lower = toLowerAscii(path);
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if (inner && !isForInner(fault->kind)) continue;
    if (!fault->method.empty() && fault->method != method) continue;
    if (lower.find(fault->path_contains) == std::string::npos) continue;
    if (fault->rate > 0 && std::uniform_real_distribution<>()(random_) >= fault->rate) continue;
    const Fault met = *fault;
    if (fault->count > 0 && --fault->count == 0) faults_.erase(fault);
    are_set_ = !faults_.empty();
    return met;
  }
  return std::nullopt;
}

Faults::DeltaExpiry Faults::deltaExpiry() const {
  const std::lock_guard lock(mutex_);
  return delta_expiry_;
}

void Faults::expireDeltaTokens(std::int64_t now_ms, bool reset) {
  const std::lock_guard lock(mutex_);
  delta_expiry_ = {now_ms, reset};
}

}  // namespace tandem::tenant
