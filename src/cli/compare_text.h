// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "compare/comparison.h"

namespace tandem::cli {

struct CompareView {
  std::size_t width = 0;  // 0: do not cut
  std::size_t limit = 0;  // objects shown
};

// The verdict in one line, what was compared, when each side last imported, and the differences
// with what follows from them indented below.
std::string compareText(const compare::Comparison& comparison, const CompareView& view);
nlohmann::ordered_json compareJson(const compare::Comparison& comparison);

std::string byteText(std::uint64_t bytes);  // "840 bytes", "38 kB", "1.2 MB"

}  // namespace tandem::cli
