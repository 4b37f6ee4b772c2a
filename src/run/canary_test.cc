// SPDX-License-Identifier: Apache-2.0
#include "run/canary.h"

#include <filesystem>
#include <fstream>
#include <map>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/canary_mark.h"
#include "run/canary_removal.h"

namespace tandem::run {
namespace {

using directory::ConnectorObjectId;
using policy::RunStep;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kDn = "CN=tandem-canary-abc123,DC=corp,DC=example";

// A directory in memory, which does what the test says.
class ScriptedDirectory : public CanaryDirectory {
 public:
  Result<void> add(const CanaryUser& user) override {
    if (!refuses.empty()) return Error(ErrorCode::kPermissionDenied, refuses);
    entries[user.dn] = {};
    return {};
  }
  Result<void> remove(const std::string& dn) override {
    if (!removal_refused.empty()) return Error(ErrorCode::kPermissionDenied, removal_refused);
    if (entries.erase(dn) == 0) return Error(ErrorCode::kNotFound, "no such entry");
    return {};
  }
  Result<std::vector<std::string>> values(const std::string& dn, const std::string&) override {
    return entries[dn];
  }
  Result<void> replace(const std::string& dn,
                       const std::string&,
                       const std::vector<std::string>& values) override {
    entries[dn] = values;
    return {};
  }

  std::map<std::string, std::vector<std::string>> entries;  // one attribute each
  std::string refuses, removal_refused;
};

// A server whose runs are scripted: each does to the store what a run of that kind would.
class CanaryTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("canary" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "ldif");
    home::NewHome wanted;
    wanted.settings.initial_role = home::InitialRole::kActive;
    policy::ConnectorPolicy corp;
    corp.name = "corp";
    corp.id = "11111111-1111-1111-1111-111111111111";
    corp.kind = policy::ConnectorKind::kLdif;
    corp.ldif.folder = (folder_ / "ldif").string();
    corp.partitions.push_back({"DC=corp,DC=example", {}, {"OU=Closed,DC=corp,DC=example"}});
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
    auto created = home::Home::create((folder_ / "home").string(), wanted, {});
    ASSERT_TRUE(created.ok()) << created.error().message();
    auto secrets = created.value().secrets();
    ASSERT_TRUE(secrets.value().set("entra", platform::SecretText("not a secret")).ok());
    auto server = Server::open(created.value());
    ASSERT_TRUE(server.ok()) << server.error().message();
    server_ = std::move(server).value();
    plan_.source = server_->findConnector("corp").value();
    target_ = server_->findConnector("entra").value();
    plan_.user.dn = kDn;
    plan_.user.account = "tandem-canary-abc123";
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  store::Store& store() { return server_->store(); }

  void stageSource() {
    if (directory_.entries.contains(kDn) == false) {
      if (source_.raw() != 0) store().space().remove(source_);
      source_ = {};
      return;
    }
    if (source_.raw() != 0) return;
    store::NewObject object;
    object.connector = plan_.source->id;
    object.type = directory::ObjectTypeId(store().names().objectTypes().intern("user"));
    object.anchor = "anchor";
    object.dn = kDn;
    object.image = "";
    store().names().save();
    source_ = store().space().insert(object);
  }

  void provision() {
    if (source_.raw() == 0) return;
    const auto type = directory::ObjectTypeId(store().names().objectTypes().intern("person"));
    const auto mv = store().metaverse().insert(type, "", "");
    store().metaverse().setLink({source_, plan_.source->id, mv, {}, {}}, 1);
    if (!is_wanted_) return;
    store::NewObject object;
    object.connector = target_->id;
    object.type = type;
    object.state = store::ObjectState::kProvisioned;
    object.dn = "CN={1}";
    provisioned_ = store().space().insert(object);
    store().metaverse().setLink({provisioned_, target_->id, mv, {}, {}}, 1);
    store().exports().setWanted(provisioned_, "", "");
    store().exports().setPending(provisioned_, target_->id, store::PendingOperation::kAdd);
  }

  void exportIt() {
    if (provisioned_.raw() == 0) return;
    if (refused_.empty()) {
      store().exports().removePending(provisioned_);
      store().exports().setUnconfirmed(provisioned_, store::PendingOperation::kAdd, "", 1);
      return;
    }
    store::ObjectError error;
    error.phase = store::ErrorPhase::kExport;
    error.type = refused_;
    store().history().setError(provisioned_, error);
  }

  void show() {
    if (++looks_ < looks_needed_ || provisioned_.raw() == 0) return;
    const auto type = directory::ObjectTypeId(store().names().objectTypes().intern("person"));
    store().space().setIdentity(provisioned_, type, 0, "cloud");
    store().space().setImage(provisioned_, "", {});
    store().exports().removeUnconfirmed(provisioned_);
    if (changes_on_the_way_) {
      store().exports().setPending(provisioned_, target_->id, store::PendingOperation::kUpdate);
    }
  }

  Result<RunSummary> run(ServerConnector& connector, RunStep step) {
    const bool is_source = connector.isSource();
    runs_.push_back(connector.policy->name + ":" +
                    std::string(policy::wordFor(policy::kRunSteps, step)));
    RunSummary summary;
    summary.connector = connector.policy->name;
    summary.profile = policy::wordFor(policy::kRunSteps, step);
    summary.result = "success";
    if (runs_.back() == fails_) {
      summary.result = "no-start-connection";
      summary.message = "nothing listens at localhost:1";
      return summary;
    }
    if (step == RunStep::kDeltaImport && is_source) stageSource();
    if (step == RunStep::kDeltaSynchronization && is_source && is_in_scope_) provision();
    if (step == RunStep::kExport) exportIt();
    if (step == RunStep::kDeltaImport && !is_source) show();
    return summary;
  }

  CanaryReport canary() {
    CanaryParts parts;
    parts.directory = &directory_;
    parts.run = [this](ServerConnector& connector, RunStep step) { return run(connector, step); };
    parts.why = [](ConnectorObjectId, const std::string&) {
      return CanaryCause{"is in scope of no inbound rule", {"not: In: isCriticalSystemObject"}};
    };
    parts.clock = &clock_;
    const auto report = runCanary(*server_, plan_, parts);
    EXPECT_TRUE(report.ok()) << report.error().message();
    return report.ok() ? report.value() : CanaryReport{};
  }

  bool hasMark() const { return std::filesystem::exists(canaryMarkPath(server_->home())); }

  void setRole(pair::Role role) {
    pair::PairState state = server_->pairState();
    state.role = role;
    ASSERT_TRUE(pair::writePairState(store(), state).ok());
  }

  std::filesystem::path folder_;
  std::unique_ptr<Server> server_;
  ServerConnector* target_ = nullptr;
  CanaryPlan plan_;
  ScriptedDirectory directory_;
  platform::ManualClock clock_;
  ConnectorObjectId source_, provisioned_;
  bool is_in_scope_ = true, is_wanted_ = true, changes_on_the_way_ = false;
  std::string refused_, fails_;
  int looks_ = 0, looks_needed_ = 1;
  std::vector<std::string> runs_;
};

TEST_F(CanaryTest, ArrivesAndLeavesNothing) {
  const CanaryReport report = canary();
  EXPECT_TRUE(report.passed);
  EXPECT_EQ(report.steps.size(), 8U);
  EXPECT_EQ(report.left_behind, "");
  EXPECT_THAT(report.removal, HasSubstr("removed from corp, and so in entra"));
  EXPECT_THAT(directory_.entries, IsEmpty());
  EXPECT_FALSE(hasMark());
}

TEST_F(CanaryTest, ADirectoryThatRefusesStopsAtOnce) {
  directory_.refuses = "creating it: insufficient access";
  const CanaryReport report = canary();
  EXPECT_EQ(report.stopped_at, CanaryStage::kMade);
  EXPECT_THAT(report.cause.sentence, HasSubstr("insufficient access"));
  EXPECT_THAT(report.next, HasSubstr("--account"));
  EXPECT_THAT(runs_, IsEmpty());
  EXPECT_FALSE(hasMark());
}

TEST_F(CanaryTest, AnExcludedContainerIsNamedAsTheReason) {
  plan_.user.dn = "CN=x,OU=Closed,DC=corp,DC=example";
  const CanaryReport report = canary();
  EXPECT_EQ(report.stopped_at, CanaryStage::kImported);
  EXPECT_THAT(report.cause.sentence, HasSubstr("its container is not among those"));
  EXPECT_FALSE(hasMark());
}

TEST_F(CanaryTest, AnImportThatFailsIsTheReason) {
  fails_ = "corp:Delta Import";
  const CanaryReport report = canary();
  EXPECT_EQ(report.stopped_at, CanaryStage::kImported);
  EXPECT_THAT(report.cause.sentence, HasSubstr("nothing listens"));
  EXPECT_THAT(directory_.entries, IsEmpty());
  EXPECT_THAT(report.left_behind, HasSubstr("the next cycle will"));
}

TEST_F(CanaryTest, OutOfScopeSaysWhatWhySays) {
  is_in_scope_ = false;
  const CanaryReport report = canary();
  EXPECT_EQ(report.stopped_at, CanaryStage::kSynchronized);
  EXPECT_EQ(report.cause.sentence, "is in scope of no inbound rule");
  EXPECT_THAT(report.cause.details, ElementsAre("not: In: isCriticalSystemObject"));
}

TEST_F(CanaryTest, WhatNoRuleWantsInTheTenantStopsThere) {
  is_wanted_ = false;
  EXPECT_EQ(canary().stopped_at, CanaryStage::kWanted);
}

TEST_F(CanaryTest, ARefusalOfTheTenantStopsAtTheExport) {
  refused_ = "permission-issue";
  const CanaryReport report = canary();
  EXPECT_EQ(report.stopped_at, CanaryStage::kExported);
  EXPECT_THAT(report.steps.back().text, HasSubstr("permission-issue"));
}

TEST_F(CanaryTest, ATenantThatCannotBeReachedLeavesARemovalThatIsPending) {
  fails_ = "entra:Export";
  const CanaryReport report = canary();
  EXPECT_EQ(report.stopped_at, CanaryStage::kExported);
  EXPECT_THAT(report.left_behind, HasSubstr("the next export sends it"));
  EXPECT_FALSE(hasMark());
}

TEST_F(CanaryTest, WaitsForATenantThatTakesItsTime) {
  looks_needed_ = 4;
  const CanaryReport report = canary();
  EXPECT_TRUE(report.passed);
  EXPECT_DOUBLE_EQ(report.seconds_to_cloud, 14);  // 0 + 1 + 3 + 10
  EXPECT_THAT(report.steps[6].text, HasSubstr("4 looks"));
}

TEST_F(CanaryTest, StopsWaitingInTheEnd) {
  looks_needed_ = 100;
  const CanaryReport report = canary();
  EXPECT_EQ(report.stopped_at, CanaryStage::kSeen);
  EXPECT_THAT(report.next, HasSubstr("may take minutes"));
}

TEST_F(CanaryTest, OtherValuesThanWereSentAreAStop) {
  changes_on_the_way_ = true;
  EXPECT_EQ(canary().stopped_at, CanaryStage::kEqual);
}

TEST_F(CanaryTest, StagingStopsBeforeTheExportAndPasses) {
  setRole(pair::Role::kStaging);
  const CanaryReport report = canary();
  EXPECT_TRUE(report.passed);
  EXPECT_TRUE(report.only_would);
  EXPECT_THAT(report.steps.back().text, HasSubstr("the active one would send an add to entra"));
  for (const std::string& run : runs_)
    EXPECT_NE(run, "entra:Export");
}

TEST_F(CanaryTest, WhatAKilledOneLeftIsRemovedFirst) {
  const std::string old = "CN=old,DC=corp,DC=example";
  directory_.entries[old] = {};
  ASSERT_TRUE(writeCanaryMark(server_->home(), {"corp", old, "", {}}).ok());
  const CanaryReport report = canary();
  EXPECT_TRUE(report.passed);
  EXPECT_THAT(report.removal, HasSubstr("of an earlier canary"));
  EXPECT_THAT(directory_.entries, IsEmpty());
}

TEST_F(CanaryTest, WhatCannotBeRemovedIsSaidAndRemembered) {
  directory_.removal_refused = "insufficient access";
  const CanaryReport report = canary();
  EXPECT_TRUE(report.passed);
  EXPECT_THAT(report.left_behind, HasSubstr("is still in corp (insufficient access)"));
  EXPECT_TRUE(hasMark());
}

TEST_F(CanaryTest, KeepLeavesItAndRemembersIt) {
  plan_.keep = true;
  const CanaryReport report = canary();
  EXPECT_TRUE(report.is_kept);
  EXPECT_TRUE(directory_.entries.contains(kDn));
  EXPECT_TRUE(hasMark());
}

TEST_F(CanaryTest, AChangeThatNoRuleReadsIsAStopAndIsRestored) {
  directory_.entries[kDn] = {"before"};
  plan_.kind = CanaryKind::kChange;
  plan_.attribute = "description";
  plan_.value = "after";
  const CanaryReport report = canary();
  EXPECT_EQ(report.stopped_at, CanaryStage::kImported);
  EXPECT_THAT(report.cause.sentence, HasSubstr("no rule uses it"));
  EXPECT_THAT(directory_.entries[kDn], ElementsAre("before"));
}

TEST_F(CanaryTest, MarksComeBackAsTheyWere) {
  const CanaryMark mark{"corp", kDn, "description", {"a", std::string("\0\xff", 2)}};
  ASSERT_TRUE(writeCanaryMark(server_->home(), mark).ok());
  const auto read = readCanaryMark(server_->home());
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value(), mark);
  std::ofstream(canaryMarkPath(server_->home())) << "{}";
  EXPECT_FALSE(readCanaryMark(server_->home()).ok());
}

}  // namespace
}  // namespace tandem::run
