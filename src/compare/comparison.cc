// SPDX-License-Identifier: Apache-2.0
#include "compare/comparison.h"

#include <algorithm>
#include <cstdlib>
#include <future>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"

namespace tandem::compare {
namespace {

std::int64_t timeOf(const std::vector<LastImport>& imports, std::string_view connector) {
  for (const LastImport& one : imports) {
    if (equalsIgnoreCaseAscii(one.connector, connector)) return one.at;
  }
  return 0;
}

// By identity: two servers may know one object by two spellings of its name.
void keepOnlyOwn(std::vector<NamedReference>& here,
                 std::vector<NamedReference>& there,
                 Field& field_here,
                 Field& field_there) {
  const auto before = [](const NamedReference& a, const NamedReference& b) {
    return a.identity < b.identity;
  };
  std::sort(here.begin(), here.end(), before);
  std::sort(there.begin(), there.end(), before);
  const auto only = [&](const std::vector<NamedReference>& one,
                        const std::vector<NamedReference>& other) {
    std::vector<NamedReference> own;
    std::set_difference(
        one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(own), before);
    std::vector<FieldValue> values;
    for (const NamedReference& reference : own) {
      if (values.size() < kValuesMax)
        values.push_back({reference.name.substr(0, kValueBytesMax), reference.name.size()});
    }
    return values;
  };
  field_here.values = only(here, there);
  field_there.values = only(there, here);
}

// Of a pending update what the other side has sent already is no difference: the tenant has taken
// it, and this is handed over with the right to write. False: nothing is left.
bool dropTaken(ObjectDetail*& here, ObjectDetail*& there) {
  for (ObjectDetail** side : {&here, &there}) {
    if (*side == nullptr || !isTaken(**side)) continue;
    ObjectDetail* const other = side == &here ? there : here;
    if (other == nullptr || isTaken(*other) || !withoutTaken(*other, **side)) return false;
    *side = nullptr;
  }
  return true;
}

}  // namespace

std::uint64_t Comparison::objects() const {
  std::uint64_t total = 0;
  for (const SpaceResult& space : spaces)
    total += space.here;
  return total;
}

Result<std::string> Comparer::ask(const std::string& request) {
  std::string answer = TRY_DOING(transport_(request), "asking the partner");
  ++round_trips_;
  bytes_ += request.size() + answer.size();
  if (answer.size() > kMessageBytesMax) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("the partner answered with {} MB at once: see that both servers run "
                             "the same release",
                             answer.size() >> 20U));
  }
  return answer;
}

Result<Comparison> Comparer::compare(const CompareOptions& options) {
  if (options.refresh) TRY(refresh());
  TRY(look());
  const bool differs = std::any_of(
      pairs_.begin(), pairs_.end(), [](const Pair& pair) { return !pair.differing.empty(); });
  std::uint64_t transient = 0;
  if (options.refresh && differs) {
    const std::vector<Pair> first = pairs_;
    TRY(refresh());
    TRY(look());
    transient = keepThoseOf(first);
  }
  Comparison comparison = TRY(report(options));
  comparison.refreshed = options.refresh;
  comparison.transient = transient;
  return comparison;
}

Result<void> Comparer::refresh() {
  if (!here_.refresh) {
    return Error(ErrorCode::kInvalidArgument, "this server cannot be refreshed from here");
  }
  snapshot_.reset();
  const std::string request = encodeRefreshRequest();
  auto there = std::async(std::launch::async, [&] { return transport_(request); });
  const Result<void> here = here_.refresh();
  Result<std::string> answer = there.get();
  TRY_DOING(here, "refreshing this server");
  const std::string message = TRY_DOING(std::move(answer), "refreshing the partner");
  if (TRY(kindOf(message)) != MessageKind::kRefresh) {
    return Error(ErrorCode::kInvalidArgument, "the partner gave a wrong answer: compare again");
  }
  bytes_ += request.size() + message.size();
  ++round_trips_;
  return {};
}

Result<void> Comparer::look() {
  pairs_.clear();
  spaces_.clear();
  snapshot_.reset();
  auto there = std::async(std::launch::async, [this] { return ask(encodeHelloRequest()); });
  auto here = [this]() -> Result<std::unique_ptr<ServerSnapshot>> {
    OpenedServer opened = TRY(here_.open());
    return ServerSnapshot::build(std::move(opened));
  }();
  Result<std::string> answer = there.get();
  snapshot_ = TRY_DOING(std::move(here), "this server");
  const std::string message = TRY(std::move(answer));
  partner_ = TRY(decodeHelloAnswer(message));
  std::vector<bool> matched(partner_.spaces.size(), false);
  for (Space& space : snapshot_->spaces()) {
    SpaceResult result{space.kind, space.connector, true, false, space.tree.size(), 0, 0};
    for (std::uint32_t i = 0; i < partner_.spaces.size(); ++i) {
      const SpaceSummary& other = partner_.spaces[i];
      if (matched[i] || other.kind != space.kind ||
          !equalsIgnoreCaseAscii(other.connector, space.connector))
        continue;
      matched[i] = true;
      result.is_there = true;
      result.there = other.objects;
      pairs_.push_back({&space, i, {}});
      if (other.root != space.tree.root()) TRY(findDiffering(pairs_.back()));
      result.differing = pairs_.back().differing.size();
      break;
    }
    spaces_.push_back(std::move(result));
  }
  for (std::uint32_t i = 0; i < partner_.spaces.size(); ++i) {
    const SpaceSummary& other = partner_.spaces[i];
    if (!matched[i])
      spaces_.push_back({other.kind, other.connector, false, true, 0, other.objects, 0});
  }
  return {};
}

Result<std::vector<std::uint32_t>> Comparer::differingChildren(
    const Pair& pair, std::uint32_t level, const std::vector<std::uint32_t>& nodes) {
  std::vector<std::uint32_t> differing;
  for (std::size_t from = 0; from < nodes.size(); from += kNodesMax) {
    NodesRequest request{partner_.session, pair.there, level, {}};
    const std::size_t end = std::min(nodes.size(), from + kNodesMax);
    request.nodes.assign(nodes.begin() + static_cast<std::ptrdiff_t>(from),
                         nodes.begin() + static_cast<std::ptrdiff_t>(end));
    const std::string message = TRY(ask(encode(request)));
    const std::vector<Children> answer = TRY(decodeNodesAnswer(message, request.nodes.size()));
    for (std::size_t n = 0; n < answer.size(); ++n) {
      const std::uint32_t node = request.nodes[n];
      const auto here = pair.here->tree.children(level, node);
      for (std::uint32_t child = 0; child < HashTree::kFanOut; ++child) {
        if (here[child] != answer[n][child]) differing.push_back(node * HashTree::kFanOut + child);
      }
    }
  }
  return differing;
}

Result<void> Comparer::findDiffering(Pair& pair) {
  std::vector<std::uint32_t> nodes{0};
  for (std::uint32_t level = 0; level < HashTree::kDepth; ++level)
    nodes = TRY(differingChildren(pair, level, nodes));
  for (std::size_t from = 0; from < nodes.size(); from += kLeavesMax) {
    LeavesRequest request{partner_.session, pair.there, {}};
    const std::size_t end = std::min(nodes.size(), from + kLeavesMax);
    request.leaves.assign(nodes.begin() + static_cast<std::ptrdiff_t>(from),
                          nodes.begin() + static_cast<std::ptrdiff_t>(end));
    const std::string message = TRY(ask(encode(request)));
    auto answer = TRY(decodeLeavesAnswer(message, request.leaves.size()));
    for (std::size_t n = 0; n < answer.size(); ++n)
      compareLeaf(pair, request.leaves[n], std::move(answer[n]));
  }
  std::sort(pair.differing.begin(), pair.differing.end());
  return {};
}

// Both as sorted lists: a key differs when one side has it with a hash that the other has not.
void Comparer::compareLeaf(Pair& pair, std::uint32_t leaf, std::vector<KeyAndHash> there) {
  std::vector<KeyAndHash> here;
  for (const HashTree::Entry& entry : pair.here->tree.leaf(leaf))
    here.push_back({entry.key, entry.hash});
  std::sort(here.begin(), here.end());
  std::sort(there.begin(), there.end());
  std::vector<KeyAndHash> only;
  std::set_symmetric_difference(
      here.begin(), here.end(), there.begin(), there.end(), std::back_inserter(only));
  for (const KeyAndHash& one : only) {
    // A partner that lists a key in a leaf that is not its own must not lead us astray.
    if (HashTree::leafOf(one.key) != leaf) continue;
    if (pair.differing.empty() || pair.differing.back() != one.key)
      pair.differing.push_back(one.key);
  }
}

// What differed in the first look and does not now was on its way; what differs only now is.
std::uint64_t Comparer::keepThoseOf(const std::vector<Pair>& first) {
  std::uint64_t gone = 0;
  for (Pair& pair : pairs_) {
    const Pair* before = nullptr;
    for (const Pair& candidate : first) {
      // The old snapshot's spaces are gone; the partner lists its own in one order.
      if (candidate.there == pair.there) before = &candidate;
    }
    std::vector<std::uint64_t> both;
    if (before != nullptr) {
      std::set_intersection(pair.differing.begin(),
                            pair.differing.end(),
                            before->differing.begin(),
                            before->differing.end(),
                            std::back_inserter(both));
      gone += before->differing.size() - both.size();
    }
    pair.differing = std::move(both);
    for (SpaceResult& space : spaces_) {
      if (space.kind == pair.here->kind && space.connector == pair.here->connector)
        space.differing = pair.differing.size();
    }
  }
  return gone;
}

// False: they agree after all.
Result<bool> Comparer::describeOne(const Pair& pair,
                                   std::vector<ObjectDetail> here,
                                   std::vector<ObjectDetail> there,
                                   std::vector<ObjectDifference>& found) {
  bool differs = here.empty() && there.empty();  // gone since: counted as it was
  for (std::size_t i = 0; i < std::max(here.size(), there.size()); ++i) {
    ObjectDetail* mine = i < here.size() ? &here[i] : nullptr;
    ObjectDetail* theirs = i < there.size() ? &there[i] : nullptr;
    if (!dropTaken(mine, theirs)) continue;
    differs = true;
    ObjectDifference one = differenceOf(mine, theirs);
    one.kind = pair.here->kind;
    one.connector = pair.here->connector;
    for (FieldDifference& field : one.fields)
      TRY(resolveReferences(pair, one.key, field));
    found.push_back(std::move(one));
  }
  return differs;
}

Result<std::uint64_t> Comparer::describe(Pair& pair,
                                         std::size_t many,
                                         std::vector<ObjectDifference>& found) {
  std::uint64_t agreeing = 0;
  many = std::min(many, pair.differing.size());
  for (std::size_t at = 0; at < many;) {
    ObjectsRequest request{partner_.session, pair.there, {}};
    const std::size_t end = std::min(many, at + kObjectsMax);
    request.keys.assign(pair.differing.begin() + static_cast<std::ptrdiff_t>(at),
                        pair.differing.begin() + static_cast<std::ptrdiff_t>(end));
    const std::string message = TRY(ask(encode(request)));
    auto answer = TRY(decodeObjectsAnswer(message, request.keys.size()));
    if (answer.empty()) {
      return Error(ErrorCode::kInvalidArgument,
                   "the partner does not show the objects that differ: compare again");
    }
    for (std::vector<ObjectDetail>& there : answer) {
      std::vector<ObjectDetail> here = detailsOf(*snapshot_, *pair.here, pair.differing[at++]);
      if (!TRY(describeOne(pair, std::move(here), std::move(there), found))) ++agreeing;
    }
  }
  TRY(snapshot_->store().database().takeError());
  return agreeing;
}

Result<void> Comparer::resolveReferences(const Pair& pair,
                                         std::uint64_t key,
                                         FieldDifference& field) {
  const auto isCut = [](const std::optional<Field>& side) {
    return side && side->type == directory::ValueType::kReference &&
           side->count > side->values.size();
  };
  if (!field.here || !field.there || (!isCut(field.here) && !isCut(field.there))) return {};
  const ReferenceList mine(*snapshot_, *pair.here, key, field.name);
  ReferencesRequest request{partner_.session, pair.there, key, field.name, {}};
  std::string message = TRY(ask(encode(request)));
  const std::vector<std::uint64_t> theirs = TRY(decodeReferencesAnswer(message)).sums;
  const std::vector<std::uint64_t> sums = mine.sums();
  for (std::uint32_t bucket = 0; bucket < theirs.size(); ++bucket) {
    if (theirs[bucket] != sums[bucket]) request.buckets.push_back(bucket);
  }
  if (request.buckets.empty()) return {};
  message = TRY(ask(encode(request)));
  std::vector<NamedReference> there = TRY(decodeReferencesAnswer(message)).references;
  std::vector<NamedReference> here = mine.in(request.buckets, kReferencesMax);
  keepOnlyOwn(here, there, *field.here, *field.there);
  return {};
}

Result<Comparison> Comparer::report(const CompareOptions& options) {
  Comparison comparison;
  comparison.here = snapshot_->label();
  comparison.there = partner_.label;
  for (const LastImport& one : snapshot_->lastImports()) {
    comparison.imports.push_back(
        {one.connector, one.at, timeOf(partner_.last_imports, one.connector)});
  }
  std::vector<ObjectDifference> found;
  for (Pair& pair : pairs_) {
    const std::uint64_t agreeing = TRY(describe(pair, options.described_max, found));
    comparison.differing += pair.differing.size() - agreeing;
    comparison.described += std::min(options.described_max, pair.differing.size()) - agreeing;
    for (SpaceResult& space : spaces_) {
      if (space.kind == pair.here->kind && space.connector == pair.here->connector)
        space.differing -= agreeing;
    }
  }
  for (ObjectDifference& one : found) {
    if (one.kind != SpaceKind::kConnectorSpace) continue;
    for (const ImportTimes& times : comparison.imports) {
      if (times.connector == one.connector)
        one.may_be_transient = std::abs(times.here - times.there) > kSameMomentSeconds;
    }
  }
  comparison.groups = groupByCause(std::move(found));
  comparison.spaces = spaces_;
  comparison.bytes = bytes_;
  comparison.round_trips = round_trips_;
  return comparison;
}

}  // namespace tandem::compare
