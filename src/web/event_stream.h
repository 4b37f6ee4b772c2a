// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "platform/http_message.h"
#include "web/operations.h"

namespace tandem::web {

// An operation's events as text/event-stream (HTML, section 9.2), from the one behind the
// Last-Event-ID of the request, up to its end. The operations must outlive the answer.
Result<platform::ServerResponse> eventStream(const Operations& operations,
                                             const std::string& id,
                                             const platform::ServerRequest& request);

}  // namespace tandem::web
