// SPDX-License-Identifier: Apache-2.0
#include "sync/full_synchronizer.h"

#include <filesystem>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/engine_for_test.h"

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
