// SPDX-License-Identifier: Apache-2.0
//
// The references of a full synchronization, all at once. What is wanted of an object's references
// follows from those of its source, link by link; what is known and what is to be sent are sorted
// arrays too, so most owners are seen to be right without a question to the store. Two threads
// look, this one writes.
#pragma once

#include <memory>
#include <span>
#include <unordered_set>
#include <vector>

#include "sync/full_evaluation.h"
#include "sync/link_snapshot.h"
#include "sync/target_object.h"

namespace tandem::sync {

class FullReferences {
 public:
  // links: as they are now, when every object is linked.
  FullReferences(const Engine& engine, const LinkSnapshot& links)
      : engine_(&engine), links_(&links), targets_(engine) {}
  // first_new: objects from this id on were provisioned by this run, so they are to be added
  // anyway.
  Result<void> synchronize(std::vector<ReferenceChain> chains, ConnectorObjectId first_new);

 private:
  struct Row {  // of export_reference
    std::uint32_t owner;
    std::uint32_t attribute;
    std::uint32_t target;
    bool added;
    friend auto operator<=>(const Row&, const Row&) = default;
  };
  // One thread's: it walks along the rows as the chains rise.
  struct Comparison {
    std::vector<std::uint32_t> wanted;
    std::vector<Row> needed;
    std::span<const Row> known;  // rows that stand there for the chain in hand
    std::size_t at = 0;
  };

  void loadCounterparts(store::Store& store);
  void loadRows(store::Store& store);
  bool differs(const ReferenceChain& chain, Comparison& comparison) const;
  void findWanted(const ReferenceChain& chain, std::vector<std::uint32_t>& wanted) const;
  void findDifferent(std::span<const ReferenceChain> chains,
                     std::vector<ReferenceChain>& different) const;
  void write(const ReferenceChain& chain, const Comparison& comparison);

  const Engine* engine_;
  const LinkSnapshot* links_;
  TargetObjects targets_;
  ConnectorObjectId first_new_;
  std::vector<std::uint32_t> counterpart_;     // any object's id → target object
  std::unordered_set<std::uint32_t> leaving_;  // targets whose deletion is pending
  std::vector<Row> rows_;                      // sorted
};

}  // namespace tandem::sync
