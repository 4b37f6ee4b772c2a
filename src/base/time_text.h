// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace tandem {

// "2026-11-22 13:05:09Z", for people; "-" for 0.
std::string formatUtc(std::int64_t unix_seconds);

}  // namespace tandem
