// SPDX-License-Identifier: Apache-2.0
//
// What two servers say to each other while they compare. The asking side sends requests, the
// answering side holds one snapshot and answers from it:
//
//   hello     → who are you, and the root of each of your trees     (a new snapshot is made)
//   nodes     → the 16 children of each of these nodes
//   leaves    → (key, hash) of the objects in each of these leaves
//   objects   → these objects in full
//   references→ of an object that has very many: sums by bucket, or those in some buckets
//   refresh   → import and synchronize what has changed
//
//   message = "TDMC" · byte version · byte kind · 8 bytes session · body
//
// The session names the snapshot: an answer about another one would be nonsense. A message of
// another version is refused with a text that says which side is older.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compare/object_detail.h"
#include "compare/reference_lists.h"
#include "compare/server_snapshot.h"

namespace tandem::compare {

constexpr std::uint8_t kExchangeVersion = 1;
constexpr std::size_t kSessionOffset = 6;
// Bounds of one message. What does not fit is asked for again.
constexpr std::size_t kNodesMax = 4096;
constexpr std::size_t kLeavesMax = 4096;
constexpr std::size_t kObjectsMax = 1024;
constexpr std::size_t kReferencesMax = 100'000;
constexpr std::size_t kAnswerBytesMax = std::size_t{4} << 20U;  // objects stop here, but for one
constexpr std::size_t kMessageBytesMax = std::size_t{64} << 20U;

// From the bytes of a request to the bytes of its answer, whatever lies in between. The error is
// for people: the partner cannot be reached, or refused.
using Transport = std::function<Result<std::string>(std::string_view request)>;

enum class MessageKind : std::uint8_t {
  kHello = 1,
  kNodes = 2,
  kLeaves = 3,
  kObjects = 4,
  kRefresh = 5,
  kReferences = 6,
};

struct SpaceSummary {
  SpaceKind kind = SpaceKind::kSettings;
  std::string connector;
  std::uint64_t objects = 0;
  Hash128 root;
};

struct HelloAnswer {
  std::uint64_t session = 0;
  std::string label;
  bool can_refresh = false;
  std::vector<SpaceSummary> spaces;
  std::vector<LastImport> last_imports;
};

struct NodesRequest {  // of one level of one space
  std::uint64_t session = 0;
  std::uint32_t space = 0;  // as hello listed them
  std::uint32_t level = 0;  // of the nodes; their children are answered
  std::vector<std::uint32_t> nodes;
};
using Children = std::array<Hash128, HashTree::kFanOut>;

struct LeavesRequest {
  std::uint64_t session = 0;
  std::uint32_t space = 0;
  std::vector<std::uint32_t> leaves;
};
struct KeyAndHash {
  std::uint64_t key = 0;
  std::uint64_t hash = 0;
  friend auto operator<=>(const KeyAndHash&, const KeyAndHash&) = default;
};

struct ObjectsRequest {
  std::uint64_t session = 0;
  std::uint32_t space = 0;
  std::vector<std::uint64_t> keys;
};

struct ReferencesRequest {
  std::uint64_t session = 0;
  std::uint32_t space = 0;
  std::uint64_t key = 0;
  std::string attribute;
  std::vector<std::uint32_t> buckets;  // empty: the sums
};
struct ReferencesAnswer {
  std::uint64_t session = 0;
  std::vector<std::uint64_t> sums;
  std::vector<NamedReference> references;
};

std::string encodeHelloRequest();
std::string encode(const NodesRequest& request);
std::string encode(const LeavesRequest& request);
std::string encode(const ObjectsRequest& request);
std::string encode(const ReferencesRequest& request);
std::string encodeRefreshRequest();

// kInvalidArgument: no message, or of another version.
Result<MessageKind> kindOf(std::string_view message);
Result<NodesRequest> decodeNodesRequest(std::string_view message);
Result<LeavesRequest> decodeLeavesRequest(std::string_view message);
Result<ObjectsRequest> decodeObjectsRequest(std::string_view message);
Result<ReferencesRequest> decodeReferencesRequest(std::string_view message);

std::string encode(const HelloAnswer& answer);
std::string encodeNodesAnswer(std::uint64_t session, const std::vector<Children>& children);
std::string encodeLeavesAnswer(std::uint64_t session,
                               const std::vector<std::vector<KeyAndHash>>& leaves);
// For the first so many of the keys that were asked for: none, one or more objects each.
std::string encodeObjectsAnswer(std::uint64_t session,
                                const std::vector<std::vector<ObjectDetail>>& objects);
std::string encode(const ReferencesAnswer& answer);
std::string encodeRefreshAnswer();

// asked: how many elements the answer must have (objects: may have at most).
Result<HelloAnswer> decodeHelloAnswer(std::string_view message);
Result<std::vector<Children>> decodeNodesAnswer(std::string_view message, std::size_t asked);
Result<std::vector<std::vector<KeyAndHash>>> decodeLeavesAnswer(std::string_view message,
                                                                std::size_t asked);
Result<std::vector<std::vector<ObjectDetail>>> decodeObjectsAnswer(std::string_view message,
                                                                   std::size_t asked);

Result<ReferencesAnswer> decodeReferencesAnswer(std::string_view message);

// How many bytes an object takes in an answer.
std::size_t encodedSize(const ObjectDetail& detail);

}  // namespace tandem::compare
