// SPDX-License-Identifier: Apache-2.0
//
// 'tandem status' over stores that a test has prepared: what an administrator must not overlook.
#include <functional>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/cli_scene.h"
#include "cli/pair_status.h"
#include "pair/pair_state.h"
#include "run/server.h"
#include "store/store.h"

namespace tandem::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::int64_t kNow = 1700000000;  // of CliScene
constexpr std::int64_t kDay = 86400;

class Status : public CliScene {
 protected:
  void SetUp() override {
    CliScene::SetUp();
    ASSERT_EQ(run({"init", "--demo", "--people", "20"}), 0) << err_;
  }

  void prepare(const std::function<void(store::Store&)>& change) {
    const auto home = home::Home::open(this->home(), {});
    ASSERT_TRUE(home.ok());
    auto store = store::Store::open(home.value().databasePath());
    ASSERT_TRUE(store.ok()) << store.error().message();
    change(*store.value());
    ASSERT_TRUE(store.value()->database().takeError().ok());
  }

  static pair::PairState staging(std::int64_t days) {
    pair::PairState state;
    state.since = kNow - days * kDay;
    state.reason = "as it was set up";
    return state;
  }

  static void put(store::Store& store, const pair::PairState& state) {
    ASSERT_TRUE(pair::writePairState(store, state).ok());
  }

  static void see(store::Store& store, const pair::WitnessRecord& record) {
    store.setSetting("witness_seen", pair::encodeRecord(record));
    store.setSetting("witness_seen_at", std::to_string(kNow - 60));
  }

  std::string status() {
    EXPECT_EQ(run({"status"}), 0) << err_;
    return out_;
  }
  nlohmann::json statusJson() {
    EXPECT_EQ(run({"status", "--json"}), 0) << err_;
    return json();
  }
};

TEST_F(Status, RoleHasItsReasonAndItsTime) {
  prepare([](store::Store& store) { put(store, staging(3)); });
  const std::string text = status();
  EXPECT_THAT(text, HasSubstr("staging (exports nothing)"));
  EXPECT_THAT(text, HasSubstr("for 3 days: as it was set up"));
  EXPECT_THAT(text, Not(HasSubstr("decommission")));
  EXPECT_EQ(statusJson()["daysInRole"], 3);
  EXPECT_EQ(json()["reason"], "as it was set up");
}

TEST_F(Status, ALongReasonFitsTheTerminal) {
  prepare([](store::Store& store) {
    pair::PairState state = staging(3);
    state.reason =
        "sync02.example.com:/var/lib/tandem is the active server now (epoch 2; this one had 1)";
    put(store, state);
  });
  width_ = 80;
  std::istringstream lines(status());
  bool goes_on = false;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80U) << line;
    goes_on = goes_on || line.starts_with("            ");
  }
  EXPECT_TRUE(goes_on) << out_;
}

TEST_F(Status, ThirtyDaysInStagingAreAProblem) {
  prepare([](store::Store& store) { put(store, staging(34)); });
  EXPECT_THAT(status(), HasSubstr("has been in staging for 34 days"));
  EXPECT_THAT(out_, HasSubstr("tandem decommission"));
}

TEST_F(Status, TheActiveServerIsNamedAndItsPolicyCompared) {
  prepare([](store::Store& store) {
    put(store, staging(1));
    pair::WitnessRecord record;
    record.epoch = 7;
    record.holder = "the-other";
    record.holder_name = "sync01:/var/lib/tandem";
    record.policy_digest = "0123";
    see(store, record);
  });
  EXPECT_THAT(status(), HasSubstr("sync01:/var/lib/tandem (epoch 7), asked 2023-11-14"));
  EXPECT_THAT(out_, HasSubstr("Problem: the policy differs from that of the active server"));
  EXPECT_EQ(statusJson()["policyDiffers"], true);
  EXPECT_EQ(json()["activeServer"]["epoch"], 7);
}

TEST_F(Status, ThePolicyOfTheActiveServerMayBeTheSame) {
  const auto policy = home::Home::open(home(), {}).value().usablePolicy();
  ASSERT_TRUE(policy.ok());
  prepare([&](store::Store& store) {
    put(store, staging(1));
    pair::WitnessRecord record;
    record.holder = "the-other";
    record.policy_digest = run::policyDigest(policy.value());
    see(store, record);
  });
  EXPECT_EQ(statusJson()["policyDiffers"], false);
}

TEST_F(Status, OnTheActiveServerThePolicyOfTheStandbyIsComparedToo) {
  const auto policy = home::Home::open(home(), {}).value().usablePolicy();
  ASSERT_TRUE(policy.ok());
  std::vector<pair::Standby> standbys{
      {"the-other", "sync02:/var/lib/tandem", run::policyDigest(policy.value())}};
  const auto know = [&] {
    prepare([&](store::Store& store) {
      store.setSetting("standbys_seen", pair::encodeStandbys(standbys));
    });
  };
  prepare([](store::Store& store) {
    pair::PairState state;
    for (const pair::Role role : {pair::Role::kActivating, pair::Role::kActive}) {
      state.role = role;
      put(store, state);
    }
    pair::WitnessRecord before;  // what it saw while it was in staging is history
    before.holder = "the-other";
    before.policy_digest = "0123";
    see(store, before);
  });
  know();
  EXPECT_EQ(statusJson()["policyDiffers"], false);
  EXPECT_TRUE(json()["activeServer"].is_null());
  EXPECT_EQ(json()["standbys"][0]["name"], "sync02:/var/lib/tandem");
  standbys[0].policy_digest = "0123";
  know();
  EXPECT_THAT(status(),
              HasSubstr("Problem: the policy differs from that of sync02:/var/lib/tandem"));
  EXPECT_EQ(statusJson()["policyDiffers"], true);
}

TEST_F(Status, TwentyNineDaysInStagingAreNone) {
  prepare([](store::Store& store) { put(store, staging(29)); });
  EXPECT_THAT(status(), Not(HasSubstr("has been in staging")));
  EXPECT_EQ(statusJson()["daysInRole"], 29);
  prepare([](store::Store& store) {
    pair::PairState state = staging(30);
    put(store, state);
  });
  EXPECT_THAT(status(), HasSubstr("has been in staging for 30 days"));
}

TEST_F(Status, ARunThatFailedIsAProblemWithItsMessageUntilTheNextOneIsNone) {
  const auto end = [&](const char* profile, const char* result, const char* message) {
    prepare([&](store::Store& store) {
      const auto corp = store.names().connector("corp.example.com");
      store::RunRow row;
      row.connector = corp;
      row.profile = profile;
      store.history().endRun(store.history().startRun(row), kNow, result, message);
      store.names().save();
    });
  };
  prepare([](store::Store& store) { put(store, staging(1)); });
  end("Delta Import", "no-start-connection", "dc01 refused the connection");
  end("Delta Synchronization", "success", "");
  EXPECT_THAT(status(), HasSubstr("corp.example.com: Delta Import: no-start-connection"));
  EXPECT_THAT(out_, HasSubstr("refused the connection"));
  end("Full Import", "success", "");
  EXPECT_THAT(status(), Not(HasSubstr("refused the connection")));
  end("Export", "stopped-connectivity", "no member of etcd answers");
  // In staging an export of earlier days is nobody's problem.
  EXPECT_THAT(status(), Not(HasSubstr("no member of etcd answers")));
  prepare([](store::Store& store) {
    pair::PairState state;
    for (const pair::Role role : {pair::Role::kActivating, pair::Role::kActive}) {
      state.role = role;
      put(store, state);
    }
  });
  EXPECT_THAT(status(), HasSubstr("Export: stopped-connectivity: no member of etcd answers"));
}

TEST_F(Status, NobodyActiveIsAProblem) {
  prepare([](store::Store& store) {
    put(store, staging(1));
    see(store, {});
  });
  EXPECT_THAT(status(), HasSubstr("no server was active"));
}

TEST_F(Status, ASwapInProgressSaysHowToGoOn) {
  pair::SwapMark mark;
  mark.id = "s1";
  mark.partner_name = "sync02";
  mark.step = pair::SwapStep::kSettled;
  mark.started_at = kNow - 100;
  prepare([&](store::Store& store) {
    put(store, staging(1));
    ASSERT_TRUE(pair::writeSwapMark(store, mark).ok());
  });
  EXPECT_THAT(status(), HasSubstr("a swap with sync02 is in progress"));
  EXPECT_THAT(out_, HasSubstr("tandem swap --back"));
  EXPECT_EQ(statusJson()["swap"]["step"], pair::toString(mark.step));
  mark.step = pair::SwapStep::kEnded;
  prepare([&](store::Store& store) { ASSERT_TRUE(pair::writeSwapMark(store, mark).ok()); });
  EXPECT_TRUE(statusJson()["swap"].is_null());
}

TEST_F(Status, ARestoredServerNeedsAnInitialCycle) {
  prepare([](store::Store& store) {
    pair::PairState state = staging(1);
    state.needs_full_import = true;
    put(store, state);
  });
  EXPECT_THAT(status(), HasSubstr("tandem cycle initial"));
  EXPECT_EQ(statusJson()["needsFullImport"], true);
}

TEST_F(Status, ARetiredServerNeedsNothingAnyMore) {
  prepare([](store::Store& store) {
    pair::PairState state = staging(40);
    state.is_retired = true;
    put(store, state);
  });
  EXPECT_THAT(status(), HasSubstr("staging, retired"));
  EXPECT_THAT(out_, Not(HasSubstr("secret set")));
  EXPECT_EQ(statusJson()["problems"].size(), 1U);
}

TEST_F(Status, ErrorsOfTheLastRunAreGroupedByTheirCause) {
  prepare([](store::Store& store) {
    put(store, staging(1));
    const auto corp = store.names().connector("corp.example.com");
    for (const char* profile : {"Export", "Export", "Delta Import"}) {
      store::RunRow row;
      row.connector = corp;
      row.profile = profile;
      const std::int64_t run = store.history().startRun(row);
      for (int object = 1; object <= 312 && row.profile == "Export"; ++object) {
        store.history().addError(run,
                                 1,
                                 {directory::ConnectorObjectId(object),
                                  "CN={1}",
                                  "permission-issue",
                                  "Authorization_RequestDenied",
                                  "the app may not write users: grant User.ReadWrite.All"});
      }
      store.history().endRun(run, kNow, "completed-export-errors", "");
    }
    store.names().save();
  });
  ASSERT_EQ(statusJson()["errorCauses"].size(), 1U);
  EXPECT_EQ(json()["errorCauses"][0]["objects"], 312);
  status();
  EXPECT_THAT(out_, HasSubstr("Problem: 312 objects of corp.example.com: permission-issue"));
  EXPECT_THAT(out_, HasSubstr("User.ReadWrite.All"));
}

}  // namespace
}  // namespace tandem::cli
