// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <utility>

namespace tandem {

std::string_view toString(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kUnauthenticated:
      return "unauthenticated";
    case ErrorCode::kPermissionDenied:
      return "permission_denied";
    case ErrorCode::kThrottled:
      return "throttled";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kStorageFull:
      return "storage_full";
    case ErrorCode::kCorruption:
      return "corruption";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kFullImportRequired:
      return "full_import_required";
    case ErrorCode::kStoppedByGuard:
      return "stopped_by_guard";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "unknown";
}

Error::Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

bool Error::isTransient() const {
  return code_ == ErrorCode::kThrottled || code_ == ErrorCode::kUnavailable;
}

Error Error::withContext(std::string_view doing) && {
  message_.insert(0, ": ");
  message_.insert(0, doing);
  return std::move(*this);
}

}  // namespace tandem
