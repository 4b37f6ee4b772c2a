// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/import_queue.h"
#include "run/result_text.h"
#include "run/runner.h"

namespace tandem::run {
namespace {

using policy::RunStep;

TEST(ImportQueue, HandsBatchesOverInOrderWhileTheReaderWaits) {
  ImportQueue queue([] { return false; });
  std::thread reader([&] {
    for (int i = 0; i < 50; ++i) {
      std::vector<connectors::ImportItem> items(1);
      items[0].dn = std::to_string(i);
      ASSERT_TRUE(queue.take(items, std::nullopt).ok());
      EXPECT_TRUE(items.empty());
    }
    queue.close();
  });
  int expected = 0;
  while (auto batch = queue.next()) {
    ASSERT_EQ(batch->items.size(), 1u);
    EXPECT_EQ(batch->items[0].dn, std::to_string(expected++));
    queue.recycle(std::move(batch->items));
  }
  reader.join();
  EXPECT_EQ(expected, 50);
}

TEST(ImportQueue, LargeEntriesDoNotPileUp) {
  ImportQueue queue([] { return false; });
  constexpr std::size_t kLarge = 30 * 1024 * 1024;
  std::atomic<int> taken = 0;
  std::thread reader([&] {
    for (int i = 0; i < 5; ++i) {
      std::vector<connectors::ImportItem> items(1);
      items[0].image.assign(kLarge, 'x');
      ASSERT_TRUE(queue.take(items, std::nullopt).ok());
      ++taken;
    }
    queue.close();
  });
  int received = 0;
  while (queue.next()) {
    ++received;
    EXPECT_LE(taken, received + 1);  // one alone exceeds the bound; it is taken all the same
  }
  reader.join();
  EXPECT_EQ(received, 5);
}

TEST(ImportQueue, AFailureOfTheStoreEndsTheReading) {
  ImportQueue queue([] { return false; });
  Result<void> end;
  std::thread reader([&] {
    std::vector<connectors::ImportItem> items(1);
    while (end.ok()) {
      items.resize(1);
      end = queue.take(items, std::nullopt);
    }
    queue.close();
  });
  ASSERT_TRUE(queue.next());
  queue.fail(Error(ErrorCode::kStorageFull, "full"));
  while (queue.next()) {
  }
  reader.join();
  EXPECT_EQ(end.error().code(), ErrorCode::kStorageFull);
}

TEST(ResultText, SaysItInTheWordsOfTheOperationsTab) {
  const Error password(ErrorCode::kUnauthenticated, "");
  EXPECT_EQ(resultFor(password, RunStep::kFullImport, false), "no-start-credentials");
  const Error down(ErrorCode::kUnavailable, "");
  EXPECT_EQ(resultFor(down, RunStep::kFullImport, false), "no-start-connection");
  EXPECT_EQ(resultFor(down, RunStep::kFullImport, true), "stopped-connectivity");
  const Error guard(ErrorCode::kStoppedByGuard, "");
  EXPECT_EQ(resultFor(guard, RunStep::kExport, false), "stopped-deletion-threshold-exceeded");
  EXPECT_EQ(exitCodeFor("stopped-deletion-threshold-exceeded"), 3);
  EXPECT_EQ(exitCodeFor("no-start-connection"), 1);
  EXPECT_EQ(exitCodeFor("completed-export-errors"), 0);
  EXPECT_TRUE(isWorse("completed-sync-errors", "success"));
}

// A home with a folder of LDIF and a tenant that is not there.
class ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    folder = std::filesystem::temp_directory_path() / ("tandem_run_" + std::to_string(getpid()));
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder / "ldif");
    home::NewHome wanted;
    wanted.settings.initial_role = home::InitialRole::kActive;
    policy::ConnectorPolicy corp;
    corp.name = "corp";
    corp.id = "11111111-1111-1111-1111-111111111111";
    corp.kind = policy::ConnectorKind::kLdif;
    corp.ldif.folder = (folder / "ldif").string();
    policy::ConnectorPolicy entra;
    entra.name = "entra";
    entra.id = "22222222-2222-2222-2222-222222222222";
    entra.kind = policy::ConnectorKind::kEntra;
    entra.entra.tenant_id = "lab.onmicrosoft.test";
    entra.entra.client_id = "33333333-3333-3333-3333-333333333333";
    entra.entra.client_secret = "entra";
    entra.entra.authority = "https://localhost:1";
    entra.entra.graph = "https://localhost:1/v1.0";
    wanted.policy.connectors = {corp, entra};
    const auto created = home::Home::create((folder / "home").string(), wanted, {});
    ASSERT_TRUE(created.ok()) << created.error().message();
    auto secrets = created.value().secrets();
    ASSERT_TRUE(secrets.ok()) << secrets.error().message();
    ASSERT_TRUE(secrets.value().set("entra", platform::SecretText("not a secret")).ok());
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<Server> open() {
    const auto home = home::Home::open((folder / "home").string(), {});
    EXPECT_TRUE(home.ok());
    auto server = Server::open(home.value());
    EXPECT_TRUE(server.ok()) << server.error().message();
    return std::move(server).value();
  }

  void writePeople(int count) {
    std::ofstream out(folder / "ldif" / "people.ldif");
    out << "version: 1\n\ndn: DC=corp,DC=example\nobjectClass: domainDNS\n"
           "objectGUID:: AAAAAAAAAAAAAAAAAAAAAA==\n\n";
    for (int i = 0; i < count; ++i) {
      const std::string id = std::to_string(10 + i);
      out << "dn: CN=User " << id << ",DC=corp,DC=example\nobjectClass: user\ncn: User " << id
          << "\nobjectGUID:: AAAAAAAAAAAAAAAAAAAA" << id << "==\nsAMAccountName: u" << id
          << "\nuserAccountControl: 512\nuserPrincipalName: u" << id << "@corp.example\n\n";
    }
  }

  RunSummary run(Server& server, const char* connector, RunStep step) {
    const auto found = server.findConnector(connector);
    EXPECT_TRUE(found.ok());
    const auto summary = Runner(server).run(*found.value(), step, {});
    EXPECT_TRUE(summary.ok()) << summary.error().message();
    return summary.value();
  }

  std::filesystem::path folder;
};

TEST_F(ServerTest, ATenantThatIsNotThereIsSaidToBeSo) {
  writePeople(3);
  const auto server = open();
  const RunSummary summary = run(*server, "entra", RunStep::kFullImport);
  EXPECT_EQ(summary.result, "no-start-connection") << summary.message;
  EXPECT_EQ(summary.exitCode(), 1);
  EXPECT_EQ(server->store().history().run(summary.run)->result, "no-start-connection");
}

TEST_F(ServerTest, TheFirstRunNeedsTheTenantForItsRules) {
  writePeople(3);
  const auto server = open();
  const RunSummary first = run(*server, "corp", RunStep::kFullImport);
  EXPECT_EQ(first.result, "no-start-connection");  // rules need what the tenant says of itself
}

TEST_F(ServerTest, OneProcessWorksInAHomeAtATime) {
  const auto server = open();
  const auto home = home::Home::open((folder / "home").string(), {});
  const auto second = Server::open(home.value());
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message().find("lock"), std::string::npos) << second.error().message();
}

TEST_F(ServerTest, AnUnknownConnectorIsAnsweredWithTheNames) {
  const auto server = open();
  const auto found = server->findConnector("crop");
  ASSERT_FALSE(found.ok());
  EXPECT_NE(found.error().message().find("corp, entra"), std::string::npos);
  EXPECT_TRUE(server->findConnector("ENT").ok());
}

TEST_F(ServerTest, AReaderNeedsAStore) {
  const auto home = home::Home::open((folder / "home").string(), {});
  const auto reader = Server::openReader(home.value());
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace tandem::run
