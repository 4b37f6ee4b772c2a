// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tandem::directory {

// What turns one record into another, itself a record: attributes with their new values, and
// cleared attributes (count 0). An attribute that is not named stays as it is.
std::string computeDelta(std::string_view before, std::string_view after);
bool isEmptyDelta(std::string_view delta);
// One delta that does what both do, the second after the first.
std::string mergeDeltas(std::string_view first, std::string_view second);
std::string applyDelta(std::string_view before, std::string_view delta);

}  // namespace tandem::directory
