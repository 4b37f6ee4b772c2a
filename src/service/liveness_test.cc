// SPDX-License-Identifier: Apache-2.0
#include "service/liveness.h"

#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace tandem::service {
namespace {

using std::chrono::seconds;
using Thread = Liveness::Thread;
using Lines = std::vector<std::string>;

class LivenessTest : public ::testing::Test {
 protected:
  LivenessTest() : manager_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name_.data() + 1, name_.size() - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    EXPECT_EQ(::bind(manager_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    liveness_.emplace(open(), clock_);
  }
  ~LivenessTest() override { ::close(manager_); }

  platform::NotifySocket open() const {
    auto socket = platform::NotifySocket::fromEnvironment(
        [this](const std::string& name) -> std::optional<std::string> {
          if (name == "NOTIFY_SOCKET") return name_;
          if (name == "WATCHDOG_USEC") return "80000000";  // so that it is fed each 10 seconds
          return std::nullopt;
        });
    EXPECT_TRUE(socket.ok());
    return std::move(socket).value();
  }
  // What the service manager was told since.
  Lines told() const {
    Lines lines;
    char buffer[1024];
    for (;;) {
      const ssize_t size = ::recv(manager_, buffer, sizeof buffer, MSG_DONTWAIT);
      if (size < 0) return lines;
      lines.emplace_back(buffer, static_cast<std::size_t>(size));
    }
  }

  const std::string name_ = fmt::format("@tandem/liveness_test/{}", ::getpid());
  int manager_;
  platform::ManualClock clock_;
  std::optional<Liveness> liveness_;
};

TEST_F(LivenessTest, FeedsTheWatchdogWhenAllThreadsCameBy) {
  liveness_->watch(Thread::kScheduler);
  liveness_->watch(Thread::kTicker);
  clock_.advance(seconds(10));
  liveness_->isAlive(Thread::kScheduler);
  EXPECT_EQ(told(), Lines{});
  liveness_->isAlive(Thread::kTicker);
  EXPECT_EQ(told(), Lines{"WATCHDOG=1"});
}

TEST_F(LivenessTest, AThreadThatHangsEndsTheFeeding) {
  liveness_->watch(Thread::kScheduler);
  liveness_->watch(Thread::kTicker);
  clock_.advance(seconds(10));
  liveness_->isAlive(Thread::kTicker);
  liveness_->isAlive(Thread::kScheduler);
  told();
  for (int i = 0; i < 100; ++i) {
    clock_.advance(seconds(1));
    liveness_->isAlive(Thread::kTicker);
  }
  EXPECT_EQ(told(), Lines{});
}

TEST_F(LivenessTest, IsFedSeldomHoweverOftenTheyComeBy) {
  liveness_->watch(Thread::kScheduler);
  for (int i = 0; i < 1000; ++i) {
    clock_.advance(std::chrono::milliseconds(100));
    liveness_->isAlive(Thread::kScheduler);
  }
  EXPECT_EQ(told().size(), 10U);
}

TEST_F(LivenessTest, WhoIsNotWatchedIsNotWaitedFor) {
  liveness_->watch(Thread::kScheduler);
  liveness_->watch(Thread::kTicker);
  liveness_->unwatch(Thread::kTicker);
  clock_.advance(seconds(10));
  liveness_->isAlive(Thread::kScheduler);
  EXPECT_EQ(told(), Lines{"WATCHDOG=1"});
}

TEST_F(LivenessTest, SaysWhatItDoesOnce) {
  liveness_->ready();
  liveness_->says("active");
  liveness_->says("active");
  liveness_->says("staging");
  liveness_->stopping();
  liveness_->stopping();
  liveness_->says("active");
  EXPECT_EQ(told(),
            (Lines{"READY=1", "STATUS=active", "STATUS=staging", "STOPPING=1\nSTATUS=stopping"}));
}

}  // namespace
}  // namespace tandem::service
