// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/engine_for_test.h"

namespace tandem::sync {
namespace {

using connectors::ReferenceChange;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class SyncTest : public testing::Test, public EngineForTest {
 protected:
  // anna, bert (anna's report) and the group staff of both are in the cloud, and that is confirmed.
  void start() {
    importFull({user("anna", {{"title", "Boss"}}),
                user("bert", {{"manager", "anna"}}),
                group("staff", {"anna", "bert"})});
    synchronize(corp);
    EXPECT_THAT(exportAll(),
                UnorderedElementsAre("add anna",
                                     "add bert",
                                     "add staff",
                                     "manager bert + anna",
                                     "member staff + anna",
                                     "member staff + bert"));
    EXPECT_THAT(cycle({}), IsEmpty());
    counters.clear();
  }
  std::int64_t pending() { return store->exports().countPending(cloud).total(); }
};

TEST_F(SyncTest, ASecondCycleWritesNothing) {
  start();
  EXPECT_THAT(cycle({}), IsEmpty());
  EXPECT_EQ(pending(), 0);
  EXPECT_TRUE(problems.empty());
}

TEST_F(SyncTest, AFullImportAndSynchronizationOfUnchangedObjectsWritesNothing) {
  start();
  importFull({user("anna", {{"title", "Boss"}}),
              user("bert", {{"manager", "anna"}}),
              group("staff", {"anna", "bert"})});
  EXPECT_EQ(counter("stage-no-change"), 3);
  synchronizeAll(corp);
  synchronizeAll(cloud);
  EXPECT_THAT(exportAll(), IsEmpty());
}

TEST_F(SyncTest, AFullSynchronizationOfNewObjectsExportsTheSameAsADelta) {
  importFull({user("anna", {{"title", "Boss"}}),
              user("bert", {{"manager", "anna"}}),
              group("staff", {"anna", "bert"}),
              user("nobody", {{"adminDescription", "hidden"}})});
  synchronizeAll(corp);
  EXPECT_EQ(counter("disconnector-projected-flow"), 3);
  EXPECT_THAT(exportAll(),
              UnorderedElementsAre("add anna",
                                   "add bert",
                                   "add staff",
                                   "manager bert + anna",
                                   "member staff + anna",
                                   "member staff + bert"));
  EXPECT_THAT(cycle({}), IsEmpty());
  EXPECT_EQ(store->space().pendingImportCount(corp, ~0U), 0);
}

TEST_F(SyncTest, AFullSynchronizationTakesUpWhatDeltasLeft) {
  start();
  auto change = partial("staff", {});
  change.references.push_back(memberChange("bert", ReferenceChange::kRemove));
  importDelta({partial("bert", {{"title", "Clerk"}}),
               change,
               deletion("anna"),
               user("carl", {{"manager", "bert"}})});
  synchronizeAll(corp);
  EXPECT_THAT(
      exportAll(),
      UnorderedElementsAre(
          "add carl", "update bert", "delete anna", "manager carl + bert", "member staff - bert"));
  EXPECT_THAT(cycle({}), IsEmpty());
}

TEST_F(SyncTest, KeysThatAKilledSynchronizationLeftStaleAreRebuilt) {
  start();
  store->metaverse().clearKeys();
  store->setSetting("metaverse_keys_stale", "1");
  synchronizeAll(corp);
  EXPECT_FALSE(store->setting("metaverse_keys_stale"));
  EXPECT_THAT(cycle({}), IsEmpty());
  EXPECT_EQ(store->metaverse().count(), 3);
}

TEST_F(SyncTest, AChangedValueIsOneUpdate) {
  start();
  EXPECT_THAT(cycle({partial("bert", {{"title", "Clerk"}})}), ElementsAre("update bert"));
  EXPECT_EQ(cloudValue("bert", "title"), "Clerk");
  EXPECT_THAT(cycle({}), IsEmpty());
}

TEST_F(SyncTest, AClearedValueIsClearedInTheCloud) {
  start();
  EXPECT_THAT(cycle({partial("anna", {{"title", ""}})}), ElementsAre("update anna"));
  EXPECT_EQ(cloudValue("anna", "title"), "(absent)");
  EXPECT_THAT(cycle({}), IsEmpty());
}

TEST_F(SyncTest, ANewMemberIsOneReferenceAndNothingElse) {
  start();
  auto change = partial("staff", {});
  change.references.push_back(memberChange("carl", ReferenceChange::kAdd));
  EXPECT_THAT(cycle({user("carl"), change}), ElementsAre("add carl", "member staff + carl"));
  EXPECT_THAT(cycle({}), IsEmpty());
  EXPECT_THAT(cloudMembers("staff"), ElementsAre("anna", "bert", "carl"));
}

TEST_F(SyncTest, ARemovedMemberIsOneReference) {
  start();
  auto change = partial("staff", {});
  change.references.push_back(memberChange("bert", ReferenceChange::kRemove));
  EXPECT_THAT(cycle({change}), ElementsAre("member staff - bert"));
  EXPECT_THAT(cycle({}), IsEmpty());
}

TEST_F(SyncTest, AMemberThatIsNotSynchronizedYetFollowsWhenItIs) {
  start();
  auto change = partial("staff", {});
  change.references.push_back(memberChange("dora", ReferenceChange::kAdd));  // nobody knows dora
  EXPECT_THAT(cycle({change}), IsEmpty());
  EXPECT_THAT(cycle({user("dora")}), ElementsAre("add dora", "member staff + dora"));
}

TEST_F(SyncTest, AMemberWhoseAddFailsIsWithheldUntilItSucceeds) {
  start();
  refuse = {"emil"};
  auto change = partial("staff", {});
  change.references.push_back(memberChange("emil", ReferenceChange::kAdd));
  EXPECT_THAT(cycle({user("emil"), change}), ElementsAre("refused emil"));
  EXPECT_EQ(problems.back().type, "AttributeValueMustBeUnique");
  refuse.clear();
  EXPECT_THAT(cycle({}), ElementsAre("add emil", "member staff + emil"));
}

// A pending member that goes away before it was sent, or before that was confirmed, must leave
// nothing behind: it would be sent in vain, or be pending for ever.
class MemberInVainTest : public SyncTest {
 protected:
  std::vector<connectors::ImportItem> carlJoins() {
    return {user("carl"), staffWith(ReferenceChange::kAdd)};
  }
  // As Active Directory tells of a deletion: the group has lost its member already.
  std::vector<connectors::ImportItem> carlGoes() {
    return {staffWith(ReferenceChange::kRemove), deletion("carl")};
  }
  void expectNothingLeft() {
    EXPECT_THAT(cycle({}), IsEmpty());
    EXPECT_EQ(pending(), 0);
    EXPECT_THAT(cloudMembers("staff"), ElementsAre("anna", "bert"));
    std::size_t left = 0;
    store->exports().scanReferences([&](ConnectorObjectId, const auto&) { ++left; });
    EXPECT_EQ(left, 0u);
  }

 private:
  connectors::ImportItem staffWith(ReferenceChange change) {
    auto staff = partial("staff", {});
    staff.references.push_back(memberChange("carl", change));
    return staff;
  }
};

TEST_F(MemberInVainTest, DeletedBeforeItsGroupHeardOfIt) {
  start();
  refuse = {"staff"};
  EXPECT_THAT(cycle(carlJoins()), ElementsAre("add carl", "refused staff"));
  refuse.clear();
  EXPECT_THAT(cycle(carlGoes()), ElementsAre("delete carl"));
  expectNothingLeft();
}

TEST_F(MemberInVainTest, OutOfScopeBeforeItsGroupHeardOfIt) {
  start();
  refuse = {"staff"};
  EXPECT_THAT(cycle(carlJoins()), ElementsAre("add carl", "refused staff"));
  refuse.clear();
  EXPECT_THAT(cycle({partial("carl", {{"adminDescription", "hidden"}})}),
              ElementsAre("delete carl"));
  expectNothingLeft();
}

TEST_F(MemberInVainTest, DeletedBeforeTheMembershipWasConfirmed) {
  start();
  importDelta(carlJoins());
  synchronize(corp);
  EXPECT_THAT(exportAll(), ElementsAre("add carl", "member staff + carl"));
  importDelta(carlGoes());
  synchronize(corp);
  EXPECT_THAT(exportAll(), ElementsAre("delete carl"));
  expectNothingLeft();
}

TEST_F(MemberInVainTest, DeletedBeforeItCouldBeAdded) {
  start();
  refuse = {"carl"};
  EXPECT_THAT(cycle(carlJoins()), ElementsAre("refused carl"));
  EXPECT_THAT(cycle(carlGoes()), IsEmpty());
  expectNothingLeft();
}

TEST_F(SyncTest, ADeletedUserIsDeletedAndLeavesItsGroups) {
  start();
  EXPECT_THAT(cycle({deletion("bert")}), ElementsAre("delete bert"));
  EXPECT_THAT(cloudMembers("staff"), ElementsAre("anna"));
  EXPECT_THAT(cycle({}), IsEmpty());
  EXPECT_EQ(store->metaverse().count(), 2);
}

TEST_F(SyncTest, AUserWhoComesBackBeforeTheDeletionWasSentIsNotDeleted) {
  start();
  importDelta({deletion("bert")});
  synchronize(corp);
  EXPECT_EQ(store->exports().countPending(cloud).deletes, 1);
  auto again = user("bert", {{"manager", "anna"}});
  auto change = partial("staff", {});
  change.references.push_back(memberChange("bert", ReferenceChange::kAdd));
  EXPECT_THAT(cycle({again, change}), IsEmpty());
  EXPECT_EQ(cloudSize(), 3u);
}

TEST_F(SyncTest, AUserWhoComesBackAfterTheDeletionIsAddedAgain) {
  start();
  EXPECT_THAT(cycle({deletion("bert")}), ElementsAre("delete bert"));
  EXPECT_THAT(cycle({user("bert")}), ElementsAre("add bert"));
  EXPECT_THAT(cycle({}), IsEmpty());
}

TEST_F(SyncTest, LeavingTheScopeDeletesAndReturningAdds) {
  start();
  EXPECT_THAT(cycle({partial("bert", {{"adminDescription", "hidden"}})}),
              ElementsAre("delete bert"));
  EXPECT_THAT(cycle({partial("bert", {{"adminDescription", ""}})}),
              UnorderedElementsAre("add bert", "manager bert + anna", "member staff + bert"));
  EXPECT_THAT(cycle({}), IsEmpty());
}

// What the tenant said of an object does not outlive the link to it.
TEST_F(SyncTest, LeavingTheOutboundScopeRecallsWhatTheCloudObjectGave) {
  start();
  const auto value = [&](const char* name) -> std::string {
    const auto bert = store->space().findByDn(corp, "CN=bert,OU=people,DC=corp");
    const auto mv = store->metaverse().find(store->metaverse().linkOf(*bert)->mv);
    const auto found =
        directory::findAttribute(mv->record, *store->names().attributes().find(name));
    return found ? std::string(found->front()) : "";
  };
  EXPECT_NE(value("cloudAnchor"), "");
  EXPECT_THAT(cycle({partial("bert", {{"sourceAnchor", ""}})}), ElementsAre("delete bert"));
  EXPECT_EQ(value("cn"), "bert");
  EXPECT_EQ(value("cloudAnchor"), "");
  counters.clear();
  synchronizeAll(corp);
  EXPECT_EQ(counter("connector-flow"), 0);
}

TEST_F(SyncTest, JoiningAndLeavingAPilotGroupMovesInAndOutOfScope) {
  start();
  EXPECT_THAT(cycle({user("pilot"), group("pilots", {})}), ElementsAre("add pilots"));
  auto joins = partial("pilots", {});
  joins.references.push_back(memberChange("pilot", ReferenceChange::kAdd));
  EXPECT_THAT(cycle({joins}), ElementsAre("add pilot", "member pilots + pilot"));
  auto leaves = partial("pilots", {});
  leaves.references.push_back(memberChange("pilot", ReferenceChange::kRemove));
  EXPECT_THAT(cycle({leaves}), ElementsAre("member pilots - pilot", "delete pilot"));
  EXPECT_THAT(cycle({}), IsEmpty());
}

TEST_F(SyncTest, ARenameOfAContainerRenamesWhatLiesUnderIt) {
  start();
  connectors::ImportItem ou;
  ou.type = ObjectTypeId(store->names().objectTypes().intern("organizationalUnit"));
  ou.anchor = "ou";
  ou.dn = "OU=people,DC=corp";
  ou.is_container = true;
  importDelta({ou});
  connectors::ImportItem moved;
  moved.kind = connectors::ImportKind::kPartial;
  moved.anchor = "ou";
  moved.dn = "OU=humans,DC=corp";
  importDelta({moved});
  EXPECT_TRUE(store->space().findByDn(corp, "cn=anna,ou=humans,dc=corp"));
  EXPECT_FALSE(store->space().findByDn(corp, "cn=anna,ou=people,dc=corp"));
  EXPECT_EQ(counter("stage-rename"), 4);
}

TEST_F(SyncTest, AContainerToldWholeInADeltaRenamesWhatLiesUnderIt) {
  start();
  connectors::ImportItem ou;
  ou.type = ObjectTypeId(store->names().objectTypes().intern("organizationalUnit"));
  ou.anchor = "ou";
  ou.dn = "OU=people,DC=corp";
  ou.is_container = true;
  importDelta({ou});
  connectors::ImportItem moved;  // as syncrepl tells it
  moved.kind = connectors::ImportKind::kFull;
  moved.type = ObjectTypeId(store->names().objectTypes().intern("organizationalUnit"));
  moved.anchor = "ou";
  moved.dn = "OU=humans,DC=corp";
  moved.is_container = true;
  importDelta({moved});
  EXPECT_TRUE(store->space().findByDn(corp, "cn=anna,ou=humans,dc=corp"));
}

TEST_F(SyncTest, AMemberThatTheSameDeltaBringsLaterIsKept) {
  start();
  EXPECT_THAT(cycle({group("team", {"carl"}), user("carl", {})}),
              UnorderedElementsAre("add team", "add carl", "member team + carl"));
  EXPECT_THAT(cycle({}), IsEmpty());
}

TEST_F(SyncTest, AMemberKnownByItsNewNameBeforeItsRenameStaysAMember) {
  start();
  auto staff = group("staff", {"anna", "bert"});
  for (auto& reference : staff.references) {
    if (reference.target_dn.find("bert") != std::string::npos) {
      reference.target_dn = "CN=Bertram,OU=people,DC=corp";
      reference.target_anchor.clear();
    }
  }
  const auto renamed =
      partial("bert", {{"dn", "CN=Bertram,OU=people,DC=corp"}, {"displayName", "Bertram"}});
  EXPECT_THAT(cycle({staff, renamed}), ElementsAre("update bert"));
  EXPECT_THAT(cloudMembers("staff"), ElementsAre("anna", "bert"));
}

TEST_F(SyncTest, ARenamedUserKeepsItsIdentity) {
  start();
  auto renamed =
      partial("bert", {{"dn", "CN=Bertram,OU=people,DC=corp"}, {"displayName", "Bertram"}});
  EXPECT_THAT(cycle({renamed}), ElementsAre("update bert"));
  EXPECT_EQ(cloudSize(), 3u);
}

TEST_F(SyncTest, SomebodyElsesChangeInTheCloudIsPutRight) {
  start();
  for (auto& [anchor, object] : cloud_objects) {
    if (object.members.size() == 2) object.members.pop_back();
  }
  EXPECT_EQ(cycle({}).size(), 1u);
  EXPECT_THAT(cloudMembers("staff"), ElementsAre("anna", "bert"));
  EXPECT_THAT(cycle({}), IsEmpty());
}

TEST_F(SyncTest, AnObjectDeletedInTheCloudIsAddedAgainWithItsReferences) {
  start();
  for (auto& [anchor, object] : cloud_objects) {
    if (object.members.size() == 2) {
      cloud_objects.erase(anchor);
      break;
    }
  }
  EXPECT_THAT(cycle({}),
              UnorderedElementsAre("add staff", "member staff + anna", "member staff + bert"));
  EXPECT_THAT(cycle({}), IsEmpty());
}

TEST_F(SyncTest, AnExistingCloudObjectIsJoinedAndNotAddedTwice) {
  CloudObject before;
  before.type = ObjectTypeId(store->names().objectTypes().intern("user"));
  before.dn = "CN={sa-anna}";
  directory::RecordBuilder image;
  image.addString(store->names().attributes().intern("sourceAnchor"), "sa-anna");
  image.addString(store->names().attributes().intern("title"), "Old");
  image.addString(store->names().attributes().intern("displayName"), "nobody in corp says this");
  before.image = image.finish();
  cloud_objects["cloud-0"] = before;
  confirmAll();
  importFull({user("anna", {{"title", "New"}})});
  synchronize(corp);
  synchronize(cloud);
  EXPECT_EQ(exportAll().size(), 1u);
  EXPECT_EQ(cloudSize(), 1u);
  EXPECT_EQ(cloudValue("anna", "title"), "New");
  EXPECT_EQ(cloudValue("anna", "displayName"), "(absent)");
  EXPECT_THAT(cycle({}), IsEmpty());
}

TEST_F(SyncTest, AnEmptyDirectoryDeletesNothing) {
  start();
  Stager stager(engine, corp, *this);
  ASSERT_TRUE(stager.beginFull().ok());
  const Result<void> finished = stager.finish(/*complete=*/true, AbsenceGuard{});
  ASSERT_FALSE(finished.ok());
  EXPECT_EQ(finished.error().code(), ErrorCode::kStoppedByGuard);
  synchronize(corp);
  EXPECT_THAT(exportAll(), IsEmpty());
}

// The container that everything lies in is no object: it is there even when nothing in it can be
// read.
TEST_F(SyncTest, AContainerAloneIsNoAnswer) {
  const auto container = [this] {
    connectors::ImportItem item = user("people", {{"dn", "OU=people,DC=corp"}});
    item.is_container = true;
    return item;
  };
  importFull({container(),
              user("anna", {{"title", "Boss"}}),
              user("bert", {{"manager", "anna"}}),
              group("staff", {"anna", "bert"})});
  synchronize(corp);
  exportAll();
  cycle({});
  for (const bool is_new : {false, true}) {
    Stager stager(engine, corp, *this);
    ASSERT_TRUE(stager.beginFull().ok());
    std::vector<connectors::ImportItem> items;
    items.push_back(container());
    if (is_new) items.back().anchor = "another one";  // set up anew
    ASSERT_TRUE(stager.stage(items, "", std::nullopt).ok());
    const Result<void> finished = stager.finish(/*complete=*/true, AbsenceGuard{});
    ASSERT_FALSE(finished.ok());
    EXPECT_EQ(finished.error().code(), ErrorCode::kStoppedByGuard);
    synchronize(corp);
    EXPECT_THAT(exportAll(), IsEmpty());
  }
}

TEST_F(SyncTest, ContainersThatGoAreNoMassDeletion) {
  std::vector<connectors::ImportItem> containers;
  for (const char* name : {"a", "b", "c"}) {
    containers.push_back(user(name, {{"dn", std::string("OU=") + name + ",DC=corp"}}));
    containers.back().is_container = true;
  }
  std::vector<connectors::ImportItem> all = containers;
  all.push_back(user("anna"));
  importFull(std::move(all));
  containers.resize(1);
  containers.push_back(user("anna"));
  importFull(std::move(containers));  // it succeeds, or the import fails the test
  EXPECT_EQ(counter("stage-delete"), 2);
}

TEST_F(SyncTest, AnIncompleteImportDeletesNothing) {
  start();
  Stager stager(engine, corp, *this);
  ASSERT_TRUE(stager.beginFull().ok());
  std::vector<connectors::ImportItem> items;
  items.push_back(user("anna", {{"title", "Boss"}}));
  ASSERT_TRUE(stager.stage(items, "", std::nullopt).ok());
  ASSERT_TRUE(stager.finish(/*complete=*/false, AbsenceGuard{}).ok());
  synchronize(corp);
  EXPECT_THAT(exportAll(), IsEmpty());
}

TEST_F(SyncTest, AFullImportFindsWhatIsGone) {
  start();
  importFull({user("anna", {{"title", "Boss"}}), group("staff", {"anna"})});
  EXPECT_EQ(counter("stage-delete"), 1);
  EXPECT_THAT(cycle({}), ElementsAre("delete bert"));
}

TEST_F(SyncTest, AnAnswerThatWasLostIsSentAgainAsARetry) {
  importFull({user("anna")});
  synchronize(corp);
  ExportQueue killed(engine, cloud, *this, 1);
  const auto items = killed.next(store::PendingOperation::kAdd, 10);
  ASSERT_EQ(items.size(), 1u);
  EXPECT_FALSE(items[0].is_retry);
  ASSERT_TRUE(killed.intend(items, 1).ok());
  ExportQueue next(engine, cloud, *this, 2);
  const auto again = next.next(store::PendingOperation::kAdd, 10);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_TRUE(again[0].is_retry);
}

// What was killed between the journal and the answer, and whose source is gone before the next
// export.
TEST_F(SyncTest, AnAddWithoutAnswerThatNobodyWantsAnyMoreIsLookedForAndDeleted) {
  for (const bool arrive : {false, true}) {
    importFull({user("anna"), user("bert")});
    synchronize(corp);
    exportAddsAndDie(arrive);
    importDelta({deletion("anna"), deletion("bert")});
    synchronize(corp);
    const std::string name = arrive ? "delete anna" : "delete nobody";
    EXPECT_THAT(exportAll(), ElementsAre(name, arrive ? "delete bert" : "delete nobody"));
    EXPECT_EQ(cloudSize(), 0u);
    EXPECT_EQ(pending(), 0);
    EXPECT_THAT(cycle({}), IsEmpty());
    EXPECT_EQ(store->space().countAll(cloud), 0);
    EXPECT_FALSE(store->exports().lastOpenIntent());
  }
}

TEST_F(SyncTest, AnAddThatArrivesBehindItsDeletionIsDeleted) {
  importFull({user("anna"), user("bert")});
  synchronize(corp);
  exportAddsAndDie(/*arrive=*/true);
  auto late = std::exchange(cloud_objects, {});  // no replica shows them yet
  importDelta({deletion("anna")});
  synchronize(corp);
  EXPECT_THAT(exportAll(), ElementsAre("add bert", "delete nobody"));
  std::erase_if(late, [this](auto& one) { return nameOf(one.second.image) != "anna"; });
  cloud_objects.merge(late);
  EXPECT_THAT(cycle({}), ElementsAre("delete anna"));
  EXPECT_THAT(cycle({}), IsEmpty());
  EXPECT_EQ(cloudSize(), 1u);
  EXPECT_EQ(store->space().countAll(cloud), 1);
}

TEST_F(SyncTest, AnAddWithoutAnswerThatComesBackIsAddedOnce) {
  importFull({user("anna"), user("bert")});
  synchronize(corp);
  exportAddsAndDie(/*arrive=*/false);
  importDelta({deletion("anna")});
  synchronize(corp);
  EXPECT_THAT(exportAll(), ElementsAre("add bert", "delete nobody"));
  EXPECT_THAT(cycle({user("anna")}), ElementsAre("add anna"));
  EXPECT_THAT(cycle({}), IsEmpty());
}

// A create that was answered with an error may have made the object all the same, and what its
// anchor names may as well be somebody else's: the connector is asked to look.
TEST_F(SyncTest, AFailedAddThatMadeTheObjectIsLookedForAndDeleted) {
  importFull({user("anna"), user("bert")});
  synchronize(corp);
  std::string dn;
  {
    ExportQueue queue(engine, cloud, *this, 1);
    const auto items = queue.next(store::PendingOperation::kAdd, 1);
    ASSERT_TRUE(queue.intend(items, 1).ok());
    dn = items.at(0).dn;
    connectors::ExportOutcome outcome;
    outcome.id = items.at(0).id;
    outcome.anchor = "cloud-of-somebody";
    outcome.error_type = "permission-issue";
    ASSERT_TRUE(queue.answered(outcome).ok());
    ASSERT_TRUE(queue.flush().ok());
  }
  importDelta({deletion("anna"), deletion("bert")});
  synchronize(corp);
  ExportQueue queue(engine, cloud, *this, 2);
  const auto items = queue.next(store::PendingOperation::kDelete, 10);
  ASSERT_EQ(items.size(), 1u);  // bert never left this server
  EXPECT_EQ(items[0].anchor, "");
  EXPECT_EQ(items[0].dn, dn);
}

TEST_F(SyncTest, AnAnsweredAddThatIsGoneAndNotWantedAnyMoreLeavesNothing) {
  importFull({user("anna"), user("bert")});
  synchronize(corp);
  EXPECT_THAT(exportAll(), ElementsAre("add anna", "add bert"));
  importDelta({deletion("anna")});
  synchronize(corp);
  std::erase_if(cloud_objects, [this](auto& one) { return nameOf(one.second.image) == "anna"; });
  confirmAll();
  synchronize(cloud);
  EXPECT_THAT(exportAll(), IsEmpty());
  EXPECT_EQ(pending(), 0);
  EXPECT_EQ(store->space().countAll(cloud), 1);
}

TEST_F(SyncTest, AFailureThatMayStillArriveLeavesTheIntentOpen) {
  for (const bool may_arrive : {true, false}) {
    importFull({user(may_arrive ? "anna" : "bert")});
    synchronize(corp);
    ExportQueue queue(engine, cloud, *this, 1);
    const auto items = queue.next(store::PendingOperation::kAdd, 1);
    ASSERT_EQ(items.size(), 1u);
    ASSERT_TRUE(queue.intend(items, 1).ok());
    connectors::ExportOutcome outcome;
    outcome.id = items[0].id;
    outcome.error_type = "unexpected-error";
    outcome.may_be_under_way = may_arrive;
    ASSERT_TRUE(queue.answered(outcome).ok());
    ASSERT_TRUE(queue.flush().ok());
    EXPECT_EQ(store->exports().hasOpenIntent(items[0].id), may_arrive);
  }
}

TEST_F(SyncTest, AnImportThatWasKilledIsComparedInFullByTheNext) {
  start();
  {
    Stager killed(engine, corp, *this);
    ASSERT_TRUE(killed.beginFull().ok());
    std::vector<connectors::ImportItem> items;
    items.push_back(group("staff", {"anna", "bert", "carl"}));  // carl is to come, and never does
    ASSERT_TRUE(killed.stage(items, "", std::nullopt).ok());
  }
  importFull({user("anna", {{"title", "Boss"}}),
              user("bert", {{"manager", "anna"}}),
              group("staff", {"anna", "bert", "carl"}),
              user("carl")});
  EXPECT_THAT(cycle({}), ElementsAre("add carl", "member staff + carl"));
}

TEST_F(SyncTest, TwoObjectsOfOneConnectorCannotShareAMetaverseObject) {
  start();
  cycle({user("carl", {{"employeeID", "7"}})});
  problems.clear();
  cycle({user("dirk", {{"employeeID", "7"}})});
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].type, "ambiguous-import-flow-from-multiple-connectors");
}

}  // namespace
}  // namespace tandem::sync
