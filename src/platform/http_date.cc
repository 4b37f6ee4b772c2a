// SPDX-License-Identifier: Apache-2.0
#include "platform/http_date.h"

#include <string>

#include <curl/curl.h>

namespace tandem::platform {

std::optional<std::int64_t> parseHttpDate(std::string_view text) {
  constexpr std::size_t kLengthMax = 64;  // the longest form has 33
  if (text.empty() || text.size() > kLengthMax) return std::nullopt;
  const time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

}  // namespace tandem::platform
