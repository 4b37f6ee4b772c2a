// SPDX-License-Identifier: Apache-2.0
#include "platform/sealed_secrets.h"

#include <filesystem>
#include <string>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/files.h"

namespace tandem::platform {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class Sealed : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "tandem-sealed-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    ASSERT_TRUE(SealingKey::create(key()).ok());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string key() const { return folder_ + "/secrets.key"; }
  std::string file() const { return folder_ + "/secrets.json"; }
  SealedSecrets open() const {
    return SealedSecrets::open(file(), SealingKey::load(key()).value()).value();
  }
  void replaceInFile(const std::string& from, const std::string& to) const {
    std::string text = readFile(file(), 100000).value();
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, from.size(), to);
    ASSERT_TRUE(writeFileDurably(file(), text, 0600).ok());
  }

  std::string folder_;
};

TEST_F(Sealed, ASecretComesBackAfterReopening) {
  ASSERT_TRUE(open().set("ad.password", SecretText("Pa55wörd!")).ok());
  ASSERT_TRUE(open().set("empty", SecretText("")).ok());
  const SealedSecrets again = open();
  EXPECT_EQ(again.get("ad.password").value().reveal(), "Pa55wörd!");
  EXPECT_EQ(again.get("empty").value().reveal(), "");
  EXPECT_THAT(again.names(), ElementsAre("ad.password", "empty"));
}

TEST_F(Sealed, TheFileHoldsNoPlainTextAndIsPrivate) {
  ASSERT_TRUE(open().set("n", SecretText("correct horse battery")).ok());
  EXPECT_THAT(readFile(file(), 100000).value(), Not(HasSubstr("correct")));
  EXPECT_EQ(fileMode(file()).value(), 0600U);
  EXPECT_EQ(fileMode(key()).value(), 0600U);
}

TEST_F(Sealed, SealingTwiceGivesDifferentBytes) {
  ASSERT_TRUE(open().set("n", SecretText("same")).ok());
  const std::string before = readFile(file(), 100000).value();
  ASSERT_TRUE(open().set("n", SecretText("same")).ok());
  EXPECT_NE(readFile(file(), 100000).value(), before);
}

TEST_F(Sealed, RemoveForgets) {
  ASSERT_TRUE(open().set("n", SecretText("v")).ok());
  ASSERT_TRUE(open().remove("n").ok());
  EXPECT_FALSE(open().has("n"));
  EXPECT_EQ(open().remove("n").error().code(), ErrorCode::kNotFound);
  EXPECT_THAT(open().get("n").error().message(), HasSubstr("tandem secret set n"));
}

TEST_F(Sealed, AWrongKeyIsToldFromADamagedFile) {
  ASSERT_TRUE(open().set("n", SecretText("v")).ok());
  const SealingKey other = SealingKey::create(folder_ + "/other.key").value();
  const auto opened = SealedSecrets::open(file(), SealingKey::load(folder_ + "/other.key").value());
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code(), ErrorCode::kUnauthenticated);
  EXPECT_THAT(opened.error().message(), HasSubstr(other.id()));
  EXPECT_THAT(opened.error().message(), HasSubstr("put the right key file in place"));
}

TEST_F(Sealed, AValueMovedToAnotherNameDoesNotUnseal) {
  ASSERT_TRUE(open().set("first", SecretText("v")).ok());
  replaceInFile("\"first\"", "\"other\"");
  const auto value = open().get("other");
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(value.error().code(), ErrorCode::kCorruption);
}

TEST_F(Sealed, AChangedValueDoesNotUnseal) {
  ASSERT_TRUE(open().set("n", SecretText("value")).ok());
  const std::string text = readFile(file(), 100000).value();
  const std::size_t at = text.find("\"n\": \"") + 8;
  const char other = text[at] == 'A' ? 'B' : 'A';
  std::string changed = text;
  changed[at] = other;
  ASSERT_TRUE(writeFileDurably(file(), changed, 0600).ok());
  EXPECT_EQ(open().get("n").error().code(), ErrorCode::kCorruption);
}

TEST_F(Sealed, OtherFilesAndNewerVersionsAreRefused) {
  ASSERT_TRUE(open().set("n", SecretText("v")).ok());
  replaceInFile("\"version\": 1", "\"version\": 2");
  auto opened = SealedSecrets::open(file(), SealingKey::load(key()).value());
  EXPECT_THAT(opened.error().message(), HasSubstr("format version 2"));
  ASSERT_TRUE(writeFileDurably(file(), "[1, 2", 0600).ok());
  opened = SealedSecrets::open(file(), SealingKey::load(key()).value());
  EXPECT_EQ(opened.error().code(), ErrorCode::kCorruption);
}

TEST_F(Sealed, AKeyThatOthersMayReadIsRefused) {
  std::filesystem::permissions(key(), std::filesystem::perms(0644));
  const auto loaded = SealingKey::load(key());
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message(), HasSubstr("chmod 600"));
}

TEST_F(Sealed, AKeyIsNeverReplaced) {
  EXPECT_EQ(SealingKey::create(key()).error().code(), ErrorCode::kConflict);
}

TEST_F(Sealed, NamesAreChecked) {
  EXPECT_FALSE(open().set("a b", SecretText("v")).ok());
  EXPECT_FALSE(open().set("", SecretText("v")).ok());
  EXPECT_FALSE(open().set(std::string(65, 'a'), SecretText("v")).ok());
}

TEST(SecretText, MovingEmptiesTheSource) {
  SecretText first("short");
  const SecretText second(std::move(first));
  EXPECT_TRUE(first.isEmpty());  // NOLINT: that is what is tested
  EXPECT_EQ(second.reveal(), "short");
}

}  // namespace
}  // namespace tandem::platform
