// SPDX-License-Identifier: Apache-2.0
#include "compare/answerer.h"

#include <algorithm>
#include <random>

namespace tandem::compare {

HelloAnswer summaryOf(ServerSnapshot& snapshot) {
  HelloAnswer answer;
  answer.label = snapshot.label();
  for (const Space& space : snapshot.spaces())
    answer.spaces.push_back({space.kind, space.connector, space.tree.size(), space.tree.root()});
  answer.last_imports = snapshot.lastImports();
  return answer;
}

std::vector<ObjectDetail> detailsOf(ServerSnapshot& snapshot, Space& space, std::uint64_t key) {
  std::vector<ObjectDetail> details;
  for (const HashTree::Entry& entry : space.tree.find(key))
    details.push_back(readDetail(snapshot, space, entry));
  if (details.empty() && space.kind == SpaceKind::kPendingExports) {
    if (std::optional<ObjectDetail> taken = readTaken(snapshot, space, key))
      details.push_back(*std::move(taken));
  }
  return details;
}

Result<std::string> Answerer::answer(std::string_view request) {
  switch (TRY(kindOf(request))) {
    case MessageKind::kHello:
      return hello();
    case MessageKind::kNodes:
      return nodes(request);
    case MessageKind::kLeaves:
      return leaves(request);
    case MessageKind::kObjects:
      return objects(request);
    case MessageKind::kReferences:
      return references(request);
    case MessageKind::kRefresh:
      return refresh();
  }
  return Error(ErrorCode::kInternal, "a request that nobody answers");
}

Result<std::string> Answerer::hello() {
  snapshot_.reset();  // before the new one: each is large
  OpenedServer opened = TRY(access_.open());
  snapshot_ = TRY(ServerSnapshot::build(std::move(opened)));
  std::random_device random;
  session_ = static_cast<std::uint64_t>(random()) << 32U | random();
  HelloAnswer answer = summaryOf(*snapshot_);
  answer.session = session_;
  answer.can_refresh = static_cast<bool>(access_.refresh);
  return encode(answer);
}

Result<Space*> Answerer::spaceOf(std::uint64_t session, std::uint32_t space) {
  if (snapshot_ == nullptr || session != session_) {
    return Error(ErrorCode::kConflict,
                 "the comparison that this belongs to has ended: compare again");
  }
  if (space >= snapshot_->spaces().size()) {
    return Error(ErrorCode::kInvalidArgument, "there is no such space to compare");
  }
  return &snapshot_->spaces()[space];
}

Result<std::string> Answerer::nodes(std::string_view request) {
  const NodesRequest asked = TRY(decodeNodesRequest(request));
  const Space* const space = TRY(spaceOf(asked.session, asked.space));
  std::vector<Children> all;
  for (const std::uint32_t node : asked.nodes) {
    const auto children = space->tree.children(asked.level, node);
    std::copy(children.begin(), children.end(), all.emplace_back().begin());
  }
  return encodeNodesAnswer(session_, all);
}

Result<std::string> Answerer::leaves(std::string_view request) {
  const LeavesRequest asked = TRY(decodeLeavesRequest(request));
  Space* const space = TRY(spaceOf(asked.session, asked.space));
  std::vector<std::vector<KeyAndHash>> all;
  for (const std::uint32_t leaf : asked.leaves) {
    auto& objects = all.emplace_back();
    for (const HashTree::Entry& entry : space->tree.leaf(leaf))
      objects.push_back({entry.key, entry.hash});
  }
  return encodeLeavesAnswer(session_, all);
}

Result<std::string> Answerer::objects(std::string_view request) {
  const ObjectsRequest asked = TRY(decodeObjectsRequest(request));
  Space* const space = TRY(spaceOf(asked.session, asked.space));
  std::vector<std::vector<ObjectDetail>> all;
  std::size_t bytes = 0;
  for (const std::uint64_t key : asked.keys) {
    if (bytes > kAnswerBytesMax) break;  // the asking side asks for the rest
    all.push_back(detailsOf(*snapshot_, *space, key));
    for (const ObjectDetail& detail : all.back())
      bytes += encodedSize(detail);
  }
  TRY(snapshot_->store().database().takeError());
  return encodeObjectsAnswer(session_, all);
}

Result<std::string> Answerer::references(std::string_view request) {
  const ReferencesRequest asked = TRY(decodeReferencesRequest(request));
  Space* const space = TRY(spaceOf(asked.session, asked.space));
  const ReferenceList list(*snapshot_, *space, asked.key, asked.attribute);
  ReferencesAnswer answer;
  answer.session = session_;
  if (asked.buckets.empty()) {
    answer.sums = list.sums();
  } else {
    answer.references = list.in(asked.buckets, kReferencesMax);
  }
  TRY(snapshot_->store().database().takeError());
  return encode(answer);
}

Result<std::string> Answerer::refresh() {
  if (!access_.refresh) {
    return Error(ErrorCode::kPermissionDenied,
                 "the partner does not import on request: run a cycle there, then compare without "
                 "--refresh");
  }
  snapshot_.reset();
  TRY(access_.refresh());
  return encodeRefreshAnswer();
}

}  // namespace tandem::compare
