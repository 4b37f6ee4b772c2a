// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "platform/http_message.h"

namespace tandem::web {

platform::ServerResponse jsonAnswer(const nlohmann::ordered_json& document, int status = 200);
// A document that somebody else has written already.
platform::ServerResponse jsonTextAnswer(std::string document, int status = 200);
// {"error": {"code": "not_found", "message": "…"}} with the status that goes with the code.
platform::ServerResponse errorAnswer(const Error& error);
platform::ServerResponse errorAnswer(int status, std::string_view code, std::string_view message);
// For a person to keep: the browser saves it under that name.
platform::ServerResponse fileAnswer(std::string content,
                                    std::string_view content_type,
                                    std::string_view name);
int statusOf(ErrorCode code);

}  // namespace tandem::web
