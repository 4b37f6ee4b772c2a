// SPDX-License-Identifier: Apache-2.0
//
// The connector against a real tandem-tenant over TLS: what is exported is what an import brings
// back, in both profiles, through faults, and no object is ever made twice.
#include <chrono>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "connectors/graph/attribute_map.h"
#include "connectors/graph/fake_graph.h"
#include "connectors/graph/graph_connector.h"
#include "connectors/graph/tenant_process.h"
#include "connectors/graph/token_client.h"
#include "directory/record.h"
#include "directory/sid.h"
#include "platform/clock.h"
#include "testing/collecting_sink.h"

namespace tandem::connectors::graph {
namespace {

using directory::RecordBuilder;
using tandem::testing::CollectingSink;
using ::testing::HasSubstr;
using testing::Json;
using testing::KeptOutcomes;
using ::testing::SizeIs;
using testing::TenantProcess;

class TenantTest : public ::testing::TestWithParam<GraphProfile> {
 protected:
  void SetUp() override {
    const char* program = std::getenv("TANDEM_TENANT");
    if (program == nullptr || ::access(program, X_OK) != 0) {
      GTEST_SKIP() << "TANDEM_TENANT does not name the tandem-tenant program";
    }
    tenant_ = TenantProcess::start(program,
                                   {"--initial-domain",
                                    "lab.onmicrosoft.test",
                                    "--domain",
                                    "lab.example",
                                    "--throttling",
                                    "off",
                                    "--profile",
                                    GetParam() == GraphProfile::kSync ? "sync" : "graph"});
    ASSERT_NE(tenant_, nullptr);
    connector_ = open(tenant_->settings(GetParam()));
  }

  std::unique_ptr<GraphConnector> open(GraphSettings settings) {
    auto opened = GraphConnector::open(std::move(settings), attributes_, types_, clock_);
    EXPECT_TRUE(opened.ok());
    return std::move(opened).value();
  }

  ExportItem item(ExportOperation operation, const std::string& type, std::int64_t id) {
    ExportItem made;
    made.id = directory::ConnectorObjectId(id);
    made.operation = operation;
    made.type = directory::ObjectTypeId(types_.intern(type));
    made.dn = fmt::format("CN={}-{}", type, id);
    const auto known = anchors_.find(id);
    if (known != anchors_.end() && operation != ExportOperation::kAdd) made.anchor = known->second;
    return made;
  }
  void text(RecordBuilder& record, const std::string& name, const std::string& value) {
    record.addString(attributes_.intern(name), value);
  }
  static std::string anchorOf(std::int64_t id) { return toBase64(fmt::format("{:016}", id)); }

  ExportItem userAdd(std::int64_t id) {
    RecordBuilder record;
    text(record, "sourceAnchor", anchorOf(id));
    text(record, "userPrincipalName", fmt::format("user{}@lab.example", id));
    text(record, "displayName", fmt::format("Üser \"{}\" O'Neil", id));
    text(record, "alias", fmt::format("user{}", id));
    text(record, "department", "Research & Co");
    text(record, "telephoneNumber", fmt::format("+47 {}", id));
    text(record, "extensionAttribute3", "three");
    text(record, "country", "Norway");
    record.addBoolean(attributes_.intern("accountEnabled"), id % 2 == 0);
    if (GetParam() == GraphProfile::kSync) {
      text(record, "onPremisesSamAccountName", fmt::format("user{}", id));
      const auto sid = directory::Sid::parse(fmt::format("S-1-5-21-1-2-3-{}", id));
      record.add(attributes_.intern("onPremiseSecurityIdentifier"),
                 directory::ValueType::kBinary,
                 /*multi=*/false,
                 sid->bytes());
    }
    ExportItem made = item(ExportOperation::kAdd, "user", id);
    made.image = record.finish();
    return made;
  }

  ExportItem groupAdd(std::int64_t id) {
    RecordBuilder record;
    text(record, "sourceAnchor", anchorOf(id));
    text(record, "displayName", fmt::format("Group {}", id));
    text(record, "description", "made by a test");
    record.addBoolean(attributes_.intern("securityEnabled"), true);
    ExportItem made = item(ExportOperation::kAdd, "group", id);
    made.image = record.finish();
    return made;
  }

  ExportItem userUpdate(std::int64_t id, const std::string& city) {
    RecordBuilder record;
    text(record, "city", city);
    record.addCleared(attributes_.intern("department"), directory::ValueType::kString, false);
    ExportItem made = item(ExportOperation::kUpdate, "user", id);
    made.image = record.finish();
    return made;
  }

  ExportedReference reference(const std::string& attribute, std::int64_t target, bool add = true) {
    ExportedReference made;
    made.attribute = attributes_.intern(attribute);
    made.add = add;
    made.target = directory::ConnectorObjectId(target);
    const auto known = anchors_.find(target);
    if (known != anchors_.end()) made.target_anchor = known->second;
    return made;
  }

  void exportAll(const std::vector<ExportItem>& items) {
    KeptOutcomes sink;
    const Result<void> done = connector_->exportBatch(ExportGrantForTesting::make(), items, sink);
    ASSERT_TRUE(done.ok()) << done.error().message();
    ASSERT_EQ(sink.outcomes.size(), items.size());
    for (const ExportOutcome& outcome : sink.outcomes) {
      EXPECT_TRUE(outcome.success) << outcome.error_type << ": " << outcome.error_message;
      EXPECT_TRUE(outcome.references_done) << outcome.error_message;
      if (!outcome.anchor.empty()) anchors_[outcome.id.raw()] = outcome.anchor;
    }
  }

  // 200 users with managers, 5 groups of 150: most references are to objects of the same call.
  std::vector<ExportItem> population() {
    std::vector<ExportItem> items;
    for (std::int64_t id = 1000; id < 1005; ++id) {
      items.push_back(groupAdd(id));
      for (std::int64_t user = 1; user <= 150; ++user)
        items.back().references.push_back(reference("member", user));
      if (id > 1000) items.back().references.push_back(reference("member", id - 1));
    }
    for (std::int64_t id = 1; id <= 200; ++id) {
      items.push_back(userAdd(id));
      if (id > 1) items.back().references.push_back(reference("manager", id / 2));
    }
    return items;
  }

  ImportOutcome import(bool full, CollectingSink& sink) {
    for (const auto& [id, anchor] : anchors_)
      known_.dns[anchor] = "CN=x";
    ImportRequest request;
    request.full = full;
    request.from = watermark_;
    request.known = &known_;
    auto outcome = connector_->import(request, sink);
    EXPECT_TRUE(outcome.ok()) << (outcome.ok() ? "" : outcome.error().message());
    if (!outcome.ok()) return {};
    watermark_ = outcome.value().watermark;
    return outcome.value();
  }

  // What the tenant holds is what was sent, each object once.
  void expectPopulation() {
    CollectingSink sink;
    import(/*full=*/true, sink);
    std::map<std::string, const ImportItem*> by_anchor;
    std::set<std::string> source_anchors;
    for (const ImportItem& found : sink.items) {
      by_anchor[found.anchor] = &found;
      EXPECT_TRUE(source_anchors.insert(found.dn).second) << "twice: " << found.dn;
    }
    ASSERT_THAT(sink.items, SizeIs(205));
    for (const ExportItem& sent : population()) {
      const ImportItem* found = by_anchor[anchors_[sent.id.raw()]];
      ASSERT_NE(found, nullptr) << sent.dn;
      EXPECT_EQ(found->references.size(), sent.references.size()) << sent.dn;
      expectConfirmed(sent, *found);
    }
  }

  void expectConfirmed(const ExportItem& sent, const ImportItem& found) {
    const auto traits = connector_->exportTraits(sent.type);
    directory::RecordReader reader(sent.image);
    while (const auto attribute = reader.next()) {
      for (const AttributeTraits& trait : *traits) {
        if (trait.attribute != attribute->id || !trait.writable) continue;
        const auto imported = directory::findAttribute(found.image, attribute->id);
        ASSERT_TRUE(imported.has_value()) << attributes_.name(attribute->id);
        EXPECT_TRUE(confirms(trait.comparison, attribute->values, *imported))
            << attributes_.name(attribute->id) << ": "
            << directory::toDisplayText(imported->type(), imported->front());
      }
    }
  }

  platform::SystemClock clock_;
  directory::AttributeTable attributes_;
  directory::NameTable types_;
  std::unique_ptr<TenantProcess> tenant_;
  std::unique_ptr<GraphConnector> connector_;
  std::map<std::int64_t, std::string> anchors_;
  tandem::testing::KnownList known_;
  Watermark watermark_;
};

TEST_P(TenantTest, WhatIsExportedIsImported) {
  exportAll(population());
  expectPopulation();
}

TEST_P(TenantTest, ADeltaBringsExactlyWhatChanged) {
  exportAll(population());
  CollectingSink everything;
  import(/*full=*/true, everything);
  CollectingSink nothing;
  EXPECT_FALSE(import(/*full=*/false, nothing).was_full);
  EXPECT_THAT(nothing.items, SizeIs(0));

  ExportItem group = item(ExportOperation::kUpdate, "group", 1001);
  group.references = {reference("member", 180), reference("member", 3, false)};
  exportAll({userUpdate(7, "Oslo"), group, item(ExportOperation::kDelete, "user", 9)});
  CollectingSink changes;
  EXPECT_FALSE(import(/*full=*/false, changes).was_full);
  std::map<std::string, ImportItem> by_anchor;
  for (ImportItem& found : changes.items)
    by_anchor[found.anchor] = std::move(found);
  const ImportItem& user = by_anchor[anchors_[7]];
  EXPECT_EQ(directory::findAttribute(user.image, attributes_.intern("city"))->front(), "Oslo");
  EXPECT_TRUE(directory::findAttribute(user.image, attributes_.intern("department"))->isEmpty());
  EXPECT_EQ(by_anchor[anchors_[9]].kind, ImportKind::kDelete);
  const ImportItem& changed = by_anchor[anchors_[1001]];
  std::map<std::string, ReferenceChange> references;
  for (const ImportedReference& one : changed.references)
    references[one.target_anchor] = one.change;
  ASSERT_THAT(references, SizeIs(2));
  EXPECT_EQ(references[anchors_[180]], ReferenceChange::kAdd);
  EXPECT_EQ(references[anchors_[3]], ReferenceChange::kRemove);
}

TEST_P(TenantTest, ADeletedUserComesBackAsTheSameObject) {
  exportAll({userAdd(1)});
  const std::string before = anchors_[1];
  exportAll({item(ExportOperation::kDelete, "user", 1)});
  exportAll({userAdd(1)});
  EXPECT_EQ(anchors_[1], before);
}

TEST_P(TenantTest, ADeletedGroupComesBackWhereTheTenantKeepsIt) {
  tenant_->control("PATCH", "tenant", R"({"softDeleteSecurityGroups":true})");
  exportAll({groupAdd(1)});
  const std::string before = anchors_[1];
  exportAll({item(ExportOperation::kDelete, "group", 1)});
  exportAll({groupAdd(1)});
  EXPECT_EQ(anchors_[1], before);
}

TEST_P(TenantTest, TheSameAddTwiceIsOneObject) {
  exportAll({userAdd(1), groupAdd(2)});
  const auto before = anchors_;
  ExportItem user = userAdd(1);
  user.is_retry = true;
  ExportItem group = groupAdd(2);
  group.is_retry = true;
  exportAll({user, group});
  EXPECT_EQ(anchors_, before);
}

TEST_P(TenantTest, LostAnswersMakeNoDuplicates) {
  tenant_->control("PUT", "faults", R"({"seed":7,"faults":[{"kind":"lostAnswer","rate":0.1,
                                        "pathContains":"batch"}]})");
  exportAll(population());
  tenant_->control("DELETE", "faults");
  expectPopulation();
}

TEST_P(TenantTest, ThrottlingAndHiccupsAreWaitedOut) {
  tenant_->control("PUT", "faults", R"({"seed":3,"faults":[
      {"kind":"throttle","count":30,"retryAfter":1,"pathContains":"/users"},
      {"kind":"unavailable","rate":0.03,"retryAfter":1},
      {"kind":"serverError","rate":0.02},
      {"kind":"slow","rate":0.05,"delayMs":300}]})");
  exportAll(population());
  tenant_->control("DELETE", "faults");
  expectPopulation();
}

TEST_P(TenantTest, TruncatedAnswersAndWebPagesAreLostAnswers) {
  tenant_->control("PUT", "faults", R"({"seed":5,"faults":[
      {"kind":"truncated","rate":0.05,"pathContains":"batch"},
      {"kind":"html","rate":0.05,"pathContains":"batch"}]})");
  exportAll(population());
  tenant_->control("DELETE", "faults");
  expectPopulation();
}

TEST_P(TenantTest, ReplicationDelayIsWaitedOut) {
  tenant_->control("PUT", "faults", R"({"replicationDelayMs":1500,"faults":[]})");
  exportAll(population());
  tenant_->control("DELETE", "faults");
  expectPopulation();
}

TEST_P(TenantTest, ATruncatedPageEndsTheImport) {
  exportAll({userAdd(1)});
  tenant_->control("PUT", "faults", R"({"faults":[{"kind":"truncated","rate":1}]})");
  CollectingSink sink;
  const auto outcome = connector_->import(ImportRequest{}, sink);
  tenant_->control("DELETE", "faults");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kCorruption);
  EXPECT_THAT(sink.items, SizeIs(0));
}

TEST_P(TenantTest, ExpiredDeltaTokensLeadToAFullImport) {
  exportAll({userAdd(1)});
  CollectingSink first;
  import(/*full=*/true, first);
  std::string mode = "";
  for (int round = 0; round < 2; ++round) {
    tenant_->control("POST", "faults/expire-delta-tokens" + mode);
    mode = "?reset=true";
    CollectingSink again;
    const ImportOutcome outcome = import(/*full=*/false, again);
    EXPECT_TRUE(outcome.was_full);
    EXPECT_THAT(outcome.full_import_reason, HasSubstr("no longer knows"));
    EXPECT_THAT(again.items, SizeIs(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TEST_P(TenantTest, AStrangerIsNotTouchedAndADuplicateIsNamed) {
  exportAll({userAdd(1)});
  ExportItem second = userAdd(2);
  RecordBuilder record;
  text(record, "sourceAnchor", anchorOf(2));
  text(record, "userPrincipalName", "user1@lab.example");
  text(record, "displayName", "Second");
  record.addBoolean(attributes_.intern("accountEnabled"), true);
  second.image = record.finish();
  KeptOutcomes sink;
  ASSERT_TRUE(
      connector_->exportBatch(ExportGrantForTesting::make(), std::vector{second}, sink).ok());
  ASSERT_THAT(sink.outcomes, SizeIs(1));
  if (GetParam() == GraphProfile::kGraph) {
    EXPECT_EQ(sink.outcomes[0].error_type, "InvalidSoftMatch");
  } else {  // the tenant quarantines the name: success, and the import shows what was wanted
    EXPECT_TRUE(sink.outcomes[0].success) << sink.outcomes[0].error_message;
    CollectingSink imported;
    EXPECT_THAT(import(/*full=*/true, imported).warnings, SizeIs(1));
  }
}

TEST_P(TenantTest, OneBadMemberDoesNotHoldUpTheOthers) {
  std::vector<ExportItem> items;
  for (std::int64_t id = 1; id <= 25; ++id)
    items.push_back(userAdd(id));
  items.push_back(groupAdd(100));
  exportAll(items);
  ExportItem group = item(ExportOperation::kUpdate, "group", 100);
  for (std::int64_t id = 1; id <= 25; ++id)
    group.references.push_back(reference("member", id));
  group.references[4].target_anchor = "User_" + testing::guidOf(1);
  KeptOutcomes sink;
  ASSERT_TRUE(
      connector_->exportBatch(ExportGrantForTesting::make(), std::vector{group}, sink).ok());
  EXPECT_FALSE(sink.outcomes.at(0).references_done);
  EXPECT_EQ(sink.outcomes[0].error_type, "partial-success");
  CollectingSink imported;
  import(/*full=*/true, imported);
  for (const ImportItem& found : imported.items) {
    if (found.anchor == anchors_[100]) {
      EXPECT_EQ(found.references.size(), 24U);
    }
  }
}

TEST_P(TenantTest, TheConnectionTestNamesWhatIsWrong) {
  for (const TestFinding& finding : connector_->testConnection()) {
    EXPECT_TRUE(finding.isOk()) << finding.check << ": " << finding.detail;
  }
  GraphSettings wrong = tenant_->settings(GetParam());
  wrong.client_secret = "wrong";
  EXPECT_THAT(open(wrong)->testConnection().back().detail, HasSubstr("client secret is wrong"));
  wrong = tenant_->settings(GetParam());
  wrong.ca_file = "";
  EXPECT_THAT(open(wrong)->testConnection().back().detail, HasSubstr("not trusted"));
  wrong = tenant_->settings(GetParam());
  wrong.login_url = wrong.base_url = "https://127.0.0.1:1";
  EXPECT_THAT(open(wrong)->testConnection().back().detail, HasSubstr("refused the connection"));
  const auto parameters = connector_->parameters();
  ASSERT_TRUE(parameters.ok());
  EXPECT_EQ(parameters.value()[1].second, "lab.onmicrosoft.test");
}

TEST_P(TenantTest, AProfileBeyondThePermissionsIsSaid) {
  if (GetParam() == GraphProfile::kSync) GTEST_SKIP();
  const auto connector = open(tenant_->settings(GraphProfile::kSync));
  bool said = false;
  for (const TestFinding& finding : connector->testConnection()) {
    said = said || (!finding.isOk() &&
                    finding.check.find("OnPremDirectorySynchronization") != std::string::npos);
  }
  EXPECT_TRUE(said);
}

TEST_P(TenantTest, SoftMatchTakesACloudUserOver) {
  if (GetParam() != GraphProfile::kGraph) GTEST_SKIP();
  // A user made in the cloud, without an anchor.
  platform::HttpClientOptions options;
  options.ca_file = tenant_->fact("ca file");
  options.proxy = "";
  auto http = platform::openHttpClient(options);
  ASSERT_TRUE(http.ok());
  const GraphSettings settings = tenant_->settings(GetParam());
  TokenClient tokens(settings, *http.value(), clock_);
  platform::HttpRequest request;
  request.method = "POST";
  request.url = settings.base_url + "/users";
  request.headers = {{"Authorization", "Bearer " + tokens.token().value()},
                     {"Content-Type", "application/json"}};
  request.body = R"({"accountEnabled":true,"displayName":"Cloud","mailNickname":"cloud",
      "userPrincipalName":"User1@lab.example","passwordProfile":{"password":"Xy7!xxxxQQ11"}})";
  const auto answer = http.value()->send(request);
  const auto* made = std::get_if<platform::HttpResponse>(&answer);
  ASSERT_TRUE(made != nullptr && made->status == 201) << (made ? made->body : "");
  exportAll({userAdd(1)});
  EXPECT_EQ(anchors_[1], "User_" + Json::parse(made->body)["id"].get<std::string>());
  CollectingSink sink;
  import(/*full=*/true, sink);
  EXPECT_THAT(sink.items, SizeIs(1));
}

TEST_P(TenantTest, ContactsGoAndComeBack) {
  if (GetParam() != GraphProfile::kSync) GTEST_SKIP();
  RecordBuilder record;
  text(record, "sourceAnchor", anchorOf(5));
  text(record, "displayName", "Contact");
  text(record, "surname", "Tact");
  text(record, "mobile", "+4");
  text(record, "city", "Rome");
  text(record, "mail", "contact@partner.example");
  ExportItem contact = item(ExportOperation::kAdd, "contact", 5);
  contact.image = record.finish();
  exportAll({contact});
  CollectingSink sink;
  import(/*full=*/true, sink);
  ASSERT_THAT(sink.items, SizeIs(1));
  EXPECT_EQ(sink.items[0].anchor, anchors_[5]);
  expectConfirmed(contact, sink.items[0]);
  exportAll({item(ExportOperation::kDelete, "contact", 5)});
}

TEST_P(TenantTest, GroupsWithMailGoAsTheProfileAllows) {
  for (const bool security : {true, false}) {
    RecordBuilder record;
    const std::int64_t id = security ? 1 : 2;
    text(record, "sourceAnchor", anchorOf(id));
    text(record, "displayName", "Mail group");
    text(record, "alias", fmt::format("mailgroup{}", id));
    text(record, "mail", fmt::format("mailgroup{}@lab.example", id));
    record.add(attributes_.intern("proxyAddresses"),
               directory::ValueType::kString,
               /*multi=*/true,
               fmt::format("SMTP:mailgroup{}@lab.example", id));
    record.addBoolean(attributes_.intern("securityEnabled"),
                      security || GetParam() == GraphProfile::kGraph);
    ExportItem group = item(ExportOperation::kAdd, "group", id);
    group.image = record.finish();
    exportAll({group});
    CollectingSink sink;
    import(/*full=*/true, sink);
    for (const ImportItem& found : sink.items) {
      if (found.anchor == anchors_[id]) expectConfirmed(group, found);
    }
  }
}

TEST_P(TenantTest, AFullQuotaIsWaitedForAndUsed) {
  tenant_->control(
      "POST", "tenant", R"({"throttling":{"enabled":true,"writes":100,"writeWindowSeconds":5}})");
  std::vector<ExportItem> items;
  for (std::int64_t id = 1; id <= 200; ++id)
    items.push_back(userAdd(id));
  const auto started = std::chrono::steady_clock::now();
  exportAll(items);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  EXPECT_GE(seconds, 4.0);  // 100 at once, 20 a second after that
  EXPECT_LT(seconds, 12.0);
}

INSTANTIATE_TEST_SUITE_P(Profiles,
                         TenantTest,
                         ::testing::Values(GraphProfile::kGraph, GraphProfile::kSync),
                         [](const auto& given) {
                           return given.param == GraphProfile::kSync ? "Sync" : "Graph";
                         });

}  // namespace
}  // namespace tandem::connectors::graph
