// SPDX-License-Identifier: Apache-2.0
#include "expression/suggestion.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "base/text.h"

namespace tandem::expression {
namespace {

// Letters to change, add, drop or swap with their neighbour; counting no further than needed to see
// that it exceeds most.
std::size_t editDistance(std::string_view a, std::string_view b, std::size_t most) {
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > most) return most + 1;
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const std::size_t replaced = last[k - 1] + (a[i - 1] == b[k - 1] ? 0 : 1);
      row[k] = std::min({last[k] + 1, row[k - 1] + 1, replaced});
      const bool swapped = i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1];
      if (swapped) row[k] = std::min(row[k], before[k - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

std::string closest(std::string_view name, std::span<const std::string_view> candidates) {
  const std::string wanted = toLowerAscii(name);
  std::size_t best = wanted.size() + 1;
  std::string_view found;
  for (const std::string_view candidate : candidates) {
    // A third of the letters may be wrong: "displyname" is displayName, "foo" is nothing.
    const std::size_t most =
        std::max<std::size_t>(1, std::max(wanted.size(), candidate.size()) / 3);
    const std::size_t distance = editDistance(wanted, toLowerAscii(candidate), most);
    if (distance <= most && distance < best) {
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
