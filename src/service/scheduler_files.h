// SPDX-License-Identifier: Apache-2.0
//
// What of the scheduler is this server's own and has to be readable, or changeable, while a cycle
// works on the home: two small files in the home folder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "home/home.h"

namespace tandem::service {

// scheduler.json: set by people, kept over restarts.
struct OwnSchedule {
  bool suspended = false;
};
Result<OwnSchedule> readOwnSchedule(const home::Home& home);
Result<void> writeOwnSchedule(const home::Home& home, const OwnSchedule& own);

// state/next_cycle.json: what the service plans. Whoever reads it looks whether a service runs at
// all (isServing), because one that was killed leaves it behind.
struct NextCycle {
  std::int64_t written_at = 0;            // seconds since 1970
  std::optional<std::int64_t> starts_at;  // absent: none is planned
  bool in_progress = false;
  friend bool operator==(const NextCycle&, const NextCycle&) = default;
};
// nullopt: no service has ever said.
std::optional<NextCycle> readNextCycle(const home::Home& home);
Result<void> writeNextCycle(const home::Home& home, const NextCycle& next);

// Held by 'tandem serve' as long as it runs.
std::string serveLockPath(const std::string& home_folder);
bool isServing(const home::Home& home);

}  // namespace tandem::service
