// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include <gtest/gtest.h>

#include "compare/comparison.h"
#include "sync/engine_for_test.h"

namespace tandem::compare {

// A server over a store in a file, with the directories "corp" and "cloud" of EngineForTest.
class ServerForTest {
 public:
  // known_first: attributes that this server met before all others, so that its numbers differ.
  ServerForTest(const std::string& path, const std::vector<std::string>& known_first)
      : path_(withNames(path, known_first)), engine(path) {
    policy::ConnectorPolicy corp;
    corp.name = "corp";
    corp.id = "11111111-1111-1111-1111-111111111111";
    corp.kind = policy::ConnectorKind::kLdif;
    policy::ConnectorPolicy cloud;
    cloud.name = "cloud";
    cloud.id = "22222222-2222-2222-2222-222222222222";
    cloud.kind = policy::ConnectorKind::kEntra;
    policy.connectors = {corp, cloud};
    policy.standard_rules.include = false;
  }

  ServerAccess access() {
    return {[this]() -> Result<OpenedServer> {
              OpenedServer opened;
              opened.label = path_;
              opened.store = TRY(store::Store::openReader(path_));
              opened.policy = policy;
              opened.engine.connectors = engine.engine.connectors;
              return opened;
            },
            refresh};
  }

  void imported(directory::ConnectorId connector, std::int64_t at) {
    store::Transaction transaction =
        std::move(store::Transaction::begin(engine.store->database())).value();
    store::RunRow run;
    run.connector = connector;
    run.profile = "Delta Import";
    run.started_at = at;
    engine.store->history().endRun(engine.store->history().startRun(run), at, "success", "");
    ASSERT_TRUE(transaction.commit().ok());
  }

 private:
  static std::string withNames(const std::string& path, const std::vector<std::string>& names) {
    const auto store = std::move(store::Store::open(path)).value();
    auto transaction = std::move(store::Transaction::begin(store->database())).value();
    for (const std::string& name : names)
      store->names().attributes().intern(name);
    for (auto name = names.rbegin(); name != names.rend(); ++name)
      store->names().objectTypes().intern(*name);
    store->names().save();
    EXPECT_TRUE(transaction.commit().ok());
    return path;
  }

  std::string path_;

 public:
  sync::EngineForTest engine;
  policy::PolicyDocument policy;
  std::function<Result<void>()> refresh;
};

// Two servers that read the same people, in different orders.
class PairForTest : public ::testing::Test {
 protected:
  PairForTest()
      : folder_(std::filesystem::temp_directory_path() /
                ("tandem-compare-" + std::to_string(::getpid()) + "-" +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    here_ = std::make_unique<ServerForTest>(folder_ / "here.db", std::vector<std::string>());
    there_ = std::make_unique<ServerForTest>(
        folder_ / "there.db",
        std::vector<std::string>{"onlyHere", "title", "MANAGER", "cn", "group"});
  }
  ~PairForTest() override {
    here_.reset();
    there_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Both import and synchronize the same; the second in another order, with other numbers.
  void fillBoth() {
    fill(*here_, {"anna", "ben", "carla", "dora"});
    fill(*there_, {"dora", "carla", "ben", "anna"});
  }
  static void fill(ServerForTest& server, const std::vector<std::string>& names) {
    sync::EngineForTest& engine = server.engine;
    std::vector<connectors::ImportItem> items;
    items.push_back(engine.group("staff", {names[0], names[1], names[2]}));
    for (const std::string& name : names)
      items.push_back(person(engine, name));
    if (names[0] == "anna") std::swap(items.front(), items.back());
    // "staff" has the same members on both, whatever the order of names.
    for (connectors::ImportItem& item : items) {
      if (item.dn.find("staff") != std::string::npos)
        item = engine.group("staff", {"anna", "ben", "carla"});
    }
    engine.importFull(std::move(items));
    engine.synchronizeAll(engine.corp);
  }
  static connectors::ImportItem person(sync::EngineForTest& engine,
                                       const std::string& name,
                                       const std::string& title = "Engineer") {
    std::map<std::string, std::string> attributes{{"title", title}, {"displayName", "The " + name}};
    if (name != "anna") attributes["manager"] = "anna";
    return engine.user(name, attributes);
  }
  static void change(ServerForTest& server, connectors::ImportItem item) {
    std::vector<connectors::ImportItem> items;
    items.push_back(std::move(item));
    server.engine.importDelta(std::move(items));
    server.engine.synchronize(server.engine.corp);
  }

  Comparison compare(const CompareOptions& options = {}) {
    auto answerer = std::make_shared<Answerer>(there_->access());
    Comparer comparer(here_->access(),
                      [answerer](std::string_view request) { return answerer->answer(request); });
    Result<Comparison> comparison = comparer.compare(options);
    EXPECT_TRUE(comparison.ok()) << comparison.error().message();
    return comparison.ok() ? std::move(comparison).value() : Comparison();
  }
  static std::uint64_t differing(const Comparison& comparison,
                                 SpaceKind kind,
                                 const std::string& connector = "") {
    for (const SpaceResult& space : comparison.spaces) {
      if (space.kind == kind && space.connector == connector) return space.differing;
    }
    ADD_FAILURE() << "no such space";
    return 0;
  }
  static const FieldDifference* fieldOf(const ObjectDifference& object, const std::string& name) {
    for (const FieldDifference& field : object.fields) {
      if (field.name == name) return &field;
    }
    ADD_FAILURE() << object.name << " does not differ in " << name;
    return nullptr;
  }

  std::filesystem::path folder_;
  std::unique_ptr<ServerForTest> here_;
  std::unique_ptr<ServerForTest> there_;
};

}  // namespace tandem::compare
