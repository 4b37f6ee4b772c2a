// SPDX-License-Identifier: Apache-2.0
//
// What a process of ours that was killed has sent may be under way until its time-out. The journal
// says when it was sent, by the wall clock, which may have been set since. So an export also notes
// when this machine booted by that clock: as long as that comes out the same, neither a restart nor
// a setting of the clock lies between, and the journal's times can be trusted.
#pragma once

#include <chrono>

#include "platform/clock.h"
#include "store/store.h"

namespace tandem::pair {

// Before the first intent of an export; inside the caller's transaction.
void noteExportClock(store::Store& store, const platform::Clock& clock);

// How long something that was sent may still be under way, at most. time_out: of a request.
std::chrono::milliseconds longestUnderWay(store::Store& store,
                                          const platform::Clock& clock,
                                          std::chrono::milliseconds time_out);

}  // namespace tandem::pair
