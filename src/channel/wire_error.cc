// SPDX-License-Identifier: Apache-2.0
#include "channel/wire_error.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "channel/fields.h"

namespace tandem::channel {
namespace {

constexpr std::size_t kMessageMax = 16 * 1024;

struct CodeStatus {
  ErrorCode code;
  int status;
};
constexpr std::array kStatuses{CodeStatus{ErrorCode::kInvalidArgument, 400},
                               CodeStatus{ErrorCode::kCorruption, 400},
                               CodeStatus{ErrorCode::kUnauthenticated, 401},
                               CodeStatus{ErrorCode::kPermissionDenied, 403},
                               CodeStatus{ErrorCode::kNotFound, 404},
                               CodeStatus{ErrorCode::kConflict, 409},
                               CodeStatus{ErrorCode::kCancelled, 409},
                               CodeStatus{ErrorCode::kStoppedByGuard, 409},
                               CodeStatus{ErrorCode::kFullImportRequired, 409},
                               CodeStatus{ErrorCode::kThrottled, 429},
                               CodeStatus{ErrorCode::kUnavailable, 503},
                               CodeStatus{ErrorCode::kStorageFull, 507},
                               CodeStatus{ErrorCode::kInternal, 500}};

}  // namespace

platform::ServerResponse errorResponse(const Error& error) {
  platform::ServerResponse response;
  const auto* const found = std::find_if(kStatuses.begin(), kStatuses.end(), [&](const auto& row) {
    return row.code == error.code();
  });
  response.status = found == kStatuses.end() ? 500 : found->status;
  response.headers = {{"Content-Type", "application/json"}};
  response.body =
      dump({{"error", {{"code", toString(error.code())}, {"message", error.message()}}}});
  return response;
}

Error decodeError(int status, std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  const auto error = json.is_object() ? json.find("error") : json.end();
  const bool is_ours = json.is_object() && error != json.end() && error->is_object() &&
                       error->contains("code") && error->at("code").is_string() &&
                       error->contains("message") && error->at("message").is_string();
  if (!is_ours) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("the answer is HTTP {} and not from a Tandem server: does the URL "
                             "lead to the other server itself?",
                             status));
  }
  const std::string code = error->at("code").get<std::string>();
  std::string message = error->at("message").get<std::string>().substr(0, kMessageMax);
  for (const CodeStatus& row : kStatuses) {
    if (toString(row.code) == code) return Error(row.code, std::move(message));
  }
  return Error(ErrorCode::kInternal, std::move(message));
}

}  // namespace tandem::channel
