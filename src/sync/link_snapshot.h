// SPDX-License-Identifier: Apache-2.0
//
// What a full synchronization needs to know of all objects at once, in dense arrays: who is linked
// to whom, who refers to whom, which join keys exist. About 40 bytes an object and 8 a reference.
// Made at the start; evaluating threads only read it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sync/engine.h"
#include "sync/hash_set.h"

namespace tandem::sync {

class LinkSnapshot {
 public:
  // Everything must be committed: one of the reading threads has a connection of its own.
  static Result<std::unique_ptr<LinkSnapshot>> load(store::Store& store,
                                                    const rules::RuleSet& rules,
                                                    ConnectorId connector);

  // nullptr: not linked.
  const store::Link* linkOf(ConnectorObjectId object) const;
  // All of a metaverse object, ascending by connector and object; replaces what out holds.
  void linksOf(MetaverseObjectId mv, std::vector<store::Link>& out) const;

  struct Target {
    std::uint32_t attribute;
    std::uint32_t object;
    friend auto operator<=>(const Target&, const Target&) = default;
  };
  // Sorted by attribute and object.
  std::span<const Target> references(ConnectorObjectId owner) const;
  std::uint32_t referenceCount(ConnectorObjectId owner, AttributeId attribute) const;
  bool isMemberOf(ConnectorObjectId object, std::string_view group_dn) const;
  bool isPendingDelete(ConnectorObjectId object) const { return has(object, kPendingDelete); }
  // Something is wanted of it that no import has shown yet.
  bool isInFlight(ConnectorObjectId object) const { return has(object, kInFlight); }
  std::span<const store::Link> all() const { return links_; }  // ascending by object

 private:
  static constexpr std::uint8_t kPendingDelete = 1;
  static constexpr std::uint8_t kInFlight = 2;

  LinkSnapshot() = default;
  void loadLinks(store::Store& store);
  void loadReferences(store::Store& store);
  void loadMarks(store::Store& store, ConnectorId connector);
  bool has(ConnectorObjectId object, std::uint8_t mark) const {
    const auto at = static_cast<std::size_t>(object.raw());
    return at < marks_.size() && (marks_[at] & mark) != 0;
  }
  void mark(ConnectorObjectId object, std::uint8_t mark) {
    marks_[static_cast<std::size_t>(object.raw())] |= mark;
  }

  std::vector<store::Link> links_;              // ascending by object
  std::vector<std::uint32_t> link_of_;          // object id → index + 1 in links_
  std::vector<std::uint32_t> first_of_mv_;      // metaverse id → index + 1 in links_
  std::vector<std::uint32_t> next_of_link_;     // index in links_ → next of the same object + 1
  std::vector<std::uint32_t> reference_start_;  // object id → first in targets_
  std::vector<Target> targets_;
  std::vector<std::uint8_t> marks_;                       // by object id
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
  HashSet keys_;
};

}  // namespace tandem::sync
