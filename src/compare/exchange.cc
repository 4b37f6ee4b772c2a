// SPDX-License-Identifier: Apache-2.0
#include "compare/exchange.h"

#include <algorithm>

#include <fmt/format.h>

#include "compare/detail_wire.h"

namespace tandem::compare {
namespace {

constexpr std::string_view kMagic = "TDMC";
constexpr std::size_t kSpacesMax = 1000;

Error malformed() {
  return {ErrorCode::kInvalidArgument,
          "the partner sent something that is no message of a comparison: see that both servers "
          "run the same release, and compare again"};
}

WireWriter begin(MessageKind kind, std::uint64_t session) {
  std::string head(kMagic);
  head += static_cast<char>(kExchangeVersion);
  head += static_cast<char>(kind);
  WireWriter writer(std::move(head));
  writer.fixed(session);
  return writer;
}

// Behind the head. The kind must be that.
Result<WireReader> open(std::string_view message, MessageKind kind, std::uint64_t& session) {
  if (TRY(kindOf(message)) != kind) return malformed();
  WireReader reader(message.substr(kSessionOffset));
  session = reader.fixed();
  if (!reader.isGood()) return malformed();
  return reader;
}

std::vector<std::uint32_t> readNumbers(WireReader& in, std::size_t many, std::uint64_t below) {
  std::vector<std::uint32_t> numbers;
  const std::size_t count = in.count(1);
  if (count > many) in.fail();
  for (std::size_t i = 0; i < count && in.isGood(); ++i)
    numbers.push_back(static_cast<std::uint32_t>(in.number(below - 1)));
  return numbers;
}

void writeNumbers(WireWriter& out, const std::vector<std::uint32_t>& numbers) {
  out.number(numbers.size());
  for (const std::uint32_t number : numbers)
    out.number(number);
}

}  // namespace

Result<MessageKind> kindOf(std::string_view message) {
  if (message.size() < kSessionOffset || message.substr(0, kMagic.size()) != kMagic)
    return malformed();
  const auto version = static_cast<unsigned char>(message[kMagic.size()]);
  if (version != kExchangeVersion) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("the partner compares in version {} and this server in version {}: "
                             "install the same release on both",
                             version,
                             kExchangeVersion));
  }
  const auto kind = static_cast<unsigned char>(message[kMagic.size() + 1]);
  if (kind < 1 || kind > 6) return malformed();
  return static_cast<MessageKind>(kind);
}

std::string encodeHelloRequest() {
  return begin(MessageKind::kHello, 0).take();
}

std::string encodeRefreshRequest() {
  return begin(MessageKind::kRefresh, 0).take();
}

std::string encodeRefreshAnswer() {
  return begin(MessageKind::kRefresh, 0).take();
}

std::string encode(const NodesRequest& request) {
  WireWriter out = begin(MessageKind::kNodes, request.session);
  out.number(request.space);
  out.number(request.level);
  writeNumbers(out, request.nodes);
  return out.take();
}

Result<NodesRequest> decodeNodesRequest(std::string_view message) {
  NodesRequest request;
  WireReader in = TRY(open(message, MessageKind::kNodes, request.session));
  request.space = static_cast<std::uint32_t>(in.number(kSpacesMax));
  request.level = static_cast<std::uint32_t>(in.number(HashTree::kDepth - 1));
  request.nodes = readNumbers(in, kNodesMax, HashTree::nodes(request.level));
  if (!in.isAtEnd()) return malformed();
  return request;
}

std::string encode(const LeavesRequest& request) {
  WireWriter out = begin(MessageKind::kLeaves, request.session);
  out.number(request.space);
  writeNumbers(out, request.leaves);
  return out.take();
}

Result<LeavesRequest> decodeLeavesRequest(std::string_view message) {
  LeavesRequest request;
  WireReader in = TRY(open(message, MessageKind::kLeaves, request.session));
  request.space = static_cast<std::uint32_t>(in.number(kSpacesMax));
  request.leaves = readNumbers(in, kLeavesMax, HashTree::kLeaves);
  if (!in.isAtEnd()) return malformed();
  return request;
}

std::string encode(const ObjectsRequest& request) {
  WireWriter out = begin(MessageKind::kObjects, request.session);
  out.number(request.space);
  out.number(request.keys.size());
  for (const std::uint64_t key : request.keys)
    out.fixed(key);
  return out.take();
}

Result<ObjectsRequest> decodeObjectsRequest(std::string_view message) {
  ObjectsRequest request;
  WireReader in = TRY(open(message, MessageKind::kObjects, request.session));
  request.space = static_cast<std::uint32_t>(in.number(kSpacesMax));
  const std::size_t count = in.count(8);
  if (count > kObjectsMax) in.fail();
  for (std::size_t i = 0; i < count && in.isGood(); ++i)
    request.keys.push_back(in.fixed());
  if (!in.isAtEnd()) return malformed();
  return request;
}

std::string encode(const HelloAnswer& answer) {
  WireWriter out = begin(MessageKind::kHello, answer.session);
  writeName(out, answer.label);
  out.number(answer.can_refresh ? 1 : 0);
  out.number(answer.spaces.size());
  for (const SpaceSummary& space : answer.spaces) {
    out.number(static_cast<std::uint64_t>(space.kind));
    writeName(out, space.connector);
    out.number(space.objects);
    out.hash(space.root);
  }
  out.number(answer.last_imports.size());
  for (const LastImport& one : answer.last_imports) {
    writeName(out, one.connector);
    out.number(static_cast<std::uint64_t>(one.at));
  }
  return out.take();
}

Result<HelloAnswer> decodeHelloAnswer(std::string_view message) {
  HelloAnswer answer;
  WireReader in = TRY(open(message, MessageKind::kHello, answer.session));
  answer.label = in.text(kNameBytesMax);
  answer.can_refresh = in.number(1) == 1;
  const std::size_t spaces = in.count(19);
  if (spaces > kSpacesMax) in.fail();
  for (std::size_t i = 0; i < spaces && in.isGood(); ++i) {
    SpaceSummary space;
    space.kind = readSpaceKind(in);
    space.connector = in.text(kNameBytesMax);
    space.objects = in.number(UINT32_MAX);
    space.root = in.hash();
    answer.spaces.push_back(std::move(space));
  }
  const std::size_t imports = in.count(2);
  for (std::size_t i = 0; i < imports && in.isGood(); ++i) {
    LastImport one;
    one.connector = in.text(kNameBytesMax);
    one.at = static_cast<std::int64_t>(in.number(INT64_MAX));
    answer.last_imports.push_back(std::move(one));
  }
  if (!in.isAtEnd()) return malformed();
  return answer;
}

std::string encodeNodesAnswer(std::uint64_t session, const std::vector<Children>& children) {
  WireWriter out = begin(MessageKind::kNodes, session);
  out.number(children.size());
  for (const Children& node : children) {
    std::uint64_t present = 0;  // empty subtrees cost one bit: small spaces have many
    for (std::size_t i = 0; i < node.size(); ++i)
      present |= node[i] == Hash128() ? 0 : std::uint64_t{1} << i;
    out.number(present);
    for (const Hash128& child : node) {
      if (child != Hash128()) out.hash(child);
    }
  }
  return out.take();
}

Result<std::vector<Children>> decodeNodesAnswer(std::string_view message, std::size_t asked) {
  std::uint64_t session = 0;
  WireReader in = TRY(open(message, MessageKind::kNodes, session));
  std::vector<Children> all;
  if (in.count(1) != asked) in.fail();
  for (std::size_t n = 0; n < asked && in.isGood(); ++n) {
    Children node{};
    const std::uint64_t present = in.number(0xFFFF);
    for (std::size_t i = 0; i < node.size(); ++i) {
      if ((present >> i & 1) != 0) node[i] = in.hash();
    }
    all.push_back(node);
  }
  if (!in.isAtEnd()) return malformed();
  return all;
}

std::string encodeLeavesAnswer(std::uint64_t session,
                               const std::vector<std::vector<KeyAndHash>>& leaves) {
  WireWriter out = begin(MessageKind::kLeaves, session);
  out.number(leaves.size());
  for (const auto& leaf : leaves) {
    out.number(leaf.size());
    for (const KeyAndHash& one : leaf) {
      out.fixed(one.key);
      out.fixed(one.hash);
    }
  }
  return out.take();
}

Result<std::vector<std::vector<KeyAndHash>>> decodeLeavesAnswer(std::string_view message,
                                                                std::size_t asked) {
  std::uint64_t session = 0;
  WireReader in = TRY(open(message, MessageKind::kLeaves, session));
  std::vector<std::vector<KeyAndHash>> leaves;
  if (in.count(1) != asked) in.fail();
  for (std::size_t n = 0; n < asked && in.isGood(); ++n) {
    std::vector<KeyAndHash> leaf;
    const std::size_t count = in.count(16);
    for (std::size_t i = 0; i < count && in.isGood(); ++i) {
      const std::uint64_t key = in.fixed();
      leaf.push_back({key, in.fixed()});
    }
    leaves.push_back(std::move(leaf));
  }
  if (!in.isAtEnd()) return malformed();
  return leaves;
}

std::string encodeObjectsAnswer(std::uint64_t session,
                                const std::vector<std::vector<ObjectDetail>>& objects) {
  WireWriter out = begin(MessageKind::kObjects, session);
  out.number(objects.size());
  for (const auto& of_key : objects) {
    out.number(of_key.size());
    for (const ObjectDetail& detail : of_key)
      writeDetail(out, detail);
  }
  return out.take();
}

Result<std::vector<std::vector<ObjectDetail>>> decodeObjectsAnswer(std::string_view message,
                                                                   std::size_t asked) {
  std::uint64_t session = 0;
  WireReader in = TRY(open(message, MessageKind::kObjects, session));
  std::vector<std::vector<ObjectDetail>> all;
  const std::size_t keys = in.count(1);
  if (keys > asked) in.fail();
  for (std::size_t n = 0; n < keys && in.isGood(); ++n) {
    std::vector<ObjectDetail> of_key;
    const std::size_t count = in.count(13);
    for (std::size_t i = 0; i < count && in.isGood(); ++i)
      of_key.push_back(readDetail(in));
    all.push_back(std::move(of_key));
  }
  if (!in.isAtEnd()) return malformed();
  return all;
}

std::string encode(const ReferencesRequest& request) {
  WireWriter out = begin(MessageKind::kReferences, request.session);
  out.number(request.space);
  out.fixed(request.key);
  writeName(out, request.attribute);
  writeNumbers(out, request.buckets);
  return out.take();
}

Result<ReferencesRequest> decodeReferencesRequest(std::string_view message) {
  ReferencesRequest request;
  WireReader in = TRY(open(message, MessageKind::kReferences, request.session));
  request.space = static_cast<std::uint32_t>(in.number(kSpacesMax));
  request.key = in.fixed();
  request.attribute = in.text(kNameBytesMax);
  request.buckets = readNumbers(in, kReferenceBuckets, kReferenceBuckets);
  if (!in.isAtEnd()) return malformed();
  return request;
}

std::string encode(const ReferencesAnswer& answer) {
  WireWriter out = begin(MessageKind::kReferences, answer.session);
  out.number(answer.sums.size());
  for (const std::uint64_t sum : answer.sums)
    out.fixed(sum);
  out.number(answer.references.size());
  for (const NamedReference& one : answer.references) {
    out.fixed(one.identity);
    writeName(out, one.name);
  }
  return out.take();
}

Result<ReferencesAnswer> decodeReferencesAnswer(std::string_view message) {
  ReferencesAnswer answer;
  WireReader in = TRY(open(message, MessageKind::kReferences, answer.session));
  const std::size_t sums = in.count(8);
  if (sums != 0 && sums != kReferenceBuckets) in.fail();
  for (std::size_t i = 0; i < sums && in.isGood(); ++i)
    answer.sums.push_back(in.fixed());
  const std::size_t references = in.count(9);
  for (std::size_t i = 0; i < references && in.isGood(); ++i) {
    const std::uint64_t identity = in.fixed();
    answer.references.push_back({identity, std::string(in.text(kNameBytesMax))});
  }
  if (!in.isAtEnd()) return malformed();
  return answer;
}

std::size_t encodedSize(const ObjectDetail& detail) {
  WireWriter out;
  writeDetail(out, detail);
  return out.size();
}

}  // namespace tandem::compare
