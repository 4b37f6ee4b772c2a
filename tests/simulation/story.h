// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "world.h"

namespace tandem::simulation {

struct Ending {
  bool is_good = true;
  std::string failure;
  std::vector<std::string> trace;
};

Ending endingOf(World& world);

// One story: both servers set up, then disasters, then calm, in which all must come right.
Ending tell(std::uint64_t seed, Broken broken, bool prints);

}  // namespace tandem::simulation
