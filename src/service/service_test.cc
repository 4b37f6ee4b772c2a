// SPDX-License-Identifier: Apache-2.0
#include "service/service.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace tandem::service {
namespace {

using platform::BootTime;
using platform::MonotonicTime;
using platform::WallTime;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const BootTime kStart{std::chrono::hours(1)};

TEST(CycleSchedule, CountsFromStartToStart) {
  CycleSchedule schedule(kStart);
  EXPECT_TRUE(schedule.isDue(kStart));
  schedule.started(kStart);
  schedule.ended(kStart + minutes(10), minutes(30));
  EXPECT_FALSE(schedule.isDue(kStart + minutes(30) - seconds(1)));
  EXPECT_TRUE(schedule.isDue(kStart + minutes(30)));
}

TEST(CycleSchedule, LeavesAPauseAfterALongCycle) {
  CycleSchedule schedule(kStart);
  schedule.started(kStart);
  schedule.ended(kStart + minutes(50), minutes(30));
  EXPECT_FALSE(schedule.isDue(kStart + minutes(50)));
  EXPECT_TRUE(schedule.isDue(kStart + minutes(50) + CycleSchedule::kPause));
}

TEST(CycleSchedule, TriesSoonAgainWhatWasSkipped) {
  CycleSchedule schedule(kStart);
  schedule.skipped(kStart);
  EXPECT_FALSE(schedule.isDue(kStart + seconds(1)));
  EXPECT_TRUE(schedule.isDue(kStart + CycleSchedule::kRetry));
}

TEST(CycleSchedule, AChangeMakesItSoonerButKeepsItsDistance) {
  CycleSchedule schedule(kStart);
  schedule.started(kStart);
  schedule.ended(kStart + seconds(2), minutes(30));
  schedule.hasten(kStart + seconds(10), seconds(30));
  EXPECT_EQ(schedule.due(), kStart + seconds(30));
  schedule.hasten(kStart + minutes(20), seconds(30));
  EXPECT_EQ(schedule.due(), kStart + seconds(30));  // never later
  schedule.started(kStart + seconds(30));
  schedule.ended(kStart + minutes(5), minutes(30));
  schedule.hasten(kStart + minutes(5), seconds(30));
  EXPECT_EQ(schedule.due(), kStart + minutes(5) + CycleSchedule::kPause);
}

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() {
    work_.scheduler = [this]() -> Result<policy::Scheduler> { return scheduler_; };
    work_.cycle = [this](const run::RunOptions& options) { return cycle(options); };
    options_.stop = &stop_;
  }
  Result<run::CycleSummary> cycle(const run::RunOptions& options) {
    starts_.push_back(clock_.monotonicNow());
    if (starts_.size() >= cycles_) stop_ = true;
    if (on_cycle_) return on_cycle_(options);
    return run::CycleSummary{};
  }

  platform::ManualClock clock_;
  policy::Scheduler scheduler_;
  std::atomic<bool> stop_{false};
  std::size_t cycles_ = 3;  // then it is stopped
  ServiceWork work_;
  ServiceOptions options_;
  std::vector<MonotonicTime> starts_;
  std::function<Result<run::CycleSummary>(const run::RunOptions&)> on_cycle_;
};

TEST_F(ServiceTest, RunsACycleEachInterval) {
  Service(work_, clock_, options_).run();
  ASSERT_EQ(starts_.size(), 3U);
  EXPECT_GE(starts_[1] - starts_[0], minutes(30));
  EXPECT_LT(starts_[1] - starts_[0], minutes(31));
}

TEST_F(ServiceTest, SkipsWhileSomebodyElseWorksOnTheHome) {
  on_cycle_ = [](const run::RunOptions&) -> Result<run::CycleSummary> {
    return Error(ErrorCode::kConflict, "held by process 17");
  };
  Service(work_, clock_, options_).run();
  EXPECT_LT(starts_[2] - starts_[0], minutes(2));
}

TEST_F(ServiceTest, AFailedCycleWaitsForTheNextInterval) {
  on_cycle_ = [](const run::RunOptions&) -> Result<run::CycleSummary> {
    return Error(ErrorCode::kUnavailable, "the disk is gone");
  };
  Service(work_, clock_, options_).run();
  EXPECT_GE(starts_[1] - starts_[0], minutes(30));
}

TEST_F(ServiceTest, ASchedulerThatIsOffRunsNothing) {
  scheduler_.cycle_enabled = false;
  int asked = 0;
  work_.scheduler = [&]() -> Result<policy::Scheduler> {
    stop_ = ++asked >= 3;
    return scheduler_;
  };
  Service(work_, clock_, options_).run();
  EXPECT_TRUE(starts_.empty());
}

// Waits for a cycle to be cancelled, for no longer than a slow machine may take.
bool isCancelled(const run::RunOptions& options) {
  for (int i = 0; i < 600 && !options.cancel->load(); ++i)
    std::this_thread::sleep_for(milliseconds(50));
  return options.cancel->load();
}

TEST_F(ServiceTest, AStopCancelsTheCycle) {
  bool cancelled = false;
  on_cycle_ = [&](const run::RunOptions& options) -> Result<run::CycleSummary> {
    stop_ = true;
    cancelled = isCancelled(options);
    return run::CycleSummary{};
  };
  Service(work_, clock_, options_).run();
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(starts_.size(), 1U);
}

TEST_F(ServiceTest, ACycleGivesWayAndComesBackLater) {
  Service service(work_, clock_, options_);
  bool cancelled = false;
  std::thread partner;
  on_cycle_ = [&](const run::RunOptions& options) -> Result<run::CycleSummary> {
    if (starts_.size() > 1) {
      stop_ = true;
      return run::CycleSummary{};
    }
    partner = std::thread([&] { service.giveWay(); });
    cancelled = isCancelled(options);
    return run::CycleSummary{};
  };
  service.run();
  partner.join();
  EXPECT_TRUE(cancelled);
  ASSERT_EQ(starts_.size(), 2U);
  EXPECT_LT(starts_[1] - starts_[0], minutes(1));
  EXPECT_GE(starts_[1] - starts_[0], CycleSchedule::kRetry);
}

TEST_F(ServiceTest, ATakeOverCancelsTheCycleAndIsDoneOnce) {
  Service* service = nullptr;
  std::vector<std::string> done;
  on_cycle_ = [&](const run::RunOptions& options) -> Result<run::CycleSummary> {
    done.push_back(options.started_by);
    stop_ = done.size() > 1;
    if (stop_) return run::CycleSummary{};
    service->takeOver();
    service->takeOver();
    EXPECT_TRUE(isCancelled(options));
    return run::CycleSummary{};
  };
  work_.take_over = [&](const run::RunOptions& options) -> Result<run::CycleSummary> {
    done.push_back(options.started_by);
    service->takeOver();  // the witness still says so while we are at it
    EXPECT_FALSE(options.cancel->load());
    return run::CycleSummary{};
  };
  Service its_service(work_, clock_, options_);
  service = &its_service;
  service->run();
  EXPECT_EQ(done, (std::vector<std::string>{"scheduler", "failover", "scheduler"}));
  EXPECT_GE(starts_.back() - starts_.front(), minutes(30));  // the take-over was this turn's cycle
}

TEST_F(ServiceTest, ATakeOverThatFailedMayBeAskedForAgain) {
  options_.cycles = false;
  Service* service = nullptr;
  int tries = 0;
  work_.take_over = [&](const run::RunOptions&) -> Result<run::CycleSummary> {
    if (++tries > 1) stop_ = true;
    return Error(ErrorCode::kConflict, "held by process 17");
  };
  work_.reconcile = [&]() -> Result<void> {
    service->takeOver();  // stands for the ticker
    service->reconcile();
    return {};
  };
  Service its_service(work_, clock_, options_);
  service = &its_service;
  service->reconcile();
  service->run();
  EXPECT_EQ(tries, 2);
}

class CountingTicker final : public Ticker {
 public:
  explicit CountingTicker(std::atomic<bool>& stop) : stop_(&stop) {}
  milliseconds interval() const override { return milliseconds(1); }
  void onTick() override {
    if (++ticks_ == 3) *stop_ = true;
  }
  int ticks() const { return ticks_; }

 private:
  std::atomic<bool>* stop_;
  std::atomic<int> ticks_{0};
};

TEST_F(ServiceTest, TicksAlsoWhileACycleRuns) {
  CountingTicker ticker(stop_);
  options_.tickers = {&ticker};
  on_cycle_ = [&](const run::RunOptions& options) -> Result<run::CycleSummary> {
    EXPECT_TRUE(isCancelled(options));
    return run::CycleSummary{};
  };
  Service(work_, clock_, options_).run();
  EXPECT_GE(ticker.ticks(), 3);
}

// The next four: what people and summer time do to the clock on the wall is no time that passed,
// and a machine that slept has missed its cycle.
TEST_F(ServiceTest, AWallClockThatGoesBackDelaysNothing) {
  on_cycle_ = [&](const run::RunOptions&) -> Result<run::CycleSummary> {
    clock_.setWall(clock_.wallNow() - hours(2));
    return run::CycleSummary{};
  };
  Service(work_, clock_, options_).run();
  EXPECT_LT(starts_[1] - starts_[0], minutes(31));
}

TEST_F(ServiceTest, AWallClockThatGoesForwardADayStartsNothing) {
  on_cycle_ = [&](const run::RunOptions&) -> Result<run::CycleSummary> {
    clock_.setWall(clock_.wallNow() + hours(24));
    return run::CycleSummary{};
  };
  Service(work_, clock_, options_).run();
  EXPECT_GE(starts_[1] - starts_[0], minutes(30));
}

TEST_F(ServiceTest, AfterASleepTheMissedCycleRunsOnceAndAtOnce) {
  on_cycle_ = [&](const run::RunOptions&) -> Result<run::CycleSummary> {
    if (starts_.size() == 1) clock_.suspend(hours(9));
    return run::CycleSummary{};
  };
  Service(work_, clock_, options_).run();
  EXPECT_LT(starts_[1] - starts_[0], seconds(10));
  EXPECT_GE(starts_[2] - starts_[1], minutes(30));
}

TEST_F(ServiceTest, TellsWhenTheNextCycleBeginsInTheTimeOnTheWall) {
  cycles_ = 2;
  std::vector<NextCycle> told;
  bool moved = false;
  work_.tell_next = [&](const NextCycle& next) {
    told.push_back(next);
    if (told.size() == 3) {  // between the two cycles
      clock_.setWall(clock_.wallNow() - hours(2));
      moved = true;
    }
  };
  Service(work_, clock_, options_).run();
  ASSERT_TRUE(moved);
  ASSERT_GE(told.size(), 5U);
  EXPECT_TRUE(told[0].in_progress);
  EXPECT_FALSE(told[0].starts_at);
  EXPECT_FALSE(told[1].in_progress);
  EXPECT_NEAR(static_cast<double>(*told[1].starts_at - told[1].written_at), 1800, 2);
  for (const NextCycle& next : told) {
    EXPECT_LE(next.starts_at.value_or(next.written_at) - next.written_at, 1800);
  }
  EXPECT_LT(*told[4].starts_at, *told[1].starts_at - 7000);  // the same moment, called otherwise
}

TEST_F(ServiceTest, ASuspendedServerRunsNothingAndPlansNothing) {
  int asked = 0;
  work_.suspended = [&] {
    stop_ = ++asked >= 4;
    return asked < 3;
  };
  std::vector<NextCycle> told;
  work_.tell_next = [&](const NextCycle& next) { told.push_back(next); };
  on_cycle_ = [&](const run::RunOptions&) -> Result<run::CycleSummary> {
    EXPECT_EQ(asked, 3);
    stop_ = true;
    return run::CycleSummary{};
  };
  Service(work_, clock_, options_).run();
  EXPECT_EQ(starts_.size(), 1U);
  ASSERT_FALSE(told.empty());
  EXPECT_FALSE(told.front().starts_at);
}

TEST_F(ServiceTest, AChangeStartsACycleSoonAndSaysSo) {
  Service* service = nullptr;
  std::vector<std::string> by;
  on_cycle_ = [&](const run::RunOptions& options) -> Result<run::CycleSummary> {
    by.push_back(options.started_by);
    if (by.size() == 1) service->hasten(seconds(30));
    return run::CycleSummary{};
  };
  Service its_service(work_, clock_, options_);
  service = &its_service;
  service->run();
  EXPECT_EQ(by, (std::vector<std::string>{"scheduler", "change", "scheduler"}));
  EXPECT_GE(starts_[1] - starts_[0], seconds(30));
  EXPECT_LT(starts_[1] - starts_[0], seconds(32));
  EXPECT_GE(starts_[2] - starts_[1], minutes(30));
}

}  // namespace
}  // namespace tandem::service
