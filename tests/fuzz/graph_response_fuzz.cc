// SPDX-License-Identifier: Apache-2.0
//
// Whatever a tenant answers: pages, batches, errors, tokens, organizations, watermarks. The first
// byte chooses the parser.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "connectors/graph/attribute_map.h"
#include "connectors/graph/batch_pipeline.h"
#include "connectors/graph/connection_check.h"
#include "connectors/graph/graph_failure.h"
#include "connectors/graph/graph_url.h"
#include "connectors/graph/object_reader.h"
#include "connectors/graph/page_reader.h"
#include "connectors/graph/token_client.h"
#include "connectors/graph/watermark.h"
#include "directory/record.h"
#include "platform/clock.h"

namespace {

using namespace tandem;
using namespace tandem::connectors::graph;

// Answers the token request, then every batch with the same bytes.
class OneAnswer final : public platform::HttpClient {
 public:
  OneAnswer(std::string body, platform::ManualClock& clock)
      : body_(std::move(body)), clock_(clock) {}
  platform::HttpRequestId submit(platform::HttpRequest request,
                                 platform::HttpCallback callback) override {
    is_token_ = request.url.find("/token") != std::string::npos;
    callback_ = std::move(callback);
    return platform::HttpRequestId{1};
  }
  void cancel(platform::HttpRequestId) override { callback_ = nullptr; }
  void poll(std::chrono::milliseconds at_most) override {
    clock_.advance(at_most);
    if (!callback_) return;
    platform::HttpResponse response;
    response.status = 200;
    response.body = is_token_ ? R"({"access_token":"t"})" : body_;
    const platform::HttpCallback callback = std::exchange(callback_, nullptr);
    callback(std::move(response));
  }
  std::size_t inFlight() const override { return callback_ ? 1 : 0; }

 private:
  std::string body_;
  platform::ManualClock& clock_;
  platform::HttpCallback callback_;
  bool is_token_ = false;
};

class Nobody final : public BatchOwner {
 public:
  void write(const Operation&, JsonText& out) override { out.key("method").string("GET"); }
  Verdict answered(const Operation&, const InnerAnswer& answer) override {
    if (!answer.ok()) classify(answer.failure());
    return answer.status == 404 ? Verdict::kAgainNotFound : Verdict::kDone;
  }
  void gaveUp(const Operation&, const GraphFailure&) override {}
  bool resendLost(const Operation&) override { return true; }
};

void readObjects(const std::string& body, bool partial) {
  static directory::AttributeTable attributes;
  static directory::NameTable types;
  static const AttributeMap map(GraphProfile::kSync, attributes, types);
  static const std::vector<directory::AttributeId> wanted = [] {
    std::vector<directory::AttributeId> all;
    for (const AttributeRow& row : attributeRows())
      all.push_back(map.idOf(row));
    return all;
  }();
  PageReader page;
  if (!page.parse(body).ok()) return;
  for (const Kind kind : {Kind::kUser, Kind::kGroup, Kind::kContact}) {
    ObjectReader reader(map, kind, wanted);
    connectors::ImportItem item;
    for (const JsonElement element : page.items()) {
      reader.read(element, partial, item);
      TANDEM_CHECK(directory::isWellFormed(item.image));
    }
  }
}

void readBatch(const std::string& body) {
  platform::ManualClock clock;
  OneAnswer http(body, clock);
  GraphSettings settings;
  settings.base_url = "https://graph.test/v1.0";
  settings.client_secret = "s";
  GraphSession session(settings, http, clock);
  ConcurrencyWindow window(1, 1);
  Nobody owner;
  BatchPipeline pipeline(session, owner, window);
  for (std::uint32_t i = 0; i < 3; ++i) {
    Operation operation;
    operation.subject = i;
    operation.is_write = i == 1;
    pipeline.add(operation);
  }
  const auto done = pipeline.run({});
  static_cast<void>(done.ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  const std::string body(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  switch (bytes[0] % 8) {
    case 0:
      readObjects(body, /*partial=*/false);
      break;
    case 1:
      readObjects(body, /*partial=*/true);
      break;
    case 2:
      readBatch(body);
      break;
    case 3:
      classify(parseFailure(400, body));
      break;
    case 4:
      describeTokenFailure(401, body, "https://login.test");
      rolesOf(body);
      break;
    case 5:
      static_cast<void>(parseOrganization(body).ok());
      break;
    case 6:
      if (const auto watermark = GraphWatermark::parse(body)) {
        TANDEM_CHECK(GraphWatermark::parse(watermark->toText()).has_value());
      }
      break;
    default:
      originOf(body);
      if (const auto anchor = anchorOfUniqueName(body)) {
        TANDEM_CHECK(anchorOfUniqueName(uniqueNameOf(*anchor)) == anchor);
      }
      break;
  }
  return 0;
}
