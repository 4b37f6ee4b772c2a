// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "store/change_times.h"

namespace tandem::cli {

store::DurationCounts lastDay(store::ChangeTimes& times,
                              store::ChangeStage stage,
                              std::int64_t now);
// {"p50Seconds", "p99Seconds", "changes"}; null where nothing was counted.
nlohmann::ordered_json latencyJson(const store::DurationCounts& counts);
double roundedSeconds(double seconds);  // to a tenth
// Of the last 24 hours, for 'status'; empty: no changes.
std::string latencyLine(store::ChangeTimes& times, std::int64_t now);

}  // namespace tandem::cli
