// SPDX-License-Identifier: Apache-2.0
#include "platform/files.h"

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/file_lock.h"
#include "platform/locked_file.h"

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

// Otherwise 'sudo tandem …' would lock the service out of its own folder.
TEST_F(Files, WhatRootWritesBelongsToTheFoldersOwner) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root";
  constexpr uid_t kSomebody = 12345;
  ASSERT_EQ(::chown(folder_.c_str(), kSomebody, kSomebody), 0);
  ASSERT_TRUE(writeFileDurably(path("a"), "text", 0600).ok());
  ASSERT_TRUE(LockedFile::open(path("b"), 0600).ok());
  for (const char* const name : {"a", "b"}) {
    struct stat status {};
    ASSERT_EQ(::stat(path(name).c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, kSomebody) << name;
    EXPECT_EQ(status.st_gid, kSomebody) << name;
  }
}

TEST_F(Files, OneAtATimeHasALockedFile) {
  auto first = LockedFile::open(path("a"), 0600);
  ASSERT_TRUE(first.ok());
  std::atomic<bool> is_open{false};
  std::thread other([&] {
    auto second = LockedFile::open(path("a"), 0600);
    is_open = true;
    EXPECT_EQ(second.value().readAt(0, 100).value(), "one\n");
    EXPECT_TRUE(second.value().appendDurably("two\n").ok());
  });
  ASSERT_TRUE(first.value().appendDurably("one\n").ok());
  EXPECT_FALSE(is_open);
  first = Error(ErrorCode::kCancelled, "its turn is over");
  other.join();
  const auto read = LockedFile::openToRead(path("a"));
  EXPECT_EQ(read.value().size().value(), 8U);
  EXPECT_EQ(read.value().readAt(4, 100).value(), "two\n");
  EXPECT_EQ(LockedFile::openToRead(path("b")).error().code(), ErrorCode::kNotFound);
}

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
