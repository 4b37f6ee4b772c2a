// SPDX-License-Identifier: Apache-2.0
#include "web/operations.h"

#include <future>

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include "web/event_stream.h"

namespace tandem::web {
namespace {

using Json = nlohmann::ordered_json;

class OperationsTest : public ::testing::Test {
 protected:
  OperationPlan plan(std::function<CommandOutcome(OperationLog&)> work, bool needs_home = true) {
    return {"cycle", "Delta cycle", "ada", needs_home, std::move(work)};
  }
  void waitFor(const std::string& id) {
    while (!operations.events(id, 0).value().done)
      clock.sleepFor(std::chrono::milliseconds(1));
  }
  platform::SystemClock clock;
  Operations operations{clock};
};

TEST_F(OperationsTest, TellsOfItsNotesItsProgressAndItsEnd) {
  const std::string id = operations
                             .start(plan([](OperationLog& log) {
                               log.note("one");
                               log.progress("reading", 5, 10);
                               log.progress("reading", 10, 10);
                               CommandOutcome outcome;
                               outcome.document = R"({"runs":[]})";
                               return outcome;
                             }))
                             .value();
  waitFor(id);
  const Operations::Events all = operations.events(id, 0).value();
  ASSERT_EQ(all.events.size(), 3u);
  EXPECT_EQ(all.events[0].data, R"({"text":"one"})");
  EXPECT_EQ(all.events[1].data, R"({"text":"reading","done":10,"total":10})");  // the last of them
  EXPECT_EQ(all.events[2].kind, "end");
  const Json end = Json::parse(all.events[2].data);
  const Json found = operations.find(id).value();
  for (const Json& one : {end, found}) {
    EXPECT_EQ(one["events"], 3) << one.dump();
    EXPECT_EQ(one["lastEvent"], all.events[2].number) << one.dump();
  }
  EXPECT_TRUE(operations.events(id, all.events[2].number).value().events.empty());
  const auto json = operations.find(id).value();
  EXPECT_EQ(json["state"], "done");
  EXPECT_TRUE(json["result"]["runs"].is_array());
}

TEST_F(OperationsTest, OneAtATimeNeedsTheHome) {
  std::promise<void> go_on;
  const auto waits = [future = go_on.get_future().share()](OperationLog&) {
    future.wait();
    return CommandOutcome();
  };
  const std::string first = operations.start(plan(waits)).value();
  const auto second = operations.start(plan(waits));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), ErrorCode::kConflict);
  EXPECT_NE(second.error().message().find("\"Delta cycle\" of ada"), std::string::npos);
  EXPECT_TRUE(operations.start(plan([](OperationLog&) { return CommandOutcome(); }, false)).ok());
  go_on.set_value();
  waitFor(first);
  EXPECT_TRUE(operations.start(plan([](OperationLog&) { return CommandOutcome(); })).ok());
}

TEST_F(OperationsTest, ACancelledOneSaysSo) {
  const std::string id = operations
                             .start(plan([](OperationLog& log) {
                               while (!log.cancel()->load())
                                 std::this_thread::yield();
                               CommandOutcome outcome;
                               outcome.code = cli::ExitCode::kFailed;
                               outcome.error = "cancelled";
                               return outcome;
                             }))
                             .value();
  ASSERT_TRUE(operations.cancel(id).ok());
  waitFor(id);
  EXPECT_EQ(operations.find(id).value()["state"], "cancelled");
  EXPECT_FALSE(operations.cancel("4711").ok());
}

TEST_F(OperationsTest, TheLastHundredAreKept) {
  for (int i = 0; i < 120; ++i) {
    waitFor(operations.start(plan([](OperationLog&) { return CommandOutcome(); })).value());
  }
  EXPECT_LE(operations.list().size(), 101u);
  EXPECT_FALSE(operations.find("1").ok());
  EXPECT_TRUE(operations.find("120").ok());
}

TEST_F(OperationsTest, AStreamGoesOnBehindWhatItsReaderHas) {
  const std::string id = operations
                             .start(plan([](OperationLog& log) {
                               log.note("one");
                               log.note("two");
                               return CommandOutcome();
                             }))
                             .value();
  waitFor(id);
  platform::ServerRequest request;
  request.headers = {{"Last-Event-ID", "1"}};
  const auto answer = eventStream(operations, id, request).value();
  const std::string text = answer.next_piece().value();
  EXPECT_EQ(text.find("\"one\""), std::string::npos);
  EXPECT_TRUE(text.starts_with("id: 2\nevent: note\ndata: {\"text\":\"two\"}\n\n")) << text;
  EXPECT_NE(text.find("event: end"), std::string::npos);
  EXPECT_FALSE(answer.next_piece().has_value());
}

}  // namespace
}  // namespace tandem::web
