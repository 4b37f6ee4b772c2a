// SPDX-License-Identifier: Apache-2.0
#include "sync/full_synchronizer.h"

#include <filesystem>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/engine_for_test.h"
#include "sync/hash_set.h"

namespace tandem::sync {
namespace {

constexpr int kPeople = 3000;  // some batches for each evaluating thread

class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              ("tandem_full_sync_" + std::to_string(getpid()))) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file() const { return (path_ / "tandem.db").string(); }

 private:
  std::filesystem::path path_;
};

std::vector<connectors::ImportItem> people(EngineForTest& engine, const std::string& title) {
  std::vector<connectors::ImportItem> items;
  std::vector<std::string> names;
  for (int i = 0; i < kPeople; ++i) {
    names.push_back("person" + std::to_string(i));
    std::map<std::string, std::string> attributes = {{"title", title + std::to_string(i % 7)}};
    if (i > 0) attributes["manager"] = names[static_cast<std::size_t>(i / 10)];
    if (i % 50 == 3) attributes["adminDescription"] = "hidden";
    items.push_back(engine.user(names.back(), attributes));
  }
  items.push_back(engine.group("everybody", names));
  return items;
}

TEST(FullSynchronizer, SeveralThreadsGiveWhatOneGives) {
  const Folder folder;
  EngineForTest several(folder.file());
  EngineForTest one;
  for (EngineForTest* engine : {&several, &one}) {
    engine->importFull(people(*engine, "first"));
    engine->synchronizeAll(engine->corp);
    engine->exportAll();
    engine->confirmAll();
    engine->synchronizeAll(engine->cloud);
    engine->importFull(people(*engine, "second"));
    engine->synchronizeAll(engine->corp);
  }
  EXPECT_EQ(several.counters, one.counters);
  EXPECT_EQ(several.exportAll(), one.exportAll());
  EXPECT_EQ(several.cloudMembers("everybody"), one.cloudMembers("everybody"));
  EXPECT_TRUE(several.problems.empty());
  several.confirmAll();
  several.synchronizeAll(several.corp);
  several.synchronizeAll(several.cloud);
  EXPECT_TRUE(several.exportAll().empty());
}

// People of whom every other one is let in later and some have gone: ids of the metaverse and of
// the cloud do not rise with those of corp, and have gaps.
void shuffleIds(EngineForTest& engine) {
  std::vector<connectors::ImportItem> first = people(engine, "first");
  for (int i = 1; i < kPeople; i += 2) {
    const std::size_t at = static_cast<std::size_t>(i);
    first[at] = engine.user("person" + std::to_string(i), {{"adminDescription", "hidden"}});
  }
  engine.importFull(std::move(first));
  engine.synchronizeAll(engine.corp);
  engine.importFull(people(engine, "first"));
  engine.synchronizeAll(engine.corp);
  std::vector<connectors::ImportItem> gone;
  for (int i = 0; i < kPeople; i += 11)
    gone.push_back(EngineForTest::deletion("person" + std::to_string(i)));
  engine.importDelta(std::move(gone));
  engine.synchronize(engine.corp);
  engine.exportAll();
  engine.confirmAll();
  engine.synchronizeAll(engine.cloud);
}

std::int64_t rowsWritten(EngineForTest& engine) {
  return *engine.store->database().queryInteger("SELECT total_changes()");
}

TEST(FullSynchronizer, IdsInAnyOrderAndWithGapsGiveTheSame) {
  const Folder folder;
  EngineForTest several(folder.file());
  EngineForTest one;
  for (EngineForTest* engine : {&several, &one}) {
    shuffleIds(*engine);
    engine->exportAll();
    engine->confirmAll();
    engine->counters.clear();
    for (const ConnectorId connector : {engine->corp, engine->cloud}) {
      const std::int64_t before = rowsWritten(*engine);
      engine->synchronizeAll(connector);
      // The mark of a run that is not finished, and for a disconnector its keys and queue.
      constexpr std::int64_t kHidden = kPeople / 50;
      EXPECT_LE(rowsWritten(*engine) - before, 2 + 6 * kHidden);
    }
    EXPECT_GT(engine->counter("connector-no-flow"), kPeople);
    EXPECT_TRUE(engine->exportAll().empty());
  }
  EXPECT_EQ(several.counters, one.counters);
  EXPECT_TRUE(several.problems.empty());
}

TEST(FullSynchronizer, AWantedImageThatIsMissingIsMadeAgain) {
  const Folder folder;
  EngineForTest engine(folder.file());
  shuffleIds(engine);
  std::vector<ConnectorObjectId> lost;
  for (std::int64_t id = engine.store->space().maxId(); lost.size() < 40; id -= 17) {
    const ConnectorObjectId object(id);
    if (engine.store->exports().wanted(object)) lost.push_back(object);
  }
  std::vector<store::WantedRow> before;
  for (const ConnectorObjectId object : lost) {
    before.push_back(*engine.store->exports().wanted(object));
    engine.store->exports().removeWanted(object);
  }
  engine.synchronizeAll(engine.corp);
  for (std::size_t i = 0; i < lost.size(); ++i) {
    const auto after = engine.store->exports().wanted(lost[i]);
    ASSERT_TRUE(after.has_value());
    EXPECT_EQ(after->image, before[i].image);
    EXPECT_EQ(after->lineage, before[i].lineage);
  }
  EXPECT_TRUE(engine.exportAll().empty());
}

TEST(FullSynchronizer, ChangesAmongMuchThatStaysAreFound) {
  const Folder folder;
  EngineForTest several(folder.file());
  EngineForTest one;
  for (EngineForTest* engine : {&several, &one}) {
    shuffleIds(*engine);
    engine->exportAll();
    engine->confirmAll();
    std::vector<connectors::ImportItem> changed = people(*engine, "first");
    std::erase_if(changed, [](const connectors::ImportItem& item) {
      return item.anchor == "anchor-person1" || item.anchor == "anchor-person2500";
    });
    for (int i = 5; i < kPeople; i += 400) {
      changed[static_cast<std::size_t>(i)] = engine->user(
          "person" + std::to_string(i + 1), {{"title", "changed"}, {"manager", "person2"}});
    }
    engine->importFull(std::move(changed));
    engine->synchronizeAll(engine->corp);
  }
  EXPECT_EQ(several.counters, one.counters);
  const std::vector<std::string> sent = several.exportAll();
  EXPECT_EQ(sent, one.exportAll());
  EXPECT_THAT(sent, testing::Contains("delete person2500"));
  EXPECT_THAT(sent, testing::Contains("update person6"));
  EXPECT_EQ(several.cloudValue("person6", "title"), "changed");
  EXPECT_EQ(several.cloudMembers("everybody"), one.cloudMembers("everybody"));
  several.confirmAll();
  several.synchronizeAll(several.corp);
  several.synchronizeAll(several.cloud);
  EXPECT_TRUE(several.exportAll().empty());
}

TEST(HashSet, HoldsWhatWasPutIn) {
  HashSet set;
  EXPECT_FALSE(set.contains(0));
  for (std::uint64_t i = 0; i < 50'000; i += 2)
    set.insert(i * i);
  set.insert(4);
  EXPECT_TRUE(set.contains(0));
  for (std::uint64_t i = 2; i < 50'000; i += 2) {
    ASSERT_TRUE(set.contains(i * i));
    ASSERT_FALSE(set.contains(i * i + 1));
  }
}

TEST(FullSynchronizer, OneThatWasCancelledIsKnownToBeUnfinished) {
  class Impatient : public EngineForTest {
   public:
    bool isCancelled() const override { return true; }
  };
  Impatient engine;
  engine.importFull(people(engine, "x"));
  const Result<void> ended = Synchronizer(engine.engine, engine).synchronizeAll(engine.corp);
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().code(), ErrorCode::kCancelled);
  EXPECT_TRUE(FullSynchronizer::isUnfinished(*engine.store, engine.corp));
}

}  // namespace
}  // namespace tandem::sync
