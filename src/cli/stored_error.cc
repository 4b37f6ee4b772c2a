// SPDX-License-Identifier: Apache-2.0
#include "cli/stored_error.h"

#include <fmt/core.h>

#include "cli/format.h"

namespace tandem::cli {

std::string storedError(store::Store& store,
                        directory::ConnectorObjectId id,
                        store::ErrorPhase phase) {
  for (const store::ObjectError& error : store.history().errorsOf(id)) {
    if (error.phase != phase) continue;
    return fmt::format("{} ({} times since {}): {}",
                       error.type,
                       error.count,
                       formatTime(error.first_at),
                       error.message);
  }
  return {};
}

}  // namespace tandem::cli
