// SPDX-License-Identifier: Apache-2.0
#include "expression/suggestion.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "base/text.h"

namespace tandem::expression {
namespace {

// Levenshtein's distance, counting no further than needed to see that it exceeds most.
std::size_t editDistance(std::string_view a, std::string_view b, std::size_t most) {
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > most) return most + 1;
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[k - 1] ? 0 : 1);
      diagonal = row[k];
      row[k] = std::min({row[k] + 1, row[k - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string closest(std::string_view name, std::span<const std::string_view> candidates) {
  const std::string wanted = toLowerAscii(name);
  // A third of the letters may be wrong: "displyname" is displayName, "foo" is nothing.
  std::size_t best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  std::string_view found;
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = editDistance(wanted, toLowerAscii(candidate), best);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return std::string(found);
}

std::string didYouMean(std::string_view suggestion) {
  return suggestion.empty() ? std::string() : fmt::format(" (did you mean \"{}\"?)", suggestion);
}

}  // namespace tandem::expression
