// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "cli/door.h"
#include "web/console_file.h"

namespace tandem::web {

// Opens the doors of 'tandem serve': TLS for browsers and scripts, a socket in the home folder for
// this machine. See cli/door.h.
Result<std::unique_ptr<cli::Doors>> openDoors(const cli::DoorPlan& plan,
                                              std::span<const ConsoleFile> console);

}  // namespace tandem::web
