// SPDX-License-Identifier: Apache-2.0
#include "cli/error_groups.h"

#include <algorithm>

#include <fmt/core.h>

#include "cli/format.h"

namespace tandem::cli {

std::vector<ErrorGroup> groupErrors(const std::vector<store::RunErrorRow>& errors) {
  std::vector<ErrorGroup> groups;
  for (const store::RunErrorRow& error : errors) {
    auto group = std::find_if(groups.begin(), groups.end(), [&](const ErrorGroup& one) {
      return one.type == error.type && one.code == error.code;
    });
    if (group == groups.end()) {
      groups.push_back({error.type, error.code, 0, error.message, {}});
      group = std::prev(groups.end());
    }
    ++group->objects;
    if (group->examples.size() < kExamplesMax) {
      group->examples.push_back(fmt::format("#{} {}", error.object.raw(), error.dn));
    }
  }
  std::stable_sort(groups.begin(), groups.end(), [](const ErrorGroup& a, const ErrorGroup& b) {
    return a.objects > b.objects;
  });
  return groups;
}

std::string titleOf(const ErrorGroup& group) {
  return fmt::format("{}{}: {} {}",
                     group.type,
                     group.code.empty() ? "" : fmt::format(" ({})", group.code),
                     formatCount(static_cast<std::int64_t>(group.objects)),
                     group.objects == 1 ? "object" : "objects");
}

}  // namespace tandem::cli
