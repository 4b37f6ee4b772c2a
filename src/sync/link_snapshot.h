// SPDX-License-Identifier: Apache-2.0
//
// What a full synchronization needs to know of all objects at once, in dense arrays: who is linked
// to whom, who refers to whom, which join keys exist. About 40 bytes an object and 8 a reference.
// Made at the start; evaluating threads only read it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sync/engine.h"

namespace tandem::sync {

class LinkSnapshot {
 public:
  LinkSnapshot(store::Store& store, const rules::RuleSet& rules, ConnectorId connector);

  // nullptr: not linked.
  const store::Link* linkOf(ConnectorObjectId object) const;
  // All of a metaverse object, ascending by connector and object.
  std::vector<store::Link> linksOf(MetaverseObjectId mv) const;

  struct Target {
    std::uint32_t attribute;
    std::uint32_t object;
    friend auto operator<=>(const Target&, const Target&) = default;
  };
  // Sorted by attribute and object.
  std::span<const Target> references(ConnectorObjectId owner) const;
  std::uint32_t referenceCount(ConnectorObjectId owner, AttributeId attribute) const;
  bool isMemberOf(ConnectorObjectId object, std::string_view group_dn) const;
  bool isPendingDelete(ConnectorObjectId object) const {
    return pending_deletes_.contains(object.raw());
  }
  // Something is wanted of it that no import has shown yet.
  bool isInFlight(ConnectorObjectId object) const { return in_flight_.contains(object.raw()); }
  std::span<const store::Link> all() const { return links_; }  // ascending by object

 private:
  std::vector<store::Link> links_;              // ascending by object
  std::vector<std::uint32_t> link_of_;          // object id → index + 1 in links_
  std::vector<std::uint32_t> first_of_mv_;      // metaverse id → index + 1 in links_
  std::vector<std::uint32_t> next_of_link_;     // index in links_ → next of the same object + 1
  std::vector<std::uint32_t> reference_start_;  // object id → first in targets_
  std::vector<Target> targets_;
  std::unordered_set<std::int64_t> pending_deletes_;
  std::unordered_set<std::int64_t> in_flight_;
  std::unordered_map<std::string, std::int64_t> groups_;  // DN as rules name it → object
  std::uint32_t member_ = 0;
};

// Join keys of the metaverse, growing as objects are projected.
class KeyIndex {
 public:
  explicit KeyIndex(store::Metaverse& metaverse);
  bool contains(AttributeId attribute, std::int64_t hash) const;
  void add(AttributeId attribute, std::int64_t hash) { keys_.insert(combine(attribute, hash)); }

 private:
  static std::uint64_t combine(AttributeId attribute, std::int64_t hash) {
    return static_cast<std::uint64_t>(hash) ^ (attribute.raw() * 0x9E3779B97F4A7C15ULL);
  }
  std::unordered_set<std::uint64_t> keys_;
};

}  // namespace tandem::sync
