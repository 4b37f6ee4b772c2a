// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "store/history.h"

namespace tandem::cli {

// One number of the Operations tab, with the label that administrators know.
struct Statistic {
  std::string section;  // "Staging", "Inbound synchronization", "Outbound: entra", "Export"
  std::string label;    // "Adds"
  std::int64_t number = 0;
  std::vector<std::string> counters;  // of the store; their objects can be listed
};

// The numbers that are not zero, in the tab's order.
std::vector<Statistic> statisticsOf(const store::Counters& counters);

}  // namespace tandem::cli
