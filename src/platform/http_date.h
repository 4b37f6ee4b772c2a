// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::platform {

// The Date header of an answer (RFC 9110 section 5.6.7, its obsolete forms too), in seconds since
// 1970. Absent when it is none.
std::optional<std::int64_t> parseHttpDate(std::string_view text);
// "Sun, 06 Nov 1994 08:49:37 GMT"
std::string formatHttpDate(std::int64_t unix_seconds);

}  // namespace tandem::platform
