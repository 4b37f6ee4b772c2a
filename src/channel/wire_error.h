// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "platform/http_message.h"

namespace tandem::channel {

// How an Error travels: {"error": {"code", "message"}} under an HTTP status that says roughly the
// same to other programs.
platform::ServerResponse errorResponse(const Error& error);
// What was answered instead of 200. Also for what is none of ours: a proxy's page, say.
Error decodeError(int status, std::string_view body);

}  // namespace tandem::channel
