// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tandem::detail {
[[noreturn]] void checkFailed(const char* file, int line, const char* condition);
}  // namespace tandem::detail

// A programming error: stop now, in every build type. Never for input.
#define TANDEM_CHECK(condition)                        \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::tandem::detail::checkFailed(__FILE__, __LINE__, #condition))
