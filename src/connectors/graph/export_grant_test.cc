// SPDX-License-Identifier: Apache-2.0
//
// An export that loses the right to write while it is at it.
#include <set>

#include <fmt/format.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/graph/fake_graph.h"
#include "connectors/graph/graph_connector.h"
#include "directory/record.h"

namespace tandem::connectors::graph {
namespace {

using namespace std::chrono_literals;
using testing::FakeAnswer;
using testing::FakeGraph;
using testing::guidOf;
using ::testing::HasSubstr;
using testing::Json;
using testing::SentRequest;
using ::testing::SizeIs;

class ScriptedKeeper final : public GrantKeeper {
 public:
  bool keep() override { return ++asked <= good_for; }
  void sawTime(std::int64_t unix_seconds) override { times.insert(unix_seconds); }
  std::chrono::milliseconds requestTimeout() const override { return 30s; }

  int asked = 0;
  int good_for = 1'000'000;
  std::set<std::int64_t> times;
};

class ExportGrantTest : public ::testing::Test {
 protected:
  void SetUp() override {
    GraphSettings settings;
    settings.base_url = "https://graph.test/v1.0";
    settings.login_url = "https://login.test";
    settings.tenant = "lab.example";
    settings.client_id = "client";
    settings.client_secret = "secret";
    settings.profile = GraphProfile::kSync;
    auto http = std::make_unique<FakeGraph>(clock_);
    graph_ = http.get();
    graph_->on_request = [](const SentRequest&) { return FakeAnswer{204, Json()}; };
    connector_ =
        std::make_unique<GraphConnector>(settings, attributes_, types_, std::move(http), clock_);
    for (std::int64_t id = 1; id <= 100; ++id) {
      directory::RecordBuilder record;
      record.addString(attributes_.intern("displayName"), fmt::format("User {}", id));
      ExportItem item;
      item.id = directory::ConnectorObjectId(id);
      item.operation = ExportOperation::kUpdate;
      item.type = directory::ObjectTypeId(types_.intern("user"));
      item.anchor = "User_" + guidOf(static_cast<std::uint64_t>(id));
      item.dn = fmt::format("CN={}", id);
      item.image = record.finish();
      items_.push_back(std::move(item));
    }
  }

  Result<void> run() {
    return connector_->exportBatch(ExportGrantForTesting::make(&keeper_), items_, sink_);
  }

  platform::ManualClock clock_;
  directory::AttributeTable attributes_;
  directory::NameTable types_;
  FakeGraph* graph_ = nullptr;
  std::unique_ptr<GraphConnector> connector_;
  ScriptedKeeper keeper_;
  testing::KeptOutcomes sink_;
  std::vector<ExportItem> items_;
};

TEST_F(ExportGrantTest, AGrantThatHoldsIsAskedBeforeEachBatch) {
  ASSERT_TRUE(run().ok());
  EXPECT_THAT(sink_.outcomes, SizeIs(100));
  EXPECT_EQ(keeper_.asked, static_cast<int>(graph_->batch_sizes.size()));
}

TEST_F(ExportGrantTest, WithoutAGrantNothingIsSent) {
  keeper_.good_for = 0;
  const Result<void> done = run();
  EXPECT_EQ(done.error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_THAT(done.error().message(), HasSubstr("the right to write is gone"));
  EXPECT_THAT(graph_->sent, SizeIs(0));
}

TEST_F(ExportGrantTest, AGrantThatEndsInTheMiddleStartsNothingMore) {
  keeper_.good_for = 2;
  EXPECT_EQ(run().error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_THAT(graph_->batch_sizes, SizeIs(2));
  EXPECT_EQ(keeper_.asked, 3);
  // What was in flight has been answered and is known.
  EXPECT_THAT(sink_.outcomes, SizeIs(40));
  for (const ExportOutcome& outcome : sink_.outcomes)
    EXPECT_TRUE(outcome.success);
}

TEST_F(ExportGrantTest, NothingIsRepeatedEither) {
  keeper_.good_for = 1;
  graph_->on_request = [](const SentRequest&) { return FakeAnswer{503, Json()}; };
  EXPECT_EQ(run().error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_THAT(graph_->sent, SizeIs(20));
  EXPECT_THAT(sink_.outcomes, SizeIs(0));
}

TEST_F(ExportGrantTest, NoRequestOutlivesItsTimeOut) {
  int batches = 0;
  graph_->on_http =
      [&](const platform::HttpRequest& request) -> std::optional<platform::HttpAnswer> {
    if (request.url.find("$batch") == std::string::npos) return std::nullopt;
    ++batches;
    EXPECT_EQ(request.total_timeout, 30s);
    return std::nullopt;
  };
  ASSERT_TRUE(run().ok());
  EXPECT_GT(batches, 0);
}

TEST_F(ExportGrantTest, TheTenantsTimeIsPassedOn) {
  graph_->date = "Sun, 06 Nov 1994 08:49:37 GMT";
  ASSERT_TRUE(run().ok());
  EXPECT_EQ(keeper_.times, std::set<std::int64_t>{784'111'777});
}

}  // namespace
}  // namespace tandem::connectors::graph
