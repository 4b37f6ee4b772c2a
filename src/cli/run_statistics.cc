// SPDX-License-Identifier: Apache-2.0
#include "cli/run_statistics.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

namespace tandem::cli {
namespace {

struct Row {
  const char* section;
  const char* label;
  std::vector<std::string> counters;
};

const std::vector<Row>& rows() {
  static const std::vector<Row> kRows{
      {"Staging", "Unchanged", {"stage-no-change"}},
      {"Staging", "Adds", {"stage-add"}},
      {"Staging", "Updates", {"stage-update"}},
      {"Staging", "Renames", {"stage-rename"}},
      {"Staging", "Deletes", {"stage-delete"}},
      {"Staging", "Delete Adds", {"stage-delete-add"}},
      {"Staging", "Failures", {"stage-failure"}},
      {"Discovery", "Filtered Deletions", {"filtered-deletions"}},
      {"Discovery", "Filtered Objects", {"filtered-objects"}},
      {"Inbound synchronization",
       "Projections",
       {"disconnector-projected-no-flow",
        "disconnector-projected-flow",
        "disconnector-projected-remove-mv"}},
      {"Inbound synchronization",
       "Joins",
       {"disconnector-joined-no-flow",
        "disconnector-joined-flow",
        "disconnector-joined-remove-mv"}},
      {"Inbound synchronization", "Filtered Disconnectors", {"disconnector-filtered"}},
      {"Inbound synchronization", "Disconnectors", {"disconnector-remains"}},
      {"Inbound synchronization",
       "Connectors with Flow Updates",
       {"connector-flow", "connector-flow-remove-mv"}},
      {"Inbound synchronization", "Connectors without Flow Updates", {"connector-no-flow"}},
      {"Inbound synchronization",
       "Filtered Connectors",
       {"connector-filtered-remove-mv", "connector-filtered-leave-mv"}},
      {"Inbound synchronization",
       "Deleted Connectors",
       {"connector-delete-remove-mv", "connector-delete-leave-mv"}},
      {"Inbound synchronization",
       "Metaverse Object Deletes",
       {"connector-flow-remove-mv",
        "connector-delete-remove-mv",
        "connector-filtered-remove-mv",
        "disconnector-joined-remove-mv",
        "disconnector-projected-remove-mv"}},
      {"Inbound synchronization", "Delete-add processed", {"connector-delete-add-processed"}},
      {"Inbound synchronization", "Flow Errors", {"flow-failure"}},
      {"Export", "Adds", {"export-add"}},
      {"Export", "Updates", {"export-update"}},
      {"Export", "Renames", {"export-rename"}},
      {"Export", "Deletes", {"export-delete"}},
      {"Export", "Delete Adds", {"export-delete-add"}},
      {"Export", "Failures", {"export-failure"}},
      {"Export", "Held back", {"export-held-back"}},
  };
  return kRows;
}

const std::vector<Row>& outboundRows() {
  static const std::vector<Row> kRows{
      {"", "Export Attribute Flow", {"connector-flow"}},
      {"", "Provisioning Adds", {"provisioned-add-no-flow", "provisioned-add-flow"}},
      {"", "Provisioning Renames", {"provisioned-rename-no-flow", "provisioned-rename-flow"}},
      {"", "Provisioning Disconnects", {"provisioned-disconnect"}},
      {"",
       "Provisioning Delete Adds",
       {"provisioned-delete-add-no-flow", "provisioned-delete-add-flow"}},
  };
  return kRows;
}

class Collector {
 public:
  explicit Collector(const store::Counters& counters) : counters_(counters) {}

  void collect(const std::vector<Row>& table,
               const std::string& section,
               const std::string& prefix) {
    for (const Row& row : table) {
      Statistic statistic{section.empty() ? row.section : section, row.label, 0, {}};
      for (const std::string& name : row.counters) {
        const auto found = counters_.find(prefix + name);
        if (found == counters_.end() || found->second == 0) continue;
        statistic.number += found->second;
        statistic.counters.push_back(found->first);
        used_.insert(found->first);
      }
      if (statistic.number != 0) all_.push_back(std::move(statistic));
    }
  }

  // A counter that this table does not know is shown under its own name: nothing is hidden.
  void collectRest() {
    for (const auto& [name, number] : counters_) {
      if (number != 0 && used_.count(name) == 0) all_.push_back({"Other", name, number, {name}});
    }
  }

  std::vector<Statistic> take() { return std::move(all_); }

 private:
  const store::Counters& counters_;
  std::set<std::string> used_;
  std::vector<Statistic> all_;
};

}  // namespace

std::vector<Statistic> statisticsOf(const store::Counters& counters) {
  Collector collector(counters);
  collector.collect(rows(), "", "");
  // Outbound counters carry their target: "outbound/entra/provisioned-add-flow".
  constexpr std::string_view kOutbound = "outbound/";
  std::set<std::string> targets;
  for (const auto& entry : counters) {
    const std::size_t slash = entry.first.rfind('/');
    if (entry.first.rfind(kOutbound, 0) != 0 || slash < kOutbound.size()) continue;
    targets.insert(entry.first.substr(kOutbound.size(), slash - kOutbound.size()));
  }
  for (const std::string& target : targets) {
    collector.collect(
        outboundRows(), "Outbound: " + target, fmt::format("{}{}/", kOutbound, target));
  }
  collector.collectRest();
  return collector.take();
}

}  // namespace tandem::cli
