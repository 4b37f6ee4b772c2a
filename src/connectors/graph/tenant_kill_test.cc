// SPDX-License-Identifier: Apache-2.0
//
// kill -9 of tandem-tenant in the middle of an export. What it has answered as written is there
// when it starts again, and the export that follows makes nothing twice.
#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "connectors/graph/fake_graph.h"
#include "connectors/graph/graph_connector.h"
#include "connectors/graph/tenant_process.h"
#include "directory/record.h"
#include "platform/clock.h"
#include "testing/collecting_sink.h"

namespace tandem::connectors::graph {
namespace {

using directory::RecordBuilder;
using tandem::testing::CollectingSink;
using testing::TenantProcess;

constexpr std::int64_t kUsers = 2000;
constexpr std::int64_t kGroup = kUsers + 1;

// Kills the tenant when it has answered so often, with other batches under way, and goes no
// further.
class KillingSink final : public ExportSink {
 public:
  KillingSink(TenantProcess& tenant, std::size_t kill_after)
      : tenant_(tenant), kill_after_(kill_after) {}
  Result<void> answered(ExportOutcome outcome) override {
    outcomes.push_back(std::move(outcome));
    if (outcomes.size() == kill_after_) {
      tenant_.kill();
      killed_ = true;
    }
    return {};
  }
  bool isCancelled() const override { return killed_; }
  std::vector<ExportOutcome> outcomes;

 private:
  TenantProcess& tenant_;
  std::size_t kill_after_;
  bool killed_ = false;
};

class TenantKillTest : public ::testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    const char* program = std::getenv("TANDEM_TENANT");
    if (program == nullptr || ::access(program, X_OK) != 0) {
      GTEST_SKIP() << "TANDEM_TENANT does not name the tandem-tenant program";
    }
    tenant_ = TenantProcess::start(program, {"--domain", "lab.example", "--throttling", "off"});
    ASSERT_NE(tenant_, nullptr);
    connect();
  }

  void connect() {
    auto opened =
        GraphConnector::open(tenant_->settings(GraphProfile::kSync), attributes_, types_, clock_);
    ASSERT_TRUE(opened.ok());
    connector_ = std::move(opened).value();
  }

  ExportItem item(ExportOperation operation, const char* type, std::int64_t id) {
    ExportItem made;
    made.id = directory::ConnectorObjectId(id);
    made.operation = operation;
    made.type = directory::ObjectTypeId(types_.intern(type));
    made.dn = fmt::format("CN={}-{}", type, id);
    if (operation == ExportOperation::kUpdate) made.anchor = anchors_[id];
    return made;
  }

  void text(RecordBuilder& record, const char* name, const std::string& value) {
    record.addString(attributes_.intern(name), value);
  }

  ExportItem add(const char* type, std::int64_t id) {
    RecordBuilder record;
    text(record, "sourceAnchor", toBase64(fmt::format("{:016}", id)));
    text(record, "displayName", fmt::format("Object {}", id));
    if (id != kGroup) text(record, "userPrincipalName", fmt::format("user{}@lab.example", id));
    ExportItem made = item(ExportOperation::kAdd, type, id);
    made.image = record.finish();
    return made;
  }

  ExportItem update(std::int64_t id) {
    RecordBuilder record;
    text(record, "city", fmt::format("City {}", id));
    ExportItem made = item(ExportOperation::kUpdate, "user", id);
    made.image = record.finish();
    return made;
  }

  // Sends the items, kills the tenant on the way, starts it again. Ids of what was acknowledged.
  std::set<std::int64_t> exportAndKill(const std::vector<ExportItem>& items) {
    KillingSink sink(*tenant_, GetParam());
    EXPECT_FALSE(connector_->exportBatch(ExportGrantForTesting::make(), items, sink).ok());
    std::set<std::int64_t> acknowledged;
    for (const ExportOutcome& outcome : sink.outcomes) {
      if (!outcome.success) continue;
      acknowledged.insert(outcome.id.raw());
      if (!outcome.anchor.empty()) anchors_[outcome.id.raw()] = outcome.anchor;
    }
    EXPECT_GE(acknowledged.size(), GetParam());
    EXPECT_TRUE(tenant_->restart());
    connect();
    return acknowledged;
  }

  void exportAll(std::vector<ExportItem> items) {
    for (ExportItem& one : items)
      one.is_retry = true;
    testing::KeptOutcomes sink;
    const auto done = connector_->exportBatch(ExportGrantForTesting::make(), items, sink);
    ASSERT_TRUE(done.ok()) << done.error().message();
    for (const ExportOutcome& outcome : sink.outcomes) {
      EXPECT_TRUE(outcome.success) << outcome.error_message;
      if (!outcome.anchor.empty()) anchors_[outcome.id.raw()] = outcome.anchor;
    }
  }

  // What the tenant holds now, by cloud anchor.
  std::map<std::string, ImportItem> read() {
    CollectingSink sink;
    ImportRequest request;
    request.full = true;
    const auto outcome = connector_->import(request, sink);
    EXPECT_TRUE(outcome.ok()) << (outcome.ok() ? "" : outcome.error().message());
    std::map<std::string, ImportItem> found;
    for (const ImportItem& one : sink.items)
      found.emplace(one.anchor, one);
    EXPECT_EQ(found.size(), sink.items.size());
    return found;
  }

  std::string cityOf(const ImportItem& one) {
    const auto values = directory::findAttribute(one.image, attributes_.intern("city"));
    return values && !values->isEmpty() ? std::string(values->front()) : std::string();
  }

  platform::SystemClock clock_;
  directory::AttributeTable attributes_;
  directory::NameTable types_;
  std::unique_ptr<TenantProcess> tenant_;
  std::unique_ptr<GraphConnector> connector_;
  std::map<std::int64_t, std::string> anchors_;
};

TEST_P(TenantKillTest, KeepsEveryAcknowledgedWrite) {
  std::vector<ExportItem> adds;
  for (std::int64_t id = 1; id <= kUsers; ++id)
    adds.push_back(add("user", id));
  const std::set<std::int64_t> made = exportAndKill(adds);
  const auto after_adds = read();
  for (const std::int64_t id : made)
    EXPECT_TRUE(after_adds.contains(anchors_[id])) << id;

  std::erase_if(adds, [&](const ExportItem& one) { return made.contains(one.id.raw()); });
  adds.push_back(add("group", kGroup));
  exportAll(adds);
  EXPECT_EQ(read().size(), static_cast<std::size_t>(kGroup));  // each once

  std::vector<ExportItem> updates;
  for (std::int64_t id = 1; id <= kUsers; ++id)
    updates.push_back(update(id));
  const std::set<std::int64_t> changed = exportAndKill(updates);
  auto after_updates = read();
  for (const std::int64_t id : changed)
    EXPECT_EQ(cityOf(after_updates[anchors_[id]]), fmt::format("City {}", id));
  EXPECT_EQ(after_updates.size(), static_cast<std::size_t>(kGroup));
}

// An item is told when all its references are written, so the members that a killed export has
// written are seen by adding them all again: none is missing and none refused.
TEST_P(TenantKillTest, KeepsMembers) {
  std::vector<ExportItem> adds{add("group", kGroup)};
  for (std::int64_t id = 1; id <= kUsers; ++id)
    adds.push_back(add("user", id));
  exportAll(adds);
  // Groups of one member each among the updates, so that there are outcomes to kill after.
  std::vector<ExportItem> members;
  for (std::int64_t id = 1; id <= kUsers; ++id) {
    members.push_back(item(ExportOperation::kUpdate, "group", kGroup));
    members.back().id = directory::ConnectorObjectId(id);
    members.back().references.push_back({attributes_.intern("member"),
                                         /*add=*/true,
                                         directory::ConnectorObjectId(id),
                                         anchors_[id]});
  }
  const std::set<std::int64_t> told = exportAndKill(members);
  const auto found = read();
  std::set<std::string> there;
  for (const auto& reference : found.at(anchors_[kGroup]).references)
    there.insert(reference.target_anchor);
  for (const std::int64_t id : told)
    EXPECT_TRUE(there.contains(anchors_[id])) << id;
}

INSTANTIATE_TEST_SUITE_P(After, TenantKillTest, ::testing::Values(1, 300, 1500));

}  // namespace
}  // namespace tandem::connectors::graph
