// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::expression {

// Date-times are counted in 100 ns since 1601-01-01 UTC, as FILETIME does.
constexpr std::int64_t kTicksPerSecond = 10'000'000;

struct CalendarTime {
  std::int64_t year = 1601;
  unsigned month = 1;  // 1-12
  unsigned day = 1;    // 1-31
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  std::int64_t fraction = 0;  // ticks
};

CalendarTime toCalendar(std::int64_t ticks);
// nullopt for a date that does not exist or lies outside of years 1601-9999.
std::optional<std::int64_t> toTicks(const CalendarTime& time);

// "2013-01-10", "2013-01-10 16:00:05", "2013-01-10T16:00:05.5Z", "1/10/2013 4:00 PM -8",
// "20130110160005.0Z" (LDAP's generalized time). Without an offset it is UTC.
std::optional<std::int64_t> parseDateTime(std::string_view text);

// After a custom format string of .NET ("yyyyMMddHHmmss.0Z"); names of days and months in English.
// Appends to out. False: the format has something that is not supported; unknown says what.
bool formatDateTime(std::int64_t ticks,
                    std::string_view format,
                    std::string& out,
                    std::string& unknown);

}  // namespace tandem::expression
