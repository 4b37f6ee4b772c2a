// SPDX-License-Identifier: Apache-2.0
#include "sync/identity_index.h"

#include <algorithm>

namespace tandem::sync {
namespace {

constexpr std::size_t kInitialSlots = 1024;

// Grown at 70 %: beyond that the runs of occupied slots get long.
bool isFull(std::size_t count, std::size_t slots) {
  return (count + 1) * 10 > slots * 7;
}

}  // namespace

std::optional<KnownIdentity> StoredIdentities::byAnchor(std::string_view anchor) {
  const std::optional<ConnectorObjectId> id = space_->findByAnchor(connector_, anchor);
  if (!id) return std::nullopt;
  return KnownIdentity{*id, space_->stateHash(*id).value_or(Hash128{})};
}

IdentityIndex::IdentityIndex(store::ConnectorSpace& space, ConnectorId connector, bool trust_hashes)
    : space_(&space), anchors_(kInitialSlots), dns_(kInitialSlots) {
  space.scanAnchors(
      connector, [&](ConnectorObjectId id, std::string_view anchor, const Hash128& state_hash) {
        addAnchor(hash128(anchor), {id, trust_hashes ? state_hash : Hash128{}}, /*seen=*/false);
      });
  space.scanDnHashes(connector, [this](ConnectorObjectId id, std::int64_t hash) {
    if (hash != 0) addDn(hash, static_cast<std::uint32_t>(id.raw()));
  });
}

IdentityIndex::AnchorSlot& IdentityIndex::anchorSlot(const Hash128& anchor) {
  const std::size_t mask = anchors_.size() - 1;
  std::size_t at = static_cast<std::size_t>(anchor.low) & mask;
  while (anchors_[at].id != 0 && anchors_[at].anchor != anchor)
    at = (at + 1) & mask;
  return anchors_[at];
}

IdentityIndex::DnSlot& IdentityIndex::dnSlot(std::int64_t hash) {
  const std::size_t mask = dns_.size() - 1;
  std::size_t at = static_cast<std::size_t>(hash) & mask;
  while (dns_[at].id != 0 && dns_[at].hash != hash)
    at = (at + 1) & mask;
  return dns_[at];
}

void IdentityIndex::addAnchor(const Hash128& anchor, const KnownIdentity& known, bool seen) {
  if (isFull(anchor_count_, anchors_.size())) {
    std::vector<AnchorSlot> old(anchors_.size() * 2);
    old.swap(anchors_);
    for (const AnchorSlot& slot : old) {
      if (slot.id != 0) anchorSlot(slot.anchor) = slot;
    }
  }
  AnchorSlot& slot = anchorSlot(anchor);
  if (slot.id == 0) ++anchor_count_;
  slot = {anchor, known.state_hash, static_cast<std::uint32_t>(known.id.raw()), seen};
}

void IdentityIndex::addDn(std::int64_t hash, std::uint32_t id) {
  if (isFull(dn_count_, dns_.size())) {
    std::vector<DnSlot> old(dns_.size() * 2);
    old.swap(dns_);
    for (const DnSlot& slot : old) {
      if (slot.id != 0) dnSlot(slot.hash) = slot;
    }
  }
  DnSlot& slot = dnSlot(hash);
  if (slot.id == 0) ++dn_count_;
  slot = {hash, id};
}

std::optional<KnownIdentity> IdentityIndex::byAnchor(std::string_view anchor) {
  const AnchorSlot& slot = anchorSlot(hash128(anchor));
  if (slot.id == 0) return std::nullopt;
  return KnownIdentity{ConnectorObjectId(slot.id), slot.state_hash};
}

std::optional<ConnectorObjectId> IdentityIndex::byDn(std::string_view dn) {
  const DnSlot& slot = dnSlot(space_->dnHash(dn));
  if (slot.id == 0) return std::nullopt;
  return ConnectorObjectId(slot.id);
}

void IdentityIndex::remember(std::string_view anchor,
                             std::string_view dn,
                             const KnownIdentity& known) {
  addAnchor(hash128(anchor), known, /*seen=*/true);
  rememberDn(dn, known.id);
}

void IdentityIndex::rememberDn(std::string_view dn, ConnectorObjectId id) {
  addDn(space_->dnHash(dn), static_cast<std::uint32_t>(id.raw()));
}

void IdentityIndex::markSeen(std::string_view anchor) {
  AnchorSlot& slot = anchorSlot(hash128(anchor));
  if (slot.id != 0) slot.seen = true;
}

void IdentityIndex::forEachUnseen(const std::function<void(ConnectorObjectId)>& take) const {
  for (const AnchorSlot& slot : anchors_) {
    if (slot.id != 0 && !slot.seen) take(ConnectorObjectId(slot.id));
  }
}

std::size_t IdentityIndex::unseenCount() const {
  std::size_t count = 0;
  for (const AnchorSlot& slot : anchors_)
    count += slot.id != 0 && !slot.seen ? 1 : 0;
  return count;
}

bool IdentityIndex::anySeen(const std::function<bool(ConnectorObjectId)>& is_it) const {
  return std::any_of(anchors_.begin(), anchors_.end(), [&](const AnchorSlot& slot) {
    return slot.id != 0 && slot.seen && is_it(ConnectorObjectId(slot.id));
  });
}

}  // namespace tandem::sync
