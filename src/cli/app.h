// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"

namespace tandem::cli {

// Parses the arguments (without the program's name), runs the command, prints what went wrong.
// Never throws.
ExitCode runTandem(std::vector<std::string> arguments, Session& session);

}  // namespace tandem::cli
