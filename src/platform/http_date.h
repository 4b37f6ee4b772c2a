// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tandem::platform {

// The Date header of an answer (RFC 9110 section 5.6.7, its obsolete forms too), in seconds since
// 1970. Absent when it is none.
std::optional<std::int64_t> parseHttpDate(std::string_view text);

}  // namespace tandem::platform
