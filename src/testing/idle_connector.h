// SPDX-License-Identifier: Apache-2.0
//
// A directory without a single object, with a clock and faults on request. Included by tests alone.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connectors/connector.h"

namespace tandem::testing {

class IdleConnector final : public connectors::Connector {
 public:
  explicit IdleConnector(bool is_target) : is_target_(is_target) {}

  std::optional<std::int64_t> ahead;  // its clock, before ours
  bool is_down = false;
  bool is_complete = true;
  int exports = 0;

  Result<std::vector<std::string>> partitions() override { return std::vector<std::string>{""}; }
  Result<directory::Schema> schema() override { return directory::Schema(); }
  Result<std::vector<std::pair<std::string, std::string>>> parameters() override {
    return std::vector<std::pair<std::string, std::string>>{};
  }
  bool canDeltaImport() const override { return true; }
  bool canExport() const override { return is_target_; }
  Result<connectors::ImportOutcome> import(const connectors::ImportRequest&,
                                           connectors::ImportSink&) override {
    if (is_down) return Error(ErrorCode::kUnavailable, "the directory does not answer");
    connectors::ImportOutcome outcome;
    outcome.complete = is_complete;
    outcome.watermark = "so far";
    return outcome;
  }
  Result<void> exportBatch(const connectors::ExportGrant&,
                           std::span<const connectors::ExportItem>,
                           connectors::ExportSink&) override {
    ++exports;
    return {};
  }
  connectors::ExportPlan planExport(std::span<const connectors::ExportItem>) const override {
    return {};
  }
  std::vector<connectors::TestFinding> testConnection() override { return {}; }
  std::optional<std::int64_t> clockAhead() const override { return ahead; }

 private:
  bool is_target_;
};

}  // namespace tandem::testing
