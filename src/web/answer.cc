// SPDX-License-Identifier: Apache-2.0
#include "web/answer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tandem::web {

using Json = nlohmann::ordered_json;

platform::ServerResponse jsonTextAnswer(std::string document, int status) {
  platform::ServerResponse answer;
  answer.status = status;
  answer.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  answer.body = std::move(document);
  return answer;
}

platform::ServerResponse jsonAnswer(const Json& document, int status) {
  return jsonTextAnswer(document.dump(-1, ' ', false, Json::error_handler_t::replace), status);
}

platform::ServerResponse errorAnswer(int status, std::string_view code, std::string_view message) {
  return jsonAnswer({{"error", {{"code", code}, {"message", message}}}}, status);
}

platform::ServerResponse errorAnswer(const Error& error) {
  return errorAnswer(statusOf(error.code()), toString(error.code()), error.message());
}

platform::ServerResponse fileAnswer(std::string content,
                                    std::string_view content_type,
                                    std::string_view name) {
  platform::ServerResponse answer;
  answer.headers = {{"Content-Type", std::string(content_type)},
                    {"Content-Disposition", fmt::format("attachment; filename=\"{}\"", name)},
                    {"Cache-Control", "no-store"}};
  answer.body = std::move(content);
  return answer;
}

int statusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return 400;
    case ErrorCode::kUnauthenticated:
      return 401;
    case ErrorCode::kPermissionDenied:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
    case ErrorCode::kStoppedByGuard:
    case ErrorCode::kCancelled:
    case ErrorCode::kFullImportRequired:
      return 409;
    case ErrorCode::kThrottled:
      return 429;
    case ErrorCode::kUnavailable:
      return 502;
    case ErrorCode::kStorageFull:
      return 507;
    case ErrorCode::kCorruption:
    case ErrorCode::kInternal:
      return 500;
  }
  return 500;
}

}  // namespace tandem::web
