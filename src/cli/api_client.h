// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "cli/session.h"

namespace tandem::cli {

// By it a process of this user tells the service over its socket who asks: "ada", though it is root
// by sudo. Who may open the socket could write the audit log as well.
inline constexpr std::string_view kPersonHeader = "X-Tandem-Person";

// A request to the 'tandem serve' of a home folder, over its socket, in the name of person; empty:
// of the process's user. path: behind /api/v1. kUnavailable: none runs there. Other errors are the
// service's own.
Result<nlohmann::ordered_json> callService(const std::string& folder,
                                           std::string_view method,
                                           std::string_view path,
                                           const nlohmann::ordered_json& body,
                                           const std::string& person = {});

// Whether a 'tandem serve' answers there.
bool isServed(const std::string& folder);

// Starts an operation of the service and follows it to its end: notes and progress are shown as
// if the work were done here. kUnavailable: none runs there (any more).
struct FollowedOperation {
  ExitCode code = ExitCode::kDone;
  std::string document;  // what the command has printed, JSON
};
Result<FollowedOperation> followOperation(Session& session,
                                          std::string_view path,
                                          const nlohmann::ordered_json& body);

}  // namespace tandem::cli
