// SPDX-License-Identifier: Apache-2.0
#include "sync/claim_index.h"

#include <algorithm>

namespace tandem::sync {

std::int64_t claimHash(const checks::Claim& claim, ConnectorId connector) {
  constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15ULL;
  return claim.hash() ^
         static_cast<std::int64_t>(static_cast<std::uint64_t>(connector.raw()) * kSpread);
}

ClaimIndex ClaimIndex::load(store::Store& store,
                            ConnectorId connector,
                            const checks::AttributeChecker& checker) {
  ClaimIndex index;
  std::vector<checks::Claim> claims;
  store.checks().scanClaimants(connector, [&](const store::ClaimantView& one) {
    checker.claims(one.type, one.image, claims);
    for (const checks::Claim& claim : claims)
      index.entries_.emplace_back(claimHash(claim, connector), one.id.raw());
  });
  std::vector<Entry>& entries = index.entries_;
  std::sort(entries.begin(), entries.end());
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  for (std::size_t from = 0; from < entries.size();) {
    std::size_t to = from + 1;
    while (to < entries.size() && entries[to].first == entries[from].first)
      ++to;
    if (to - from > 1) index.shared_.emplace(entries[from].first, std::pair(from, to - from));
    from = to;
  }
  return index;
}

std::span<const ClaimIndex::Entry> ClaimIndex::sharedBy(std::int64_t hash) const {
  const auto found = shared_.find(hash);
  if (found == shared_.end()) return {};
  return std::span(entries_).subspan(found->second.first, found->second.second);
}

}  // namespace tandem::sync
