// SPDX-License-Identifier: Apache-2.0
#include "policy/duration.h"

#include <vector>

#include <fmt/core.h>

#include "base/text.h"

namespace tandem::policy {
namespace {

std::optional<std::int64_t> twoDigits(const std::string& text, std::int64_t below) {
  if (text.size() != 2 || text[0] < '0' || text[0] > '9') return std::nullopt;
  const auto value = parseInteger(text);
  if (!value || *value < 0 || *value >= below) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::chrono::seconds> parseTimeSpan(std::string_view text) {
  std::int64_t days = 0;
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos) {
    constexpr std::size_t kLongest = 4;
    const std::string_view digits = text.substr(0, dot);
    const auto value = parseInteger(digits);
    if (!value || *value < 0 || digits.size() > kLongest) return std::nullopt;
    days = *value;
    text.remove_prefix(dot + 1);
  }
  const std::vector<std::string> parts = split(text, ':');
  if (parts.size() != 3) return std::nullopt;
  const auto hours = twoDigits(parts[0], 24);
  const auto minutes = twoDigits(parts[1], 60);
  const auto seconds = twoDigits(parts[2], 60);
  if (!hours || !minutes || !seconds) return std::nullopt;
  return std::chrono::seconds(((days * 24 + *hours) * 60 + *minutes) * 60 + *seconds);
}

std::string formatTimeSpan(std::chrono::seconds span) {
  const std::int64_t all = span.count();
  const std::int64_t days = all / 86400;
  const std::string time =
      fmt::format("{:02}:{:02}:{:02}", all / 3600 % 24, all / 60 % 60, all % 60);
  return days == 0 ? time : fmt::format("{}.{}", days, time);
}

}  // namespace tandem::policy
