// SPDX-License-Identifier: Apache-2.0
#include "base/time_text.h"

#include <chrono>
#include <ctime>

#include <fmt/core.h>

#include "base/text.h"

namespace tandem {

std::string formatUtc(std::int64_t unix_seconds) {
  if (unix_seconds == 0) return "-";
  const auto time = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}Z",
                     parts.tm_year + 1900,
                     parts.tm_mon + 1,
                     parts.tm_mday,
                     parts.tm_hour,
                     parts.tm_min,
                     parts.tm_sec);
}

std::optional<std::int64_t> parseGeneralizedTime(std::string_view text) {
  if (text.size() < 15 || text.back() != 'Z') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t length) {
    return parseInteger(text.substr(at, length)).value_or(-1);
  };
  const std::int64_t month = number(4, 2);
  const std::int64_t day = number(6, 2);
  const std::int64_t hour = number(8, 2);
  const std::int64_t minute = number(10, 2);
  const std::int64_t second = number(12, 2);
  const std::int64_t year = number(0, 4);
  if (year < 1600 || month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * std::int64_t{86400} +
         hour * 3600 + minute * 60 + second;
}

}  // namespace tandem
