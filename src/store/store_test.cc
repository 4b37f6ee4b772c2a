// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <filesystem>
#include <map>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/background_checkpoint.h"

namespace tandem::store {
namespace {

class StoreTest : public testing::Test {
 protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("tandem_store_" + std::to_string(getpid()));
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    reopen();
  }
  void TearDown() override {
    store.reset();
    std::filesystem::remove_all(folder);
  }
  void reopen() {
    store.reset();
    auto opened = Store::open((folder / "tandem.db").string());
    ASSERT_TRUE(opened.ok()) << opened.error().message();
    store = std::move(opened).value();
  }

  std::filesystem::path folder;
  std::unique_ptr<Store> store;
  ConnectorId ad{1};
  ObjectTypeId user{1};
};

TEST_F(StoreTest, ObjectsAreFoundByAnchorAndByAnySpellingOfTheirDn) {
  auto& space = store->space();
  const auto id =
      space.insert({ad, user, 0, "anchor-1", "CN=Jo\\, A,OU=x,DC=y", "image", hash128("image")});
  EXPECT_EQ(space.findByAnchor(ad, "anchor-1"), id);
  EXPECT_EQ(space.findByDn(ad, "cn=jo\\2c a,ou=X,dc=Y"), id);
  EXPECT_EQ(space.findByDn(ConnectorId(2), "CN=Jo\\, A,OU=x,DC=y"), std::nullopt);
  EXPECT_EQ(space.find(id)->image, "image");
  EXPECT_EQ(space.stateHash(id), hash128("image"));
}

TEST_F(StoreTest, AnchorsAndDnHashesOfOneConnectorAreScanned) {
  auto& space = store->space();
  const auto person = space.insert({ad, user, 0, "anchor-1", "CN=a", "image", hash128("image")});
  const auto placeholder = space.insert({ad, user, 0, {}, "CN=b", std::nullopt, {}});
  space.insert({ConnectorId(2), user, 0, "anchor-3", "CN=a", "image", hash128("other")});
  std::vector<ConnectorObjectId> anchored;
  space.scanAnchors(ad, [&](ConnectorObjectId id, std::string_view anchor, const Hash128& hash) {
    anchored.push_back(id);
    EXPECT_EQ(anchor, "anchor-1");
    EXPECT_EQ(hash, hash128("image"));
  });
  EXPECT_THAT(anchored, testing::ElementsAre(person));
  std::map<ConnectorObjectId, std::int64_t> hashes;
  space.scanDnHashes(ad, [&](ConnectorObjectId id, std::int64_t hash) { hashes[id] = hash; });
  EXPECT_THAT(hashes,
              testing::ElementsAre(testing::Pair(person, space.dnHash("CN=a")),
                                   testing::Pair(placeholder, space.dnHash("cn=B"))));
}

TEST_F(StoreTest, ABackgroundCheckpointFoldsTheLogWhileTheWriterGoesOn) {
  const auto size = [this] { return std::filesystem::file_size(folder / "tandem.db"); };
  const auto before = size();
  const std::string image(100'000, 'x');
  store->space().insert({ad, user, 0, "a", "CN=a", image, hash128(image)});
  EXPECT_EQ(size(), before);  // all of it is in the log
  {
    const BackgroundCheckpoint folding(store->path());
    store->space().insert({ad, user, 0, "b", "CN=b", image, hash128(image)});
  }
  ASSERT_TRUE(store->database().takeError().ok());
  EXPECT_GE(size(), before + image.size());
  reopen();
  EXPECT_EQ(store->space().findByAnchor(ad, "b"), store->space().findByDn(ad, "CN=b"));
  EXPECT_EQ(store->space().maxId(), 2);
}

TEST_F(StoreTest, AnUncommittedTransactionLeavesNothing) {
  {
    auto transaction = Transaction::begin(store->database());
    ASSERT_TRUE(transaction.ok());
    store->space().insert({ad, user, 0, "a", "CN=a", std::nullopt, {}});
  }
  EXPECT_EQ(store->space().maxId(), 0);
}

TEST_F(StoreTest, NamesKeepTheirNumbersOverARestart) {
  const auto mail = store->names().attributes().intern("mail");
  const auto rule = store->names().rule("{guid}", "In from AD");
  const auto connector = store->names().connector("corp.example.com");
  store->names().save();
  reopen();
  EXPECT_EQ(store->names().attributes().find("MAIL"), mail);
  EXPECT_EQ(store->names().ruleName(rule), "In from AD");
  EXPECT_EQ(store->names().connector("corp.example.com"), connector);
}

TEST_F(StoreTest, ABulkLoadThatWasKilledCostsOnlyItsIndexes) {
  ASSERT_TRUE(store->beginBulkLoad().ok());
  const auto id = store->space().insert({ad, user, 0, "a", "CN=a", "i", {}});
  reopen();
  EXPECT_EQ(store->space().findByAnchor(ad, "a"), id);
  EXPECT_GT(
      store->database().queryInteger("SELECT count(*) FROM sqlite_master WHERE name = 'link_mv'"),
      0);
}

TEST_F(StoreTest, AFullDiskIsSaidToBeOneAndKeepsNothingHalfDone) {
  ASSERT_TRUE(store->database().execute("PRAGMA max_page_count=60").ok());
  const std::string image(4000, 'x');
  auto transaction = Transaction::begin(store->database());
  ASSERT_TRUE(transaction.ok());
  for (int i = 0; i < 1000; ++i)
    store->space().insert({ad, user, 0, std::to_string(i), "CN=a", image, {}});
  const Result<void> committed = transaction.value().commit();
  ASSERT_FALSE(committed.ok());
  EXPECT_EQ(committed.error().code(), ErrorCode::kStorageFull);
  EXPECT_NE(committed.error().message().find("free space"), std::string::npos);
  store->database().rollback();
  EXPECT_EQ(store->space().maxId(), 0);
}

TEST_F(StoreTest, AFileOfANewerVersionIsRefused) {
  ASSERT_TRUE(store->database().execute("PRAGMA user_version=999").ok());
  store.reset();
  const auto opened = Store::open((folder / "tandem.db").string());
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.error().message().find("newer version"), std::string::npos);
}

TEST_F(StoreTest, RemovingAnObjectTakesEverythingThatHangsOnIt) {
  auto& space = store->space();
  const auto group = space.insert({ad, user, 0, "g", "CN=g", "i", {}});
  const auto member = space.insert({ad, user, 0, "m", "CN=m", "i", {}});
  EXPECT_TRUE(space.addReference(group, AttributeId(1), member));
  EXPECT_FALSE(space.addReference(group, AttributeId(1), member));
  store->exports().setPending(member, ad, PendingOperation::kDelete);
  space.remove(member);
  EXPECT_TRUE(space.targets(group, AttributeId(1)).empty());
  EXPECT_EQ(store->exports().countPending(ad).total(), 0);
}

TEST_F(StoreTest, JournalKnowsWhatWasSentAndNeverAnswered) {
  auto& exports = store->exports();
  const ConnectorObjectId id(7);
  const auto entry = exports.journalIntent(1, id, PendingOperation::kAdd, 1, 100, "");
  EXPECT_TRUE(exports.hasOpenIntent(id));
  exports.journalAnswer(entry, 101, "success");
  EXPECT_FALSE(exports.hasOpenIntent(id));
  EXPECT_EQ(exports.journalOf(id, 10).front().outcome, "success");
}

TEST_F(StoreTest, RunsAreNumberedPerConnectorAndInterruptedOnesAreClosed) {
  auto& history = store->history();
  RunRow run;
  run.connector = ad;
  run.profile = "Full Import";
  run.started_at = 100;
  history.startRun(run);
  const auto second = history.startRun(run);
  EXPECT_EQ(history.run(second)->number, 2);
  EXPECT_EQ(history.closeInterrupted(200), 2);
  EXPECT_EQ(history.run(second)->result, "stopped-server-down");
}

TEST_F(StoreTest, ErrorsCountTheirRepetitions) {
  auto& history = store->history();
  const auto id = store->space().insert({ad, user, 0, "a", "CN=a", "i", {}});
  ObjectError error;
  error.phase = ErrorPhase::kExport;
  error.type = "AttributeValueMustBeUnique";
  error.last_at = 100;
  history.setError(id, error);
  error.last_at = 200;
  history.setError(id, error);
  const auto errors = history.errorsOf(id);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].count, 2);
  EXPECT_EQ(errors[0].first_at, 100);
  EXPECT_EQ(history.errorCount(ad, ErrorPhase::kExport), 1);
}

}  // namespace
}  // namespace tandem::store
