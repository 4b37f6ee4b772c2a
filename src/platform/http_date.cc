// SPDX-License-Identifier: Apache-2.0
#include "platform/http_date.h"

#include <array>
#include <ctime>

#include <curl/curl.h>
#include <fmt/format.h>

namespace tandem::platform {

std::optional<std::int64_t> parseHttpDate(std::string_view text) {
  constexpr std::size_t kLengthMax = 64;  // the longest form has 33
  if (text.empty() || text.size() > kLengthMax) return std::nullopt;
  const time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

std::string formatHttpDate(std::int64_t unix_seconds) {
  // Names of its own: strftime() takes those of the locale.
  static constexpr std::array<const char*, 7> kDays{
      "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[static_cast<std::size_t>(parts.tm_wday)],
                     parts.tm_mday,
                     kMonths[static_cast<std::size_t>(parts.tm_mon)],
                     parts.tm_year + 1900,
                     parts.tm_hour,
                     parts.tm_min,
                     parts.tm_sec);
}

}  // namespace tandem::platform
