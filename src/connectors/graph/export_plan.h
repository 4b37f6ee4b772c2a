// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "connectors/connector.h"
#include "connectors/graph/attribute_map.h"
#include "connectors/graph/graph_settings.h"

namespace tandem::connectors::graph {

// Microsoft's documented limits for one application in one tenant.
inline constexpr std::uint64_t kQuotaWrites = 3000;  // in each window
inline constexpr double kQuotaWindowSeconds = 150;
inline constexpr double kQuotaUnitsPerSecond = 800;  // resource units, a tenant of over 500 users

// How long so many writes and reads take at those limits.
double secondsAtQuota(std::uint64_t writes, std::uint64_t reads);

// What an export of these items would send; nothing is sent.
ExportPlan planExport(const GraphSettings& settings,
                      const AttributeMap& map,
                      std::span<const ExportItem> items);

}  // namespace tandem::connectors::graph
