// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "home/home.h"

namespace tandem::cli {

// How the last canary of the service's schedule went: state/canary_result.json.
struct CanaryResult {
  std::int64_t at = 0;  // seconds since 1970
  bool passed = false;
  double seconds = 0;  // to the cloud; 0: it did not get there
  std::string user;    // empty: there is none yet
  std::string cause, next;
};

std::optional<CanaryResult> readCanaryResult(const home::Home& home);
Result<void> writeCanaryResult(const home::Home& home, const CanaryResult& result);

}  // namespace tandem::cli
