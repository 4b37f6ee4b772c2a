// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/export_plan.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "connectors/graph/object_writer.h"

namespace tandem::connectors::graph {
namespace {

constexpr std::uint64_t kLookupSize = 15;

std::uint64_t divideUp(std::uint64_t count, std::uint64_t by) {
  return (count + by - 1) / by;
}

struct Counts {
  std::uint64_t adds = 0;
  std::uint64_t updates = 0;
  std::uint64_t deletes = 0;
  std::uint64_t references = 0;  // requests about managers and members
  std::uint64_t reads = 0;
};

std::uint64_t referenceRequests(const ExportItem& item,
                                const AttributeMap& map,
                                std::uint64_t bind) {
  std::uint64_t added_members = 0;
  std::uint64_t removed_members = 0;
  bool manager = false;
  for (const ExportedReference& reference : item.references) {
    if (reference.attribute == map.manager) manager = true;
    if (reference.attribute != map.member) continue;
    ++(reference.add ? added_members : removed_members);
  }
  return divideUp(added_members, bind) + removed_members + (manager ? 1U : 0U);
}

std::string duration(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
  if (whole < 120) return fmt::format("{} s", whole);
  if (whole < 2 * 3600) return fmt::format("{} min", divideUp(whole, 60));
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace

double secondsAtQuota(std::uint64_t writes, std::uint64_t reads) {
  const double by_units = static_cast<double>(writes + reads) / kQuotaUnitsPerSecond;
  const double writes_per_second = static_cast<double>(kQuotaWrites) / kQuotaWindowSeconds;
  // The first window's worth goes at once; the rest as the quota comes back.
  const std::uint64_t waiting = writes > kQuotaWrites ? writes - kQuotaWrites : 0;
  return std::max(by_units, static_cast<double>(waiting) / writes_per_second);
}

ExportPlan planExport(const GraphSettings& settings,
                      const AttributeMap& map,
                      std::span<const ExportItem> items) {
  const ObjectWriter writer(map);
  const std::uint64_t bind = std::clamp<std::size_t>(settings.bind_size, 1, 20);
  const std::uint64_t batch = std::clamp<std::size_t>(settings.batch_size, 1, 20);
  Counts counts;
  std::uint64_t looked_up = 0;
  for (const ExportItem& item : items) {
    const std::optional<Kind> kind = map.kindOf(item.type);
    if (!kind || (*kind == Kind::kContact && map.profile() != GraphProfile::kSync)) continue;
    if (item.operation == ExportOperation::kDelete) {
      ++counts.deletes;
      looked_up += item.anchor.empty() ? 1U : 0U;
      continue;
    }
    if (item.operation == ExportOperation::kAdd) {
      ++counts.adds;
      const bool matches_here = map.profile() == GraphProfile::kGraph && *kind == Kind::kUser;
      looked_up += matches_here ? 4U : (*kind == Kind::kGroup || item.is_retry ? 1U : 0U);
    } else if (writer.hasWork(*kind, item.image)) {
      ++counts.updates;
    }
    counts.references += referenceRequests(item, map, bind);
  }
  counts.reads = divideUp(looked_up, kLookupSize);
  ExportPlan plan;
  plan.writes = counts.adds + counts.updates + counts.deletes + counts.references;
  plan.requests = divideUp(plan.writes + counts.reads, batch);
  plan.seconds_at_quota = secondsAtQuota(plan.writes, counts.reads);
  plan.explanation = fmt::format(
      "{} writes ({} adds, {} updates, {} deletes, {} for members and managers) and {} look-ups, "
      "in "
      "{} batches. Microsoft lets one application write {} times in {} s: about {}",
      plan.writes,
      counts.adds,
      counts.updates,
      counts.deletes,
      counts.references,
      counts.reads,
      plan.requests,
      kQuotaWrites,
      kQuotaWindowSeconds,
      duration(plan.seconds_at_quota));
  return plan;
}

}  // namespace tandem::connectors::graph
