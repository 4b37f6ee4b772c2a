// SPDX-License-Identifier: Apache-2.0
#include "connectors/confirmation.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"

namespace tandem::connectors {
namespace {

std::vector<std::string> foldedSet(const directory::ValuesView& values) {
  std::vector<std::string> folded;
  for (const std::string_view value : values)
    folded.push_back(foldCase(value));
  std::sort(folded.begin(), folded.end());
  folded.erase(std::unique(folded.begin(), folded.end()), folded.end());
  return folded;
}

}  // namespace

bool confirms(Comparison comparison,
              const directory::ValuesView& exported,
              const directory::ValuesView& imported) {
  switch (comparison) {
    case Comparison::kExact:
      return exported.count() == imported.count() && exported.encoded() == imported.encoded();
    case Comparison::kIgnoreCase:
      return foldedSet(exported) == foldedSet(imported);
    case Comparison::kServiceDecides:
      return true;
  }
  return false;
}

}  // namespace tandem::connectors
