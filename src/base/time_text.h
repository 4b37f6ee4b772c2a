// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem {

// "2026-11-22 13:05:09Z", for people; "-" for 0.
std::string formatUtc(std::int64_t unix_seconds);

// "20261122134500.0Z" of a directory as seconds since 1970.
std::optional<std::int64_t> parseGeneralizedTime(std::string_view text);

}  // namespace tandem
