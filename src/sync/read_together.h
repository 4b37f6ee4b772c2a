// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "base/result.h"
#include "store/store.h"

namespace tandem::sync {

// Two pieces of reading at the same time: one through the caller's connection, the other on a
// thread and through a connection of its own, which sees what is committed. A store that lives in
// memory has one connection, and then they come one after the other.
Result<void> readTogether(store::Store& store,
                          const std::function<void(store::Store&)>& here,
                          const std::function<void(store::Store&)>& beside);

}  // namespace tandem::sync
