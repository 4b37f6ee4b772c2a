// SPDX-License-Identifier: Apache-2.0
#include "run/result_text.h"

namespace tandem::run {
namespace {

int severity(std::string_view result) {
  if (result == "success" || result == "completed-no-objects") return 0;
  if (result.starts_with("completed-")) return 1;
  return 2;
}

}  // namespace

std::string_view resultFor(const Error& error, policy::RunStep step, bool has_started) {
  const bool is_export = step == policy::RunStep::kExport;
  switch (error.code()) {
    case ErrorCode::kUnauthenticated:
      return has_started ? "stopped-bad-server-credentials" : "no-start-credentials";
    case ErrorCode::kPermissionDenied:
      return "stopped-bad-server-credentials";
    case ErrorCode::kUnavailable:
    case ErrorCode::kThrottled:
      return has_started ? "stopped-connectivity" : "no-start-connection";
    case ErrorCode::kStoppedByGuard:
      return is_export ? "stopped-deletion-threshold-exceeded" : "stopped-deletion-limit";
    case ErrorCode::kFullImportRequired:
      return "no-start-full-import-required";
    case ErrorCode::kCancelled:
      return "stopped-user-termination-from-wmi-or-ui";
    case ErrorCode::kStorageFull:
      return "stopped-database-disk-full";
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kConflict:
      return "no-start-bad-ma-configuration";
    case ErrorCode::kNotFound:
      return "no-start-file-not-found";
    case ErrorCode::kCorruption:
      return "stopped-unexpected-data";
    case ErrorCode::kInternal:
      return "stopped-server";
  }
  return "stopped-server";
}

int exitCodeFor(std::string_view result) {
  if (result == "stopped-deletion-threshold-exceeded" || result == "stopped-deletion-limit" ||
      result == "stopped-export-disabled" || result == "stopped-clock-skew" ||
      result == "stopped-not-caught-up") {
    return 3;
  }
  return severity(result) == 2 ? 1 : 0;
}

bool isWorse(std::string_view a, std::string_view b) {
  return severity(a) > severity(b);
}

}  // namespace tandem::run
