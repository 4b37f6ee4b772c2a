// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "home/home.h"

namespace tandem::run {

// What a canary has put into a directory and has not taken back yet: written before the directory
// is, so that whatever ends the canary, the next one knows what to clean up. state/canary.json; it
// holds no secret.
struct CanaryMark {
  std::string connector;
  std::string dn;
  std::string attribute;  // changed, with its values before; empty: the user was created
  std::vector<std::string> before;
  friend bool operator==(const CanaryMark&, const CanaryMark&) = default;
};

std::string canaryMarkPath(const home::Home& home);
// nullopt: nothing was left behind. kCorruption, with what to do, for a file that is no mark.
Result<std::optional<CanaryMark>> readCanaryMark(const home::Home& home);
Result<void> writeCanaryMark(const home::Home& home, const CanaryMark& mark);
Result<void> removeCanaryMark(const home::Home& home);

}  // namespace tandem::run
