// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "cli/session.h"

namespace tandem::cli {

// A request to the 'tandem serve' of a home folder, over its socket. path: behind /api/v1.
// kUnavailable: none runs there. Other errors are the service's own.
Result<nlohmann::ordered_json> callService(const std::string& folder,
                                           std::string_view method,
                                           std::string_view path,
                                           const nlohmann::ordered_json& body);

// Whether a 'tandem serve' answers there.
bool isServed(const std::string& folder);

// Starts an operation of the service and follows it to its end: notes and progress are shown as
// if the work were done here. none: no service runs there, or it is too old to know it.
struct FollowedOperation {
  ExitCode code = ExitCode::kDone;
  std::string document;  // what the command has printed, JSON
};
Result<std::optional<FollowedOperation>> followOperation(Session& session,
                                                         std::string_view path,
                                                         const nlohmann::ordered_json& body);

}  // namespace tandem::cli
