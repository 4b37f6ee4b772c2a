// SPDX-License-Identifier: Apache-2.0
#include "sync/object_preview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync/engine_for_test.h"

namespace tandem::sync {
namespace {

using rules::Direction;
using store::PendingOperation;
using testing::IsEmpty;

class ObjectPreviewTest : public testing::Test, public EngineForTest {
 protected:
  void start() {
    importFull({user("anna", {{"title", "Boss"}, {"employeeID", "7"}}),
                user("bert", {{"manager", "anna"}}),
                group("staff", {"anna", "bert"})});
    synchronize(corp);
    exportAll();
    cycle({});
  }
  ConnectorObjectId idOf(const std::string& name) {
    return store->space().findByDn(corp, "CN=" + name + ",OU=people,DC=corp").value();
  }
  ObjectPreview preview(const std::string& name, bool as_if_deleted = false) {
    return previewObject(engine, idOf(name), {as_if_deleted}).value();
  }
  std::string sent(const PreviewedTarget& target, const std::string& attribute) {
    const auto id = store->names().attributes().find(attribute);
    const auto values = directory::findAttribute(target.delta, *id);
    return !values ? "-" : values->isEmpty() ? "absent" : std::string(values->front());
  }
  // Everything that a preview must not touch.
  std::string fingerprint() {
    std::string all;
    const auto add = [&](std::int64_t id, std::string_view more) {
      all += std::to_string(id) + ":" + std::string(more) + "|";
    };
    store->space().scanAll([&](const store::ObjectView& object) {
      add(object.id.raw(), object.image);
      add(store->space().pendingImport(object.id), object.dn);
      const auto wanted = store->exports().wanted(object.id);
      add(static_cast<std::int64_t>(store->departures().of(object.id, 9).size()),
          wanted ? wanted->image + wanted->lineage : "");
    });
    store->metaverse().scanAll([&](const store::MetaverseView& mv) {
      add(mv.id.raw(), std::string(mv.record) + std::string(mv.lineage));
    });
    store->metaverse().scanLinks(
        [&](const store::Link& link) { add(link.object.raw(), std::to_string(link.mv.raw())); });
    store->exports().scanPending([&](const store::PendingExportView& row) {
      add(row.id.raw(), std::to_string(static_cast<int>(row.operation)));
    });
    store->exports().scanReferences(
        [&](ConnectorObjectId owner, const store::ExportReferenceRow& row) {
          add(owner.raw(), std::to_string(row.target.raw()));
        });
    return all;
  }
};

TEST_F(ObjectPreviewTest, AnObjectThatIsAsWantedHasNothingToWrite) {
  start();
  const std::string before = fingerprint();
  const ObjectPreview seen = preview("anna");
  ASSERT_EQ(seen.targets.size(), 1U);
  EXPECT_FALSE(seen.targets[0].operation);
  EXPECT_TRUE(seen.trace.link(TracedLink::Kind::kKept, corp));
  EXPECT_THAT(seen.problems, IsEmpty());
  EXPECT_EQ(fingerprint(), before);
}

TEST_F(ObjectPreviewTest, AChangeThatIsImportedIsFollowedToTheTarget) {
  start();
  importDelta({user("anna", {{"title", "Chief"}, {"employeeID", "7"}})});
  const std::string before = fingerprint();
  const ObjectPreview seen = preview("anna");
  ASSERT_EQ(seen.targets.size(), 1U);
  EXPECT_EQ(seen.targets[0].operation, PendingOperation::kUpdate);
  EXPECT_EQ(sent(seen.targets[0], "title"), "Chief");
  EXPECT_EQ(sent(seen.targets[0], "cn"), "-");
  ASSERT_NE(seen.trace.flowIn(), nullptr);
  EXPECT_NE(seen.trace.flowIn()->before, seen.trace.flowIn()->after);
  EXPECT_EQ(fingerprint(), before);
}

TEST_F(ObjectPreviewTest, ANewObjectIsProjectedAndAddedWithItsReferences) {
  start();
  importDelta({user("carl", {{"manager", "anna"}})});
  const ObjectPreview seen = preview("carl");
  EXPECT_TRUE(seen.trace.link(TracedLink::Kind::kProjected, corp));
  ASSERT_EQ(seen.targets.size(), 1U);
  EXPECT_EQ(seen.targets[0].operation, PendingOperation::kAdd);
  EXPECT_EQ(seen.targets[0].references.size(), 1U);
  EXPECT_FALSE(store->metaverse().linkOf(idOf("carl")));
}

TEST_F(ObjectPreviewTest, ADeletionIsShownWithoutDeleting) {
  start();
  const std::string before = fingerprint();
  const ObjectPreview seen = preview("anna", /*as_if_deleted=*/true);
  ASSERT_EQ(seen.targets.size(), 1U);
  EXPECT_EQ(seen.targets[0].operation, PendingOperation::kDelete);
  EXPECT_FALSE(seen.targets[0].is_linked);
  EXPECT_TRUE(seen.trace.link(TracedLink::Kind::kDeprovisioned, cloud));
  EXPECT_EQ(fingerprint(), before);
}

TEST_F(ObjectPreviewTest, TheConditionThatKeepsAnObjectOutIsNamed) {
  start();
  importDelta({user("anna", {{"adminDescription", "hidden"}})});
  const ObjectPreview seen = preview("anna");
  EXPECT_EQ(seen.targets[0].operation, PendingOperation::kDelete);
  const TracedScope* const scope = seen.trace.scope(Direction::kInbound, corp, idOf("anna"));
  ASSERT_NE(scope, nullptr);
  EXPECT_FALSE(scope->any());
  EXPECT_THAT(scope->rules[0].why_not, testing::HasSubstr("adminDescription NOTEQUAL hidden"));
}

TEST_F(ObjectPreviewTest, AJoinWithSomebodyElsesPartnerIsAProblem) {
  start();
  importDelta({user("carl", {{"employeeID", "7"}})});
  const ObjectPreview seen = preview("carl");
  ASSERT_EQ(seen.problems.size(), 1U);
  EXPECT_EQ(seen.problems[0].type, "ambiguous-import-flow-from-multiple-connectors");
  const auto joins = seen.trace.joins(Direction::kInbound);
  ASSERT_FALSE(joins.empty());
  EXPECT_EQ(joins.back()->verdict, TracedJoin::Verdict::kTaken);
}

TEST_F(ObjectPreviewTest, AskedOfTheTargetItLeadsBackToTheSource) {
  start();
  const auto target = preview("anna").targets[0].object;
  const ObjectPreview seen = previewObject(engine, target).value();
  ASSERT_NE(seen.trace.flowIn(), nullptr);
  bool from_corp = false;
  for (const rules::TracedMapping& one : seen.trace.flowIn()->mappings)
    from_corp = from_corp || one.source == idOf("anna");
  EXPECT_TRUE(from_corp);
  EXPECT_FALSE(seen.targets[0].operation);
}

TEST_F(ObjectPreviewTest, WhatGoesLeavesItsReason) {
  start();
  const auto source = idOf("anna");
  const auto target = preview("anna").targets[0].object;
  cycle({user("anna", {{"adminDescription", "hidden"}})});
  const auto why = store->departures().causedBy(source, 5);
  ASSERT_EQ(why.size(), 1U);
  EXPECT_EQ(why[0].object, target);
  EXPECT_EQ(why[0].kind, store::DepartureKind::kDeprovisioned);
  EXPECT_THAT(why[0].detail,
              testing::HasSubstr("left the scope of \"In user\": adminDescription NOTEQUAL"));
}

TEST_F(ObjectPreviewTest, WhatSomebodyElseDeletesIsNotOurDeed) {
  start();
  const auto target = preview("anna").targets[0];
  cloud_objects.erase(target.anchor);
  confirmAll();
  const auto why = store->departures().of(target.object, 5);
  ASSERT_EQ(why.size(), 1U);
  EXPECT_EQ(why[0].kind, store::DepartureKind::kDeletedByOthers);
}

TEST_F(ObjectPreviewTest, ASourceThatIsDeletedLeavesAChainOfReasons) {
  start();
  const auto target = preview("anna").targets[0].object;
  cycle({deletion("anna")});
  cycle({});
  const auto why = store->departures().of(target, 5);
  ASSERT_EQ(why.size(), 2U);  // newest first
  EXPECT_EQ(why[0].kind, store::DepartureKind::kDeletionSeen);
  EXPECT_EQ(why[1].kind, store::DepartureKind::kDeprovisioned);
  EXPECT_THAT(why[1].detail, testing::HasSubstr("is gone from corp"));
  ASSERT_EQ(store->departures().of(why[1].cause, 5).size(), 1U);
  EXPECT_EQ(store->departures().of(why[1].cause, 5)[0].kind,
            store::DepartureKind::kReportedDeleted);
}

}  // namespace
}  // namespace tandem::sync
