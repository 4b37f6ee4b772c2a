// SPDX-License-Identifier: Apache-2.0
#include "sync/join_key.h"

#include "base/hash.h"
#include "base/text.h"

namespace tandem::sync {
namespace {

bool isText(directory::ValueType type) {
  return type == directory::ValueType::kString || type == directory::ValueType::kReference;
}

}  // namespace

void joinHashesInto(const directory::ValuesView& values, std::vector<std::int64_t>& out) {
  out.clear();
  std::string folded;
  for (const std::string_view value : values) {
    if (isText(values.type())) {
      foldCaseInto(value, folded);
      out.push_back(static_cast<std::int64_t>(hash64(folded)));
    } else {
      out.push_back(static_cast<std::int64_t>(hash64(value)));
    }
  }
}

std::vector<std::int64_t> joinHashes(const directory::ValuesView& values) {
  std::vector<std::int64_t> out;
  joinHashesInto(values, out);
  return out;
}

bool matches(const rules::JoinKey& key,
             const directory::ValuesView& connector_values,
             const directory::ValuesView& metaverse_values) {
  const bool fold =
      !key.case_sensitive && isText(connector_values.type()) && isText(metaverse_values.type());
  for (const std::string_view mine : connector_values) {
    for (const std::string_view theirs : metaverse_values) {
      if (mine == theirs || (fold && foldCase(mine) == foldCase(theirs))) return true;
    }
  }
  return false;
}

}  // namespace tandem::sync
