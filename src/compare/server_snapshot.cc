// SPDX-License-Identifier: Apache-2.0
#include "compare/server_snapshot.h"

#include "base/text.h"

namespace tandem::compare {

Space* ServerSnapshot::find(SpaceKind kind, std::string_view connector) {
  for (Space& space : spaces_) {
    if (space.kind == kind && equalsIgnoreCaseAscii(space.connector, connector)) return &space;
  }
  return nullptr;
}

std::uint64_t ServerSnapshot::identityOf(ConnectorObjectId id) const {
  const auto at = static_cast<std::size_t>(id.raw());
  return at < identities_.size() ? identities_[at] : 0;
}

std::uint64_t ServerSnapshot::metaverseKey(MetaverseObjectId id) const {
  const auto at = static_cast<std::size_t>(id.raw());
  return at < metaverse_keys_.size() ? metaverse_keys_[at] : 0;
}

}  // namespace tandem::compare
