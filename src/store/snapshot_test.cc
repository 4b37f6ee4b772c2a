// SPDX-License-Identifier: Apache-2.0
#include "store/snapshot.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <unistd.h>

#include <gtest/gtest.h>

namespace tandem::store {
namespace {

class SnapshotTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "tandem-snapshot-XXXXXX";
    folder = ::mkdtemp(pattern.data());
    path = folder + "/tandem.db";
    store = Store::open(path).value();
  }
  void TearDown() override {
    store.reset();
    std::filesystem::remove_all(folder);
  }
  std::string bytesOf(const std::string& file) const {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  }
  ConnectorObjectId add(Store& to, const std::string& name) const {
    return to.space().insert({ad, user, 0, name, "CN=" + name, name, hash128(name)});
  }

  std::string folder, path;
  std::unique_ptr<Store> store;
  ConnectorId ad{1};
  ObjectTypeId user{1};
};

TEST_F(SnapshotTest, ACopyIsChangedAndTheStoreNeverHearsOfIt) {
  const auto anna = add(*store, "anna");
  ASSERT_TRUE(store->checkpoint().ok());
  const auto bert = add(*store, "bert");  // in the log alone
  const std::string file = bytesOf(path);
  const std::string log = bytesOf(path + "-wal");
  {
    const auto snapshot = Snapshot::take(path).value();
    const auto copy = snapshot->copy().value();
    EXPECT_EQ(copy->space().find(bert)->image, "bert");
    copy->space().remove(anna);
    for (int i = 0; i < 5000; ++i)
      add(*copy, "new" + std::to_string(i));
    EXPECT_FALSE(copy->space().find(anna));
    EXPECT_EQ(copy->space().count(ad), 5001);
    ASSERT_TRUE(copy->database().takeError().ok());
    EXPECT_EQ(store->space().count(ad), 2);
    EXPECT_EQ(snapshot->copy().value()->space().count(ad), 2);  // each begins alike
  }
  EXPECT_EQ(bytesOf(path), file);
  EXPECT_EQ(bytesOf(path + "-wal"), log);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    files += entry.path().filename().string().starts_with("tandem.db") ? 0U : 1U;
  EXPECT_EQ(files, 0U);
}

TEST_F(SnapshotTest, ACopyRollsBack) {
  const auto copy_of = Snapshot::take(path).value();
  const auto copy = copy_of->copy().value();
  {
    const auto transaction = Transaction::begin(copy->database()).value();
    add(*copy, "anna");
  }
  EXPECT_EQ(copy->space().count(ad), 0);
}

TEST_F(SnapshotTest, TheWriterGoesOnAndTheCopyStaysAsItWas) {
  add(*store, "anna");
  const auto snapshot = Snapshot::take(path).value();
  add(*store, "bert");
  static_cast<void>(store->database().execute("PRAGMA wal_checkpoint(PASSIVE)").ok());
  {
    auto transaction = Transaction::begin(store->database()).value();
    for (int i = 0; i < 3000; ++i)
      add(*store, "new" + std::to_string(i));
    ASSERT_TRUE(transaction.commit().ok());
  }
  const auto copy = snapshot->copy().value();
  EXPECT_EQ(copy->space().count(ad), 1);
}

TEST_F(SnapshotTest, AStoreThatNobodyHasOpenIsCopiedToo) {
  add(*store, "anna");
  store.reset();
  ASSERT_FALSE(std::filesystem::exists(path + "-wal"));
  EXPECT_EQ(Snapshot::take(path).value()->copy().value()->space().count(ad), 1);
}

// A writer that commits pairs, folds its log and starts it anew all the time: a copy holds whole
// commits alone, and a sound file.
TEST_F(SnapshotTest, CopiesAreWholeWhileAWriterWorks) {
  ASSERT_TRUE(store->database().execute("PRAGMA synchronous=OFF").ok());
  std::atomic<bool> stop = false;
  std::atomic<int> allowed = 30;  // so that the log does not outgrow the test
  std::thread writer([&] {
    for (int i = 0; !stop; ++i) {
      while (i >= allowed && !stop)
        std::this_thread::yield();
      auto transaction = Transaction::begin(store->database()).value();
      add(*store, "left" + std::to_string(i) + std::string(3000, 'x'));
      add(*store, "right" + std::to_string(i));
      store->setSetting("pairs", std::to_string(i + 1));
      ASSERT_TRUE(transaction.commit().ok());
      if (i % 7 == 0) {
        static_cast<void>(store->database().execute("PRAGMA wal_checkpoint(PASSIVE)").ok());
      }
    }
  });
  for (int i = 0; i < 40; ++i) {
    allowed += 30;
    const auto snapshot = Snapshot::take(path).value();
    const auto copy = snapshot->copy().value();
    const std::int64_t pairs = std::stoll(copy->setting("pairs").value_or("0"));
    EXPECT_EQ(copy->space().countAll(ad), pairs * 2);
    Statement check(copy->database(), "PRAGMA integrity_check");
    ASSERT_TRUE(check.step());
    EXPECT_EQ(check.text(0), "ok");
  }
  stop = true;
  writer.join();
}

}  // namespace
}  // namespace tandem::store
