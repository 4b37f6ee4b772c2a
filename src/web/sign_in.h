// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "access/principal.h"
#include "base/result.h"
#include "platform/http_message.h"
#include "web/call.h"

namespace tandem::web {

// Before anybody is let in: a sign-in that cannot be recorded fails. outcome: "done", "failed: …".
Result<void> recordSignIn(Call& call, std::string who, std::string door, std::string outcome);

// A new session always: whoever knew the old cookie is not signed in with it (fixation). The answer
// is that of GET /session, with the cookie.
platform::ServerResponse welcome(Call& call, const access::Principal& principal);

// expires: seconds since 1970, if nothing is done until then; 0: it does not.
nlohmann::ordered_json describeSession(const access::Principal& principal,
                                       const std::string& csrf,
                                       std::int64_t expires);

// Set-Cookie's value. more: "; SameSite=Strict".
std::string cookieHeader(std::string_view name, std::string_view value, std::string_view more);

}  // namespace tandem::web
