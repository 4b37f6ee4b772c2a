// SPDX-License-Identifier: Apache-2.0
#include "web/answer_cache.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tandem::web {
namespace {

using namespace std::chrono_literals;

CommandOutcome numbered(int number) {
  CommandOutcome outcome;
  outcome.document = std::to_string(number);
  return outcome;
}

TEST(AnswerCache, AnAnswerLastsASecondOrUntilSomethingChanges) {
  platform::ManualClock clock;
  AnswerCache cache(clock);
  int made = 0;
  const auto ask = [&](const std::string& key) {
    return cache.get(key, [&] { return numbered(++made); }).document;
  };
  EXPECT_EQ(ask("status"), "1");
  EXPECT_EQ(ask("status"), "1");
  EXPECT_EQ(ask("runs"), "2");
  clock.advance(1001ms);
  EXPECT_EQ(ask("status"), "3");
  cache.clear();
  EXPECT_EQ(ask("status"), "4");
}

TEST(AnswerCache, WhoAsksMeanwhileWaitsForIt) {
  platform::SystemClock clock;
  AnswerCache cache(clock);
  std::atomic<int> made{0};
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const CommandOutcome outcome = cache.get("status", [&] {
        std::this_thread::sleep_for(50ms);
        return numbered(++made);
      });
      if (outcome.document == "1") ++right;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(right, 8);
}

}  // namespace
}  // namespace tandem::web
