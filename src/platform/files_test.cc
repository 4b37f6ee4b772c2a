// SPDX-License-Identifier: Apache-2.0
#include "platform/files.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/file_lock.h"

namespace tandem::platform {
namespace {

using ::testing::HasSubstr;

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "tandem-files-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  std::string folder_;
};

TEST_F(Files, WriteReplacesTheWholeFileWithTheMode) {
  ASSERT_TRUE(writeFileDurably(path("a"), "first and longer", 0644).ok());
  ASSERT_TRUE(writeFileDurably(path("a"), "second", 0600).ok());
  EXPECT_EQ(readFile(path("a"), 100).value(), "second");
  EXPECT_EQ(fileMode(path("a")).value(), 0600U);
}

TEST_F(Files, AFailedWriteLeavesNothingBehind) {
  std::filesystem::create_directory(path("target"));  // rename onto a folder fails
  ASSERT_FALSE(writeFileDurably(path("target"), "x", 0600).ok());
  int entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_))
    ++entries;
  EXPECT_EQ(entries, 1);
}

TEST_F(Files, ReadSaysWhatIsMissingOrTooLarge) {
  EXPECT_EQ(readFile(path("none"), 10).error().code(), ErrorCode::kNotFound);
  ASSERT_TRUE(writeFileDurably(path("big"), std::string(11, 'x'), 0600).ok());
  EXPECT_THAT(readFile(path("big"), 10).error().message(), HasSubstr("larger than 10 bytes"));
}

TEST_F(Files, AFullDiskIsNamedAsSuch) {
  const Error error = systemError(ENOSPC, "write", "/var/lib/tandem/policy.json");
  EXPECT_EQ(error.code(), ErrorCode::kUnavailable);
  EXPECT_THAT(error.message(), HasSubstr("the disk is full; free some space"));
  // /dev/full answers every write with ENOSPC: the real thing, without a full disk.
  std::ofstream full("/dev/full");
  full << "x" << std::flush;
  EXPECT_TRUE(full.fail());
}

TEST_F(Files, MakeFolderMakesParentsAndIsContentWithOneThatExists) {
  ASSERT_TRUE(makeFolder(path("x/y"), 0700).ok());
  ASSERT_TRUE(makeFolder(path("x/y"), 0700).ok());
  EXPECT_EQ(fileMode(path("x/y")).value(), 0700U);
  ASSERT_TRUE(writeFileDurably(path("file"), "", 0600).ok());
  EXPECT_EQ(makeFolder(path("file"), 0700).error().code(), ErrorCode::kConflict);
}

TEST_F(Files, LockRefusesASecondHolderAndNamesTheFirst) {
  const Result<FileLock> first = FileLock::acquire(path("lock"));
  ASSERT_TRUE(first.ok());
  const Result<FileLock> second = FileLock::acquire(path("lock"));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code(), ErrorCode::kConflict);
  EXPECT_THAT(second.error().message(), HasSubstr("process " + std::to_string(::getpid()) + " ("));
  EXPECT_THAT(second.error().message(), HasSubstr("platform_test"));
}

TEST_F(Files, LockEndsWithItsProcess) {
  const pid_t child = ::fork();
  if (child == 0) {
    const Result<FileLock> held = FileLock::acquire(path("lock"));
    ::_exit(held.ok() ? 0 : 1);  // no destructor runs: as after kill -9
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_TRUE(FileLock::acquire(path("lock")).ok());
}

TEST_F(Files, LookingAtALockDoesNotTakeIt) {
  EXPECT_FALSE(FileLock::isHeld(path("lock")));
  {
    const Result<FileLock> held = FileLock::acquire(path("lock"));
    EXPECT_TRUE(FileLock::isHeld(path("lock")));
  }
  EXPECT_FALSE(FileLock::isHeld(path("lock")));
}

TEST_F(Files, LockIsGivenBackWhenTheObjectGoes) {
  { ASSERT_TRUE(FileLock::acquire(path("lock")).ok()); }
  EXPECT_TRUE(FileLock::acquire(path("lock")).ok());
}

}  // namespace
}  // namespace tandem::platform
