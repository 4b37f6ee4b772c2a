// SPDX-License-Identifier: Apache-2.0
//
// What peers tell each other, as JSON. Decoding throws nlohmann's exceptions: its two callers catch
// them. Included by .cc files of this folder alone.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "pair/peer.h"

namespace tandem::pair {

using PeerJson = nlohmann::ordered_json;

PeerJson toJson(const PeerReport& report);
PeerReport reportFrom(const PeerJson& json);
PeerJson toJson(const PeerCycle& cycle);
PeerCycle cycleFrom(const PeerJson& json);
std::string dump(const PeerJson& json);

}  // namespace tandem::pair
