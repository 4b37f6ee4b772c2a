// SPDX-License-Identifier: Apache-2.0
//
// What is pending as a file, in the forms of Entra Connect's tools.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "sync/engine.h"

namespace tandem::cli {

struct PendingFiles {
  std::string xml_path;  // csexport's; empty: none
  std::string csv_path;  // CSExportAnalyzer's
  bool isEmpty() const { return xml_path.empty() && csv_path.empty(); }
};

// Returns how many objects are in them.
Result<std::int64_t> writePendingFiles(const sync::Engine& engine,
                                       const std::vector<sync::ConnectorId>& connectors,
                                       const PendingFiles& files);

}  // namespace tandem::cli
