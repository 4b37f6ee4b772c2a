// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tandem::cli {

std::string formatCount(std::int64_t count);        // "1,234,567"
std::string formatDuration(double seconds);         // "0.4 s", "12 s", "1 min 05 s", "2 h 03 min"
std::string formatTime(std::int64_t unix_seconds);  // "2026-11-22 13:05:09Z"; "-" for 0

// Columns of a terminal that the text takes (UTF-8; wide East Asian letters take two).
std::size_t displayWidth(std::string_view text);
// Cut to so many columns, with "…" in place of what was cut.
std::string fitTo(std::string_view text, std::size_t columns);

// Breaks lines at blanks, but not within double quotes, so that none is longer than width if that
// can be; each begins with indent.
std::string wrap(std::string_view text, std::size_t width, std::string_view indent);
// The same with other blanks before the first line ("ok  " before a step and its continuation).
std::string wrapHanging(std::string_view first,
                        std::string_view text,
                        std::size_t width,
                        std::string_view indent);

}  // namespace tandem::cli
