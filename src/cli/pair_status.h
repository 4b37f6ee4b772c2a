// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/store_view.h"
#include "pair/pair_state.h"
#include "pair/swap_mark.h"
#include "run/server.h"

namespace tandem::cli {

// A server that stays in staging longer than this has been forgotten, or is a standby on purpose.
inline constexpr std::int64_t kStagingDaysMax = 30;

// What this server knows of its own right to write and of the other server, without asking anybody.
struct PairStatus {
  pair::PairState state;
  std::int64_t days = 0;                     // in this role
  std::optional<run::ObservedWitness> seen;  // when it last asked who may write
  std::optional<pair::SwapMark> swap;        // in progress
  std::vector<pair::Standby> standbys;       // of an active server: whom the witness last named
  // From that of the active server, or of one in staging, as last seen.
  bool policy_differs = false;
  std::vector<std::string> problems;  // each with what to do
};

PairStatus pairStatusOf(const StoreView& view, std::int64_t now);

// Lines for renderList(), and members for the JSON.
std::vector<std::pair<std::string, std::string>> pairLines(const PairStatus& status);
void addPairJson(const PairStatus& status, nlohmann::ordered_json& json);

}  // namespace tandem::cli
