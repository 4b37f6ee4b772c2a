// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/graph/attribute_map.h"

namespace tandem::connectors::graph {

// Where a delta import resumes: one delta link a type, and what was selected when they were made (a
// delta link repeats its own $select, so a changed selection needs a full import).
struct GraphWatermark {
  std::string selection;
  std::array<std::string, kKinds> delta_links;  // by Kind; empty: the type is not imported

  std::string toText() const;
  static std::optional<GraphWatermark> parse(std::string_view text);
};

}  // namespace tandem::connectors::graph
