// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "web/call.h"

namespace tandem::web {

// What an operation is called while it goes on and in the list of those that were: "Delta cycle",
// "Full Import of corp.example.com". act: the command.
std::string operationTitle(std::string_view act, const Call& call);

}  // namespace tandem::web
