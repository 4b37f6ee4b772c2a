// SPDX-License-Identifier: Apache-2.0
#include "access/audit_log.h"

#include <csignal>
#include <filesystem>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/files.h"

namespace tandem::access {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const platform::WallTime kNow{std::chrono::milliseconds{1'700'000'000'123}};

class AuditLogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "tandem-audit-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/audit.log";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  AuditEntry append(const std::string& act, const std::string& who = "ada") {
    AuditLog log(path_);
    auto entry = log.append({who, "password", "192.0.2.1", act, "on", "done"}, kNow);
    EXPECT_TRUE(entry.ok()) << entry.error().message();
    return std::move(entry).value();
  }
  std::string text() const { return platform::readFile(path_, 1 << 26).value(); }
  void write(const std::string& text) const {
    ASSERT_TRUE(platform::writeFileDurably(path_, text, 0600).ok());
  }
  AuditVerdict verdict() const { return verifyAuditLog(path_).value(); }

  std::string folder_, path_;
};

TEST_F(AuditLogTest, AnActIsOneLineWithTheHashOfTheOneBefore) {
  const AuditEntry first = append("policy.save");
  const AuditEntry second = append("staging.off");
  EXPECT_EQ(first.number, 1U);
  EXPECT_EQ(first.before, std::string(64, '0'));
  EXPECT_EQ(second.before, first.hash);
  EXPECT_THAT(
      text(),
      StartsWith("{\"n\":1,\"at\":\"2023-11-14T22:13:20.123Z\",\"who\":\"ada\",\"door\":"
                 "\"password\",\"from\":\"192.0.2.1\",\"act\":\"policy.save\",\"on\":\"on\","
                 "\"outcome\":\"done\",\"before\":\"0000"));
  const AuditVerdict all = verdict();
  EXPECT_EQ(all.lines, 2U);
  EXPECT_EQ(all.last_hash, second.hash);
  EXPECT_FALSE(all.problem);
  EXPECT_EQ(platform::fileMode(path_).value(), 0600U);
}

TEST_F(AuditLogTest, ALogThatIsNotThereHasNoLines) {
  EXPECT_EQ(verdict().lines, 0U);
  EXPECT_TRUE(readAuditPage(path_, std::nullopt, 10, {}).value().entries.empty());
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(AuditLogTest, EveryChangeIsFound) {
  for (int i = 0; i < 5; ++i)
    append("act." + std::to_string(i));
  const std::string good = text();
  for (std::size_t at = 0; at < good.size(); at += 7) {
    std::string changed = good;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    write(changed);
    const AuditVerdict found = verdict();
    // Only the end of the last line can pass for the remains of a power cut.
    EXPECT_TRUE(found.problem || found.lines < 5) << at;
  }
}

TEST_F(AuditLogTest, ALineThatIsTakenOutOrMovedIsFound) {
  for (int i = 0; i < 3; ++i)
    append("act." + std::to_string(i));
  const std::string good = text();
  const std::size_t second = good.find('\n') + 1;
  const std::size_t third = good.find('\n', second) + 1;
  write(good.substr(0, second) + good.substr(third));
  EXPECT_EQ(verdict().problem->line, 2U);
  EXPECT_THAT(verdict().problem->message, HasSubstr("number 2 was expected"));
  write(good.substr(0, second) + good.substr(third) + good.substr(second, third - second));
  EXPECT_EQ(verdict().problem->line, 2U);
  write(good.substr(second));
  EXPECT_EQ(verdict().problem->line, 1U);
  // Cut at its end: that is what the last hash is kept elsewhere for.
  write(good.substr(0, third));
  EXPECT_FALSE(verdict().problem);
  EXPECT_EQ(verdict().lines, 2U);
}

TEST_F(AuditLogTest, APowerCutAnywhereInALineIsCompletedAndSaid) {
  append("one");
  const std::string one = text();
  append("two");
  const std::string two = text();
  for (std::size_t cut = one.size() + 1; cut < two.size(); ++cut) {
    write(two.substr(0, cut));
    ASSERT_FALSE(verdict().problem) << cut;
    ASSERT_EQ(verdict().torn, 1U);
    const AuditEntry next = append("three");
    ASSERT_EQ(next.number, 2U);
    ASSERT_FALSE(next.torn.empty());
    const AuditVerdict found = verdict();
    ASSERT_FALSE(found.problem) << cut << found.problem->message;
    ASSERT_EQ(found.lines, 2U);
    ASSERT_EQ(found.torn, 1U);
    ASSERT_THAT(text(), StartsWith(two.substr(0, cut) + "\"torn\"\n"));
  }
}

TEST_F(AuditLogTest, SeveralPowerCutsInARowAreCompletedToo) {
  append("one");
  const std::string one = text();
  append("two");
  std::string torn = text().substr(0, one.size() + 40);
  for (int i = 0; i < 5; ++i) {
    write(torn);
    append("next");
    torn = text().substr(0, torn.size() + 47);  // in the middle of what was written now
  }
  write(torn);
  append("last");
  EXPECT_FALSE(verdict().problem);
  EXPECT_EQ(verdict().lines, 2U);
  EXPECT_EQ(verdict().torn, 6U);
}

TEST_F(AuditLogTest, TheFirstLineMayBeTornToo) {
  append("one");
  write(text().substr(0, 30));
  EXPECT_EQ(append("again").number, 1U);
  EXPECT_FALSE(verdict().problem);
}

TEST_F(AuditLogTest, WhatIsTornCannotBeChangedLater) {
  append("one");
  const std::string one = text();
  append("two");
  write(text().substr(0, one.size() + 50));
  append("three");
  std::string changed = text();
  changed[one.size() + 20] ^= 1;
  write(changed);
  EXPECT_THAT(verdict().problem->message, HasSubstr("\"torn\" does not fit"));
  changed = text();
  changed.erase(one.size(), changed.find('\n', one.size()) + 1 - one.size());
  write(changed);
  EXPECT_TRUE(verdict().problem);
}

TEST_F(AuditLogTest, BehindADamagedLineTheServiceGoesOnAndVerifyTells) {
  append("one");
  append("two");
  std::string changed = text();
  changed[changed.size() - 200] ^= 1;
  write(changed);
  append("three");
  EXPECT_EQ(verdict().problem->line, 2U);
}

TEST_F(AuditLogTest, AFileThatIsNoLogIsLeftAlone) {
  write("hello\n");
  AuditLog log(path_);
  EXPECT_EQ(log.append({}, kNow).error().code(), ErrorCode::kCorruption);
  EXPECT_EQ(text(), "hello\n");
  write(std::string(300'000, 'x') + "\n");
  EXPECT_FALSE(log.append({}, kNow).ok());
  EXPECT_TRUE(verdict().problem);
}

TEST_F(AuditLogTest, WhatSomebodySentCannotBreakALine) {
  AuditLog log(path_);
  const std::string hostile("a\nb\"},\x01\xff\x7f\0z", 12);
  AuditAct act{hostile, hostile, hostile, hostile, hostile, hostile};
  ASSERT_TRUE(log.append(act, kNow).ok());
  const std::string huge(100'000, '\x01');
  ASSERT_TRUE(log.append({huge, huge, huge, huge, huge, huge}, kNow).ok());
  std::string wide;
  for (int i = 0; i < 1000; ++i)
    wide += "ä€";
  const auto cut = log.append({"", "", "", "", wide, ""}, kNow);
  EXPECT_THAT(cut.value().on, ::testing::EndsWith("…"));
  EXPECT_FALSE(verdict().problem);
  EXPECT_EQ(verdict().lines, 3U);
  const auto page = readAuditPage(path_, std::nullopt, 10, {}).value();
  EXPECT_EQ(page.entries.size(), 3U);
}

TEST_F(AuditLogTest, PagesGoBackFromTheEnd) {
  for (int i = 1; i <= 1000; ++i)
    append(i % 10 == 0 ? "policy.save" : "cycle.run", i % 2 == 0 ? "ada" : "Bob");
  std::vector<std::uint64_t> numbers;
  std::optional<std::uint64_t> before;
  do {
    const AuditPage page = readAuditPage(path_, before, 77, {}).value();
    for (const AuditEntry& entry : page.entries)
      numbers.push_back(entry.number);
    before = page.before;
  } while (before);
  ASSERT_EQ(numbers.size(), 1000U);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    ASSERT_EQ(numbers[i], 1000 - i);

  const auto count = [&](const AuditFilter& filter) {
    return readAuditPage(path_, std::nullopt, 1000, filter).value().entries.size();
  };
  EXPECT_EQ(count({.who = "bob", .act = "", .text = ""}), 500U);
  EXPECT_EQ(count({.who = "", .act = "policy", .text = ""}), 100U);
  EXPECT_EQ(count({.who = "", .act = "policy.save", .text = ""}), 100U);
  EXPECT_EQ(count({.who = "", .act = "pol", .text = ""}), 0U);
  EXPECT_EQ(count({.who = "bob", .act = "policy", .text = ""}), 0U);
  EXPECT_EQ(count({.who = "", .act = "", .text = "POLICY"}), 100U);
}

TEST_F(AuditLogTest, PagesStandStillWhileActsGoOn) {
  for (int i = 1; i <= 20; ++i)
    append("a");
  const AuditPage first = readAuditPage(path_, std::nullopt, 5, {}).value();
  append("b");
  const AuditPage second = readAuditPage(path_, first.before, 5, {}).value();
  EXPECT_EQ(first.entries.back().number, 16U);
  EXPECT_EQ(second.entries.front().number, 15U);
  EXPECT_FALSE(readAuditPage(path_, *first.before + 1, 5, {}).ok());
  EXPECT_FALSE(readAuditPage(path_, 1U << 30U, 5, {}).ok());
}

TEST_F(AuditLogTest, ATornEndIsNoEntry) {
  append("one");
  append("two");
  write(text().substr(0, text().size() - 3));
  const AuditPage page = readAuditPage(path_, std::nullopt, 5, {}).value();
  ASSERT_EQ(page.entries.size(), 1U);
  EXPECT_EQ(page.entries[0].act, "one");
}

TEST_F(AuditLogTest, ThreadsAndProcessesTakeTurns) {
  constexpr int kEach = 40;
  const pid_t child = ::fork();
  if (child == 0) {
    AuditLog log(path_);
    for (int i = 0; i < kEach; ++i) {
      if (!log.append({"child", "", "", "a", "", ""}, kNow).ok()) ::_exit(1);
    }
    ::_exit(0);
  }
  AuditLog log(path_);
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i)
        EXPECT_TRUE(log.append({"thread", "", "", "a", "", ""}, kNow).ok());
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(verdict().problem);
  EXPECT_EQ(verdict().lines, 4U * kEach);
}

TEST_F(AuditLogTest, AFullDiskRefusesTheAct) {
  AuditLog log("/dev/full");
  EXPECT_FALSE(log.append({}, kNow).ok());
}

}  // namespace
}  // namespace tandem::access
