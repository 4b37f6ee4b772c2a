// SPDX-License-Identifier: Apache-2.0
//
// How an import finds the object that it has read something of. A delta asks the store's indexes; a
// full import loads what it needs into memory once (about 60 bytes an object) and then says
// "unchanged" without touching the store at all.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "sync/engine.h"

namespace tandem::sync {

struct KnownIdentity {
  ConnectorObjectId id;
  Hash128 state_hash;
};

class Identities {
 public:
  virtual ~Identities() = default;
  virtual std::optional<KnownIdentity> byAnchor(std::string_view anchor) = 0;
  virtual std::optional<ConnectorObjectId> byDn(std::string_view dn) = 0;
  // Keeping up with what the import itself writes.
  virtual void remember(std::string_view anchor,
                        std::string_view dn,
                        const KnownIdentity& known) = 0;
  virtual void rememberDn(std::string_view dn, ConnectorObjectId id) = 0;
  virtual void markSeen(std::string_view anchor) = 0;
};

// Asks the store each time.
class StoredIdentities : public Identities {
 public:
  StoredIdentities(store::ConnectorSpace& space, ConnectorId connector)
      : space_(&space), connector_(connector) {}
  std::optional<KnownIdentity> byAnchor(std::string_view anchor) override;
  std::optional<ConnectorObjectId> byDn(std::string_view dn) override {
    return space_->findByDn(connector_, dn);
  }
  void remember(std::string_view, std::string_view, const KnownIdentity&) override {}
  void rememberDn(std::string_view, ConnectorObjectId) override {}
  void markSeen(std::string_view) override {}

 private:
  store::ConnectorSpace* space_;
  ConnectorId connector_;
};

// Two open-addressing tables over one connector space. An anchor is held as its 128-bit hash: two
// of a million anchors coincide with a probability of 10^-27.
class IdentityIndex : public Identities {
 public:
  // trust_hashes: false makes every object look changed, so that the import compares it in full.
  IdentityIndex(store::ConnectorSpace& space, ConnectorId connector, bool trust_hashes);
  std::optional<KnownIdentity> byAnchor(std::string_view anchor) override;
  std::optional<ConnectorObjectId> byDn(std::string_view dn) override;
  void remember(std::string_view anchor, std::string_view dn, const KnownIdentity& known) override;
  void rememberDn(std::string_view dn, ConnectorObjectId id) override;
  void markSeen(std::string_view anchor) override;

  std::size_t size() const { return anchor_count_; }
  // Objects with an anchor that the import has not spoken of.
  void forEachUnseen(const std::function<void(ConnectorObjectId)>& take) const;
  std::size_t unseenCount() const;
  // Until one of those that it has spoken of is it.
  bool anySeen(const std::function<bool(ConnectorObjectId)>& is_it) const;

 private:
  struct AnchorSlot {
    Hash128 anchor;
    Hash128 state_hash;
    std::uint32_t id = 0;  // 0: empty slot
    bool seen = false;
  };
  struct DnSlot {
    std::int64_t hash = 0;
    std::uint32_t id = 0;
  };
  AnchorSlot& anchorSlot(const Hash128& anchor);
  DnSlot& dnSlot(std::int64_t hash);
  void addAnchor(const Hash128& anchor, const KnownIdentity& known, bool seen);
  void addDn(std::int64_t hash, std::uint32_t id);

  store::ConnectorSpace* space_;
  std::vector<AnchorSlot> anchors_;
  std::vector<DnSlot> dns_;
  std::size_t anchor_count_ = 0;
  std::size_t dn_count_ = 0;
};

}  // namespace tandem::sync
