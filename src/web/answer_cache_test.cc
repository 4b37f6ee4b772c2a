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

// While one makes a new answer, nobody else waits.
TEST(AnswerCache, TheOldOneIsGivenWhileANewOneIsMade) {
  platform::ManualClock clock;
  AnswerCache cache(clock);
  cache.get("status", [] { return numbered(1); });
  clock.advance(1500ms);
  std::string meanwhile;
  const CommandOutcome made = cache.get("status", [&] {
    meanwhile = cache.get("status", [] { return numbered(3); }).document;
    return numbered(2);
  });
  EXPECT_EQ(meanwhile, "1");
  EXPECT_EQ(made.document, "2");
  EXPECT_EQ(cache.get("status", [] { return numbered(4); }).document, "2");
}

TEST(AnswerCache, WhatIsDearToMakeIsFreshForLonger) {
  platform::ManualClock clock;
  AnswerCache cache(clock);
  const auto slow = [&](int number) {
    return [&clock, number] {
      clock.advance(500ms);
      return numbered(number);
    };
  };
  cache.get("status", slow(1));
  clock.advance(9s);
  EXPECT_EQ(cache.get("status", slow(2)).document, "1");
  clock.advance(1s);
  EXPECT_EQ(cache.get("status", slow(2)).document, "2");
}

// What was begun before a change is not kept behind it.
TEST(AnswerCache, AChangeMeanwhileIsSeen) {
  platform::ManualClock clock;
  AnswerCache cache(clock);
  const CommandOutcome made = cache.get("status", [&] {
    cache.clear();
    return numbered(1);
  });
  EXPECT_EQ(made.document, "1");
  EXPECT_EQ(cache.get("status", [] { return numbered(2); }).document, "2");
}

TEST(AnswerCache, AfterAFailureTheNextOneTries) {
  platform::ManualClock clock;
  AnswerCache cache(clock);
  EXPECT_THROW(cache.get("status", []() -> CommandOutcome { throw std::bad_alloc(); }),
               std::bad_alloc);
  EXPECT_EQ(cache.get("status", [] { return numbered(2); }).document, "2");
}

}  // namespace
}  // namespace tandem::web
