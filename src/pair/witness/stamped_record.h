// SPDX-License-Identifier: Apache-2.0
//
// The record as a witness keeps it: one JSON text, with a random stamp of the write that made it.
// The stamp tells a writer whose answer got lost whether the text is his, and stands for a version
// where the service has none. The lease of the holder is in it too, because who replaces him has to
// wait for what *he* may believe, and the two need not have the same settings.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "pair/witness.h"

namespace tandem::pair::witness {

struct StampedRecord {
  WitnessRecord record;
  std::string stamp;  // empty: somebody else has written it
  std::chrono::milliseconds lease{0};
};

std::string newStamp();
// The host's name is cut: it is for people, and a group's description has few characters.
std::string encodeStamped(const StampedRecord& stamped);
// An empty text is the record of nothing. kCorruption for what is no record.
Result<StampedRecord> decodeStamped(std::string_view text);

// The lease to write: the writer's own, but no shorter than that of a holder whom he replaces.
std::chrono::milliseconds leaseToWrite(const StampedRecord& seen,
                                       const WitnessRecord& wanted,
                                       std::chrono::milliseconds own);

}  // namespace tandem::pair::witness
