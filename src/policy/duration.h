// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tandem::policy {

// "[days.]HH:mm:ss", as the scheduler's cmdlets write time spans: "00:30:00", "7.00:00:00".
std::optional<std::chrono::seconds> parseTimeSpan(std::string_view text);
std::string formatTimeSpan(std::chrono::seconds span);

}  // namespace tandem::policy
