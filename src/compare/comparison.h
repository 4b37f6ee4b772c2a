// SPDX-License-Identifier: Apache-2.0
//
// The asking side: this server's snapshot beside the partner's answers. Descends only where trees
// differ, lists the leaves that do, and asks for the objects that do in full.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compare/answerer.h"
#include "compare/difference.h"
#include "compare/exchange.h"

namespace tandem::compare {

// Imports within this time are one moment: what differs then differs for another reason.
constexpr std::int64_t kSameMomentSeconds = 5;

struct SpaceResult {
  SpaceKind kind = SpaceKind::kSettings;
  std::string connector;
  bool is_here = true;
  bool is_there = true;
  std::uint64_t here = 0;
  std::uint64_t there = 0;
  std::uint64_t differing = 0;
};

struct ImportTimes {
  std::string connector;
  std::int64_t here = 0;  // 0: never
  std::int64_t there = 0;
};

struct Comparison {
  std::string here;
  std::string there;
  std::vector<SpaceResult> spaces;
  std::vector<ImportTimes> imports;
  std::vector<DifferenceGroup> groups;
  std::uint64_t differing = 0;  // objects, all of them
  std::uint64_t described = 0;  // how many of them are in groups
  bool refreshed = false;
  std::uint64_t transient = 0;  // differed once, and no longer after a second look
  std::uint64_t bytes = 0;      // sent and received
  std::uint64_t round_trips = 0;

  std::uint64_t objects() const;  // compared, on this side
};

struct CompareOptions {
  bool refresh = false;
  // Differing objects of one space that are looked at in full. The others are counted.
  std::size_t described_max = 1000;
};

class Comparer {
 public:
  Comparer(ServerAccess here, Transport there)
      : here_(std::move(here)), transport_(std::move(there)) {}

  Result<Comparison> compare(const CompareOptions& options);

 private:
  struct Pair {
    Space* here = nullptr;
    std::uint32_t there = 0;
    std::vector<std::uint64_t> differing;  // keys, ascending
  };

  Result<void> refresh();
  Result<void> look();  // new snapshots on both sides, and which keys differ
  Result<void> findDiffering(Pair& pair);
  Result<std::vector<std::uint32_t>> differingChildren(const Pair& pair,
                                                       std::uint32_t level,
                                                       const std::vector<std::uint32_t>& nodes);
  void compareLeaf(Pair& pair, std::uint32_t leaf, std::vector<KeyAndHash> there);
  // How many of them are no differences at a closer look.
  Result<std::uint64_t> describe(Pair& pair,
                                 std::size_t many,
                                 std::vector<ObjectDifference>& found);
  Result<bool> describeOne(const Pair& pair,
                           std::vector<ObjectDetail> here,
                           std::vector<ObjectDetail> there,
                           std::vector<ObjectDifference>& found);
  // Of two lists that are too long to be shown, only what one side lacks.
  Result<void> resolveReferences(const Pair& pair, std::uint64_t key, FieldDifference& field);
  Result<Comparison> report(const CompareOptions& options);
  std::uint64_t keepThoseOf(const std::vector<Pair>& first);
  Result<std::string> ask(const std::string& request);

  ServerAccess here_;
  Transport transport_;
  std::unique_ptr<ServerSnapshot> snapshot_;
  HelloAnswer partner_;
  std::vector<Pair> pairs_;
  std::vector<SpaceResult> spaces_;
  std::uint64_t bytes_ = 0;
  std::uint64_t round_trips_ = 0;
};

}  // namespace tandem::compare
