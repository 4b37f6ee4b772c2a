// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <filesystem>
#include <map>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/background_checkpoint.h"
#include "store/log_fold.h"
#include "store/ordered_rows.h"

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

TEST_F(StoreTest, ANumberIsNeverGivenTwice) {
  const auto add = [this](const char* dn) {
    return store->space().insert({ad, user, 0, dn, dn, "image", hash128("image")});
  };
  add("CN=a");
  const auto bert = add("CN=b");
  store->space().remove(bert);
  const auto carl = add("CN=c");
  EXPECT_GT(carl, bert);
  store->space().remove(carl);
  reopen();
  EXPECT_GT(add("CN=d"), carl);
  EXPECT_GT(add("CN=e"), carl);
}

TEST_F(StoreTest, TheLogIsFoldedWhileTheWriterGoesOn) {
  const auto size = [this] { return std::filesystem::file_size(folder / "tandem.db"); };
  const auto before = size();
  const std::string image(100'000, 'x');
  store->space().insert({ad, user, 0, "a", "CN=a", image, hash128(image)});
  EXPECT_EQ(size(), before);  // all of it is in the log
  {
    const LogFold folding(store->path());
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

TEST_F(StoreTest, AFileThatIsBeingMadeIsNotTakenForAnOldOne) {
  const std::string made = (folder / "new.db").string();
  const auto writer = std::move(Database::open(made, Database::Mode::kWriter)).value();
  const auto reader = Store::openReader(made);
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().code(), ErrorCode::kUnavailable);
  EXPECT_NE(reader.error().message().find("ask again"), std::string::npos);
}

std::map<std::string, std::string> schemaOf(Database& database) {
  std::map<std::string, std::string> schema;
  Statement all(database, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL");
  while (all.step())
    schema.emplace(all.text(0), all.text(1));
  return schema;
}

// Makes a store of an earlier format of a new one, by taking back what each migration adds.
constexpr const char* kUndoTo4 =
    "CREATE TABLE old AS SELECT object, connector, what FROM cs_pending_import;"
    "DROP TABLE cs_pending_import;"
    "ALTER TABLE old RENAME TO cs_pending_import;"
    "CREATE TABLE old AS SELECT object, connector, operation FROM cs_pending_export;"
    "DROP TABLE cs_pending_export;"
    "ALTER TABLE old RENAME TO cs_pending_export;"
    "CREATE TABLE old AS SELECT owner, attribute, target, added, state FROM export_reference;"
    "DROP TABLE export_reference;"
    "ALTER TABLE old RENAME TO export_reference;"
    "CREATE TABLE old AS SELECT object, operation, delta, exported_at FROM cs_unconfirmed;"
    "DROP TABLE cs_unconfirmed;"
    "ALTER TABLE old RENAME TO cs_unconfirmed;"
    "DROP TABLE change_time; PRAGMA user_version=4;";
constexpr const char* kUndoTo3 = "DROP INDEX export_journal_object; PRAGMA user_version=3;";
constexpr const char* kUndoTo2 =
    "DROP TABLE check_pending; DROP TABLE claimed_value; DROP TABLE attribute_finding;"
    "PRAGMA user_version=2;";
constexpr const char* kUndoTo1 = "DROP TABLE departure; PRAGMA user_version=1;";

TEST_F(StoreTest, AStoreOfAnEarlierFormatBecomesANewOne) {
  const std::map<std::string, std::string> newest = schemaOf(store->database());
  const auto person = store->space().insert({ad, user, 0, "a", "CN=a", "image", {}});
  store->space().addPendingImport(person, ad, PendingImport::kUpdate);
  for (const int format : {4, 3, 2, 1}) {
    ASSERT_TRUE(store->database().execute(kUndoTo4).ok());
    ASSERT_TRUE(store->database().execute(format <= 3 ? kUndoTo3 : "").ok());
    ASSERT_TRUE(store->database().execute(format <= 2 ? kUndoTo2 : "").ok());
    ASSERT_TRUE(store->database().execute(format == 1 ? kUndoTo1 : "").ok());
    ASSERT_LT(schemaOf(store->database()).size(), newest.size());
    reopen();
    EXPECT_EQ(schemaOf(store->database()), newest) << format;
    EXPECT_EQ(store->space().find(person)->image, "image");
    EXPECT_EQ(store->space().pendingImport(person), PendingImport::kUpdate);
  }
}

TEST_F(StoreTest, AReaderRefusesAnEarlierFormatAndSaysWhatToDo) {
  ASSERT_TRUE(store->database().execute(kUndoTo2).ok());
  const auto reader = Store::openReader((folder / "tandem.db").string());
  ASSERT_FALSE(reader.ok());
  EXPECT_NE(reader.error().message().find("tandem serve"), std::string::npos);
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

// 'why' asks this of a journal that may hold years.
TEST_F(StoreTest, TheJournalOfOneObjectIsLookedUpAndNotScanned) {
  auto& exports = store->exports();
  for (std::int64_t id = 1; id <= 3; ++id)
    exports.journalIntent(1, ConnectorObjectId(id), PendingOperation::kAdd, 1, 100, "");
  exports.journalIntent(2, ConnectorObjectId(2), PendingOperation::kUpdate, 1, 200, "");
  const std::vector<JournalRow> rows = exports.journalOf(ConnectorObjectId(2), 10);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.front().run, 2);
  Statement plan(store->database(),
                 "EXPLAIN QUERY PLAN SELECT id, outcome FROM export_journal WHERE object = 2 "
                 "ORDER BY id DESC LIMIT 10");
  ASSERT_TRUE(plan.step());
  EXPECT_THAT(std::string(plan.text(3)), testing::HasSubstr("INDEX export_journal_object"));
  EXPECT_FALSE(plan.step());
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

TEST_F(StoreTest, RowsInAnyOrderAreThoseThatALookUpFinds) {
  auto& metaverse = store->metaverse();
  for (int i = 1; i <= 60; ++i)
    metaverse.insert(user, "record " + std::to_string(i), "lineage");
  for (const int gone : {1, 7, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 40, 60})
    metaverse.remove(MetaverseObjectId(gone));
  OrderedMetaverse rows(store->database());
  const auto check = [&](std::int64_t id) {
    const auto row = metaverse.find(MetaverseObjectId(id));
    const auto found = rows.find(MetaverseObjectId(id));
    ASSERT_EQ(found.has_value(), row.has_value()) << id;
    if (!row) return;
    EXPECT_EQ(found->record, row->record);
    EXPECT_EQ(found->lineage, row->lineage);
    EXPECT_EQ(found->type, row->type);
  };
  for (std::int64_t id = 0; id <= 65; ++id)
    check(id);  // one after the other, over what is gone and behind the end
  for (std::int64_t id = 65; id >= 0; --id)
    check(id);
  for (const std::int64_t id : {5, 5, 8, 6, 7, 7, 19, 24, 22, 29, 30, 59, 60, 61, 2, 58})
    check(id);
  for (std::int64_t start = 0; start < 50; start += 9) {  // two runs that take turns
    check(start);
    check(60 - start);
    check(start + 1);
  }
}

TEST_F(StoreTest, ClosedRowsSeeWhatWasCommittedSince) {
  const auto wanted = [](OrderedWanted& rows, ConnectorObjectId id) {
    const auto row = rows.find(id);
    return row ? std::string(row->image) : "none";
  };
  const auto first = store->space().insert({ad, user, 0, "a", "CN=a", "i", {}});
  const auto second = store->space().insert({ad, user, 0, "b", "CN=b", "i", {}});
  store->exports().setWanted(first, "one", "");
  auto reader = std::move(Store::openReader(store->path())).value();
  OrderedWanted rows(reader->database());
  EXPECT_EQ(wanted(rows, first), "one");
  EXPECT_EQ(wanted(rows, second), "none");
  store->exports().setWanted(second, "two", "");
  EXPECT_EQ(wanted(rows, first), "one");
  rows.close();
  EXPECT_EQ(wanted(rows, second), "two");
  OrderedObjects objects(reader->database());
  EXPECT_EQ(objects.find(second)->dn, "CN=b");
  EXPECT_EQ(objects.find(ConnectorObjectId(second.raw() + 1)), std::nullopt);
}

TEST_F(StoreTest, WhatIsWrittenWhileTheLogIsFoldedInTheBackgroundStays) {
  {
    auto checkpoint = std::move(BackgroundCheckpoint::start(*store)).value();
    for (int round = 0; round < 20; ++round) {
      Transaction transaction = std::move(Transaction::begin(store->database())).value();
      for (int i = 0; i < 50; ++i)
        store->metaverse().insert(user, std::string(5000, 'r'), "lineage");
      ASSERT_TRUE(transaction.commit().ok());
      ASSERT_TRUE(checkpoint->committed().ok());
    }
    ASSERT_TRUE(checkpoint->end().ok());
  }
  ASSERT_TRUE(store->checkpoint().ok());
  EXPECT_EQ(std::filesystem::file_size(store->path() + "-wal"), 0u);
  reopen();
  EXPECT_EQ(store->metaverse().count(), 1000);
  EXPECT_EQ(store->metaverse().find(MetaverseObjectId(1000))->record, std::string(5000, 'r'));
  EXPECT_FALSE(store->metaverse().hasFewerThan(1000));
  EXPECT_TRUE(store->metaverse().hasFewerThan(1001));
}

TEST(BackgroundCheckpoint, AStoreInMemoryHasNoLogToFold) {
  auto store = std::move(Store::open(":memory:")).value();
  auto checkpoint = std::move(BackgroundCheckpoint::start(*store)).value();
  EXPECT_TRUE(checkpoint->committed().ok());
  EXPECT_TRUE(checkpoint->end().ok());
}

}  // namespace
}  // namespace tandem::store
