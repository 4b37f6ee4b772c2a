// SPDX-License-Identifier: Apache-2.0
#include "service/scheduler_files.h"

#include <filesystem>

#include <unistd.h>

#include <gtest/gtest.h>

#include "platform/file_lock.h"
#include "platform/files.h"

namespace tandem::service {
namespace {

class SchedulerFilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "tandem-scheduler-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    home_.emplace(home::Home::create(folder_ + "/home", {}, {}).value());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
  std::optional<home::Home> home_;
};

TEST_F(SchedulerFilesTest, SuspendedIsKept) {
  EXPECT_FALSE(readOwnSchedule(*home_).value().suspended);
  ASSERT_TRUE(writeOwnSchedule(*home_, {.suspended = true}).ok());
  EXPECT_TRUE(readOwnSchedule(*home_).value().suspended);
}

TEST_F(SchedulerFilesTest, AFileThatCannotBeReadIsAnErrorAndNotNo) {
  ASSERT_TRUE(platform::writeFileDurably(home_->resolve("scheduler.json"), "{\"susp", 0600).ok());
  const auto own = readOwnSchedule(*home_);
  ASSERT_FALSE(own.ok());
  EXPECT_NE(own.error().message().find("--suspended false"), std::string::npos);
}

TEST_F(SchedulerFilesTest, TheNextCycleSaysWhenItWasWritten) {
  EXPECT_FALSE(readNextCycle(*home_));
  const NextCycle next{.written_at = 100, .starts_at = 1900, .in_progress = false};
  ASSERT_TRUE(writeNextCycle(*home_, next).ok());
  EXPECT_EQ(readNextCycle(*home_), next);
  ASSERT_TRUE(
      writeNextCycle(*home_, {.written_at = 200, .starts_at = {}, .in_progress = true}).ok());
  EXPECT_EQ(readNextCycle(*home_)->starts_at, std::nullopt);
}

TEST_F(SchedulerFilesTest, WhoHoldsTheLockServes) {
  EXPECT_FALSE(isServing(*home_));
  const auto lock = platform::FileLock::acquire(serveLockPath(home_->folder()));
  EXPECT_TRUE(isServing(*home_));
}

}  // namespace
}  // namespace tandem::service
