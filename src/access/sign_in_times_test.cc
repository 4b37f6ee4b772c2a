// SPDX-License-Identifier: Apache-2.0
#include "access/sign_in_times.h"

#include <filesystem>

#include <unistd.h>

#include <gtest/gtest.h>

#include "platform/files.h"

namespace tandem::access {
namespace {

class SignInTimesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "tandem-sign-ins-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    home_ = home::Home::create(folder_ + "/home", {}, {}).value();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
  std::optional<home::Home> home_;
};

TEST_F(SignInTimesTest, AreKeptWhateverTheCaseOfAName) {
  SignInTimes times = SignInTimes::read(*home_);
  EXPECT_EQ(times.of("ada"), 0);
  EXPECT_EQ(times.textOf("ada"), "");
  times.note("Ada", 1'700'000'000);
  ASSERT_TRUE(times.write(*home_).ok());
  EXPECT_EQ(SignInTimes::read(*home_).textOf("aDa"), "2023-11-14 22:13:20Z");
}

TEST_F(SignInTimesTest, AreNoReasonToFailWhenTheFileIsDamaged) {
  SignInTimes times;
  times.note("ada", 1);
  ASSERT_TRUE(times.write(*home_).ok());
  const std::string path = home_->stateFolder() + "/sign_ins.json";
  ASSERT_TRUE(platform::writeFileDurably(path, "{\"ada\": \"now\", \"bob\": 2, ", 0600).ok());
  EXPECT_EQ(SignInTimes::read(*home_).of("bob"), 0);
  ASSERT_TRUE(platform::writeFileDurably(path, "{\"ada\": \"now\", \"bob\": 2}", 0600).ok());
  EXPECT_EQ(SignInTimes::read(*home_).of("ada"), 0);
  EXPECT_EQ(SignInTimes::read(*home_).of("bob"), 2);
}

TEST_F(SignInTimesTest, ForgetTheOldestOfVeryMany) {
  SignInTimes times;
  for (std::size_t i = 0; i <= SignInTimes::kNamesMax; ++i)
    times.note("n" + std::to_string(i), static_cast<std::int64_t>(i + 1));
  EXPECT_EQ(times.of("n0"), 0);
  EXPECT_EQ(times.of("n1"), 2);
}

}  // namespace
}  // namespace tandem::access
