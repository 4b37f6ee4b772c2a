// SPDX-License-Identifier: Apache-2.0
//
// What a partner sends while two servers compare: requests to the answering side, and answers to
// the asking side. The first byte chooses.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

#include "base/check.h"
#include "compare/answerer.h"
#include "compare/comparison.h"
#include "compare/difference.h"
#include "compare/exchange.h"

namespace {

using namespace tandem;
using namespace tandem::compare;

// A server with one object and its policy's settings.
class SmallServer {
 public:
  SmallServer()
      : folder_(std::filesystem::temp_directory_path() /
                fmt::format("tandem_compare_fuzz_{}", getpid())) {
    std::filesystem::create_directories(folder_);
    auto store = std::move(store::Store::open(path())).value();
    auto transaction = std::move(store::Transaction::begin(store->database())).value();
    store::NewObject object;
    object.connector = store->names().connector("corp");
    object.type = directory::ObjectTypeId(store->names().objectTypes().intern("user"));
    object.anchor = "anchor";
    object.dn = "CN=Ada";
    object.image = std::string_view();
    store->names().save();
    store->space().insert(object);
    TANDEM_CHECK(transaction.commit().ok());
  }
  ~SmallServer() { std::filesystem::remove_all(folder_); }
  SmallServer(const SmallServer&) = delete;
  SmallServer& operator=(const SmallServer&) = delete;

  ServerAccess access() const {
    return {[path = path()]() -> Result<OpenedServer> {
              OpenedServer opened;
              opened.store = TRY(store::Store::openReader(path));
              policy::ConnectorPolicy connector;
              connector.name = "corp";
              opened.policy.connectors.push_back(connector);
              return opened;
            },
            {}};
  }

 private:
  std::string path() const { return (folder_ / "tandem.db").string(); }
  std::filesystem::path folder_;
};

// Whatever is asked gets the right head, the right session, and then the input.
void ask(const std::string& body) {
  static const SmallServer server;
  static Answerer answerer(server.access());
  static const std::string hello = answerer.answer(encodeHelloRequest()).value();
  std::string request = body;
  if (request.size() >= kSessionOffset + 8) {
    request.replace(0, 5, hello.substr(0, 5));
    request.replace(kSessionOffset, 8, hello.substr(kSessionOffset, 8));
    if (kindOf(request).ok() && kindOf(request).value() == MessageKind::kHello) return;
  }
  static_cast<void>(answerer.answer(request).ok());
}

// A whole comparison with a partner that answers the true hello with other roots and then the
// input.
void answerWith(const std::string& body) {
  static const SmallServer server;
  Comparer comparer(server.access(), [&](std::string_view request) -> Result<std::string> {
    const MessageKind kind = TRY(kindOf(request));
    if (kind == MessageKind::kHello) {
      HelloAnswer hello;
      hello.spaces.push_back({SpaceKind::kConnectorSpace, "corp", 1, {1, 1}});
      return encode(hello);
    }
    std::string answer = encodeHelloRequest().substr(0, 5);
    answer += static_cast<char>(kind);
    return answer + body;
  });
  static_cast<void>(comparer.compare({}).ok());
}

void decodeAll(const std::string& message) {
  static_cast<void>(decodeHelloAnswer(message).ok());
  static_cast<void>(decodeNodesAnswer(message, 1).ok());
  static_cast<void>(decodeLeavesAnswer(message, 1).ok());
  const auto objects = decodeObjectsAnswer(message, 2);
  if (!objects.ok()) return;
  std::vector<ObjectDifference> found;
  for (const auto& of_key : objects.value()) {
    for (const ObjectDetail& detail : of_key)
      found.push_back(differenceOf(&detail, nullptr));
  }
  groupByCause(std::move(found));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string body(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  switch (bytes[0] % 3) {
    case 0:
      ask(body);
      break;
    case 1:
      answerWith(body);
      break;
    default:
      decodeAll(body);
      break;
  }
  return 0;
}
