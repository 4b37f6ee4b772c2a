// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/graph/attribute_map.h"
#include "connectors/graph/fake_graph.h"
#include "connectors/graph/graph_connector.h"
#include "directory/record.h"
#include "directory/sid.h"
#include "testing/collecting_sink.h"

namespace tandem::connectors::graph {
namespace {

using testing::FakeAnswer;
using testing::FakeGraph;
using testing::guidOf;
using ::testing::HasSubstr;
using testing::Json;
using testing::SentRequest;
using ::testing::SizeIs;

constexpr const char* kBase = "https://graph.test/v1.0";

class ImportTest : public ::testing::Test {
 protected:
  void SetUp() override { open(GraphProfile::kGraph); }

  void open(GraphProfile profile) {
    GraphSettings settings;
    settings.base_url = kBase;
    settings.login_url = "https://login.test";
    settings.tenant = "lab.example";
    settings.client_id = "client";
    settings.client_secret = "secret";
    settings.profile = profile;
    auto http = std::make_unique<FakeGraph>(clock_);
    graph_ = http.get();
    graph_->on_request = [this](const SentRequest& request) { return answer(request.url); };
    connector_ =
        std::make_unique<GraphConnector>(settings, attributes_, types_, std::move(http), clock_);
  }

  FakeAnswer answer(const std::string& url) {
    for (const auto& [part, given] : special_) {
      if (url.find(part) != std::string::npos) return given;
    }
    if (url.find("$deltatoken=latest") != std::string::npos) {
      const std::string kind = url.substr(1, url.find('/', 1) - 1);
      return {200, Json{{"value", Json::array()}, {"@odata.deltaLink", link(kind, "first")}}};
    }
    return {200, Json{{"value", Json::array()}}};
  }

  static std::string link(const std::string& kind, const std::string& token) {
    return std::string(kBase) + "/" + kind + "/delta?$deltatoken=" + token;
  }
  void say(const std::string& part, Json body, int status = 200) {
    special_.emplace_back(part, FakeAnswer{status, std::move(body)});
  }

  static Json user(std::uint64_t number, const std::string& anchor) {
    Json made{{"id", guidOf(number)}, {"displayName", "User " + std::to_string(number)}};
    if (!anchor.empty()) made["onPremisesImmutableId"] = anchor;
    return made;
  }

  Result<ImportOutcome> full() {
    ImportRequest request;
    request.full = true;
    return connector_->import(request, sink_);
  }
  Result<ImportOutcome> delta(const Watermark& from) {
    sink_ = tandem::testing::CollectingSink();
    ImportRequest request;
    request.full = false;
    request.from = from;
    request.known = &known_;
    return connector_->import(request, sink_);
  }
  Watermark firstWatermark() {
    const auto outcome = full();
    EXPECT_TRUE(outcome.ok()) << outcome.error().message();
    return outcome.ok() ? outcome.value().watermark : std::nullopt;
  }

  std::string text(const ImportItem& item, const std::string& name) {
    const auto values = directory::findAttribute(item.image, attributes_.intern(name));
    return values && !values->isEmpty() ? std::string(values->front()) : "";
  }

  platform::ManualClock clock_;
  directory::AttributeTable attributes_;
  directory::NameTable types_;
  FakeGraph* graph_ = nullptr;
  std::unique_ptr<GraphConnector> connector_;
  tandem::testing::CollectingSink sink_;
  tandem::testing::KnownList known_;
  std::vector<std::pair<std::string, FakeAnswer>> special_;
};

TEST_F(ImportTest, AFullImportReadsPagesAndLeavesStrangersAlone) {
  Json first = user(1, "AAA=");
  first["businessPhones"] = {"+1", "+2"};
  first["onPremisesExtensionAttributes"] = {{"extensionAttribute7", "seven"}};
  first["manager"] = {{"@odata.type", "#microsoft.graph.user"}, {"id", guidOf(2)}};
  say("$skiptoken=two", Json{{"value", {user(2, "BBB=")}}});
  say("/users?",
      Json{{"value", {first, user(3, "")}},
           {"@odata.nextLink", std::string(kBase) + "/users?$skiptoken=two"}});
  const auto outcome = full();
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  EXPECT_TRUE(outcome.value().complete);
  EXPECT_TRUE(outcome.value().was_full);
  EXPECT_TRUE(outcome.value().watermark.has_value());
  ASSERT_THAT(sink_.items, SizeIs(2));
  EXPECT_EQ(sink_.filtered, 1U);
  const ImportItem& ann = sink_.items[0];
  EXPECT_EQ(ann.kind, ImportKind::kFull);
  EXPECT_EQ(ann.anchor, "User_" + guidOf(1));
  EXPECT_EQ(ann.dn, "CN={4141413D}");
  EXPECT_EQ(text(ann, "sourceAnchor"), "AAA=");
  EXPECT_EQ(text(ann, "cloudAnchor"), ann.anchor);
  EXPECT_EQ(text(ann, "telephoneNumber"), "+1");
  EXPECT_EQ(text(ann, "extensionAttribute7"), "seven");
  ASSERT_THAT(ann.references, SizeIs(1));
  EXPECT_EQ(ann.references[0].target_anchor, "User_" + guidOf(2));
}

TEST_F(ImportTest, EverythingIsSelectedByName) {
  ASSERT_TRUE(full().ok());
  bool seen = false;
  for (const SentRequest& request : graph_->sent) {
    if (request.url.rfind("/users?", 0) != 0) continue;
    seen = true;
    EXPECT_THAT(request.url, HasSubstr("onPremisesImmutableId"));
    EXPECT_THAT(request.url, HasSubstr("accountEnabled"));
    EXPECT_THAT(request.url, HasSubstr("$top=999"));
  }
  EXPECT_TRUE(seen);
}

TEST_F(ImportTest, OnlyAttributesThatAreAskedForAreSelected) {
  ImportRequest request;
  request.attributes = {attributes_.intern("title")};
  ASSERT_TRUE(connector_->import(request, sink_).ok());
  for (const SentRequest& sent : graph_->sent) {
    if (sent.url.rfind("/users?", 0) == 0) {
      EXPECT_EQ(sent.url, "/users?$select=id,onPremisesImmutableId,jobTitle&$top=999");
    }
  }
}

TEST_F(ImportTest, MembersAreReadToTheLastPage) {
  const auto member = [](std::uint64_t number) {
    return Json{{"@odata.type", "#microsoft.graph.user"}, {"id", guidOf(number)}};
  };
  say("/groups?",
      Json{{"value",
            {{{"id", guidOf(50)}, {"displayName", "G"}, {"uniqueName", uniqueNameOf("GG==")}},
             {{"id", guidOf(51)}, {"uniqueName", "of-another-tool"}},
             {{"id", guidOf(52)}, {"displayName", "cloud only"}}}}});
  say("$skiptoken=more", Json{{"value", {member(3)}}});
  say("/groups/" + guidOf(50) + "/members",
      Json{{"value",
            {member(1),
             {{"@odata.type", "#microsoft.graph.servicePrincipal"}, {"id", guidOf(9)}},
             {{"@odata.type", "#microsoft.graph.group"}, {"id", guidOf(2)}}}},
           {"@odata.nextLink", std::string(kBase) + "/groups/x/members?$skiptoken=more"}});
  const auto outcome = full();
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  ASSERT_THAT(sink_.items, SizeIs(1));
  EXPECT_EQ(text(sink_.items[0], "sourceAnchor"), "GG==");
  std::vector<std::string> targets;
  for (const ImportedReference& reference : sink_.items[0].references)
    targets.push_back(reference.target_anchor);
  EXPECT_THAT(
      targets,
      ::testing::ElementsAre("User_" + guidOf(1), "Group_" + guidOf(2), "User_" + guidOf(3)));
  EXPECT_EQ(sink_.filtered, 2U);
}

TEST_F(ImportTest, ALinkToAnotherHostIsNotFollowed) {
  say("/users?",
      Json{{"value", {user(1, "A")}}, {"@odata.nextLink", "https://evil.test/v1.0/users"}});
  const auto outcome = full();
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message(), HasSubstr("evil.test"));
}

TEST_F(ImportTest, TruncatedAndForeignAnswersEndTheImport) {
  for (const std::string body : {R"({"value":[{"id":)", "<html></html>", R"({"error":{}})", "[]"}) {
    graph_->on_http =
        [&](const platform::HttpRequest& request) -> std::optional<platform::HttpAnswer> {
      if (request.url.find("/users?") == std::string::npos) return std::nullopt;
      return FakeGraph::respond(200, body);
    };
    const auto outcome = full();
    ASSERT_FALSE(outcome.ok()) << body;
    EXPECT_EQ(outcome.error().code(), ErrorCode::kCorruption);
    EXPECT_THAT(outcome.error().message(), HasSubstr("reading users"));
  }
}

TEST_F(ImportTest, AValueOfAWrongTypeIsAnErrorOfThatObject) {
  Json bad = user(1, "A");
  bad["displayName"] = 7;
  say("/users?", Json{{"value", {bad, user(2, "B")}}});
  ASSERT_TRUE(full().ok());
  ASSERT_THAT(sink_.items, SizeIs(2));
  EXPECT_EQ(sink_.items[0].error_type, "invalid-attribute-value");
  EXPECT_TRUE(sink_.items[1].error_type.empty());
}

TEST_F(ImportTest, ThrottlingIsWaitedOut) {
  int refused = 0;
  graph_->on_http =
      [&](const platform::HttpRequest& request) -> std::optional<platform::HttpAnswer> {
    if (request.url.find("/users?") == std::string::npos || ++refused > 3) return std::nullopt;
    return FakeGraph::respond(429, "{}", 10);
  };
  const auto before = clock_.monotonicNow();
  ASSERT_TRUE(full().ok());
  EXPECT_GE(clock_.monotonicNow() - before, std::chrono::seconds(30));
}

TEST_F(ImportTest, ADeltaPassesOnWhatChanged) {
  const Watermark from = firstWatermark();
  known_.dns["User_" + guidOf(1)] = "CN={41}";
  known_.dns["User_" + guidOf(2)] = "CN={42}";
  known_.dns["Group_" + guidOf(50)] = "CN={43}";
  say("/users/delta",
      Json{{"value",
            {{{"id", guidOf(1)},
              {"jobTitle", nullptr},
              {"city", "Oslo"},
              {"manager@delta", {{{"@odata.type", "#microsoft.graph.user"}, {"id", guidOf(2)}}}}},
             {{"id", guidOf(2)}, {"@removed", {{"reason", "changed"}}}},
             {{"id", guidOf(7)}, {"@removed", {{"reason", "deleted"}}}}}},
           {"@odata.deltaLink", link("users", "second")}});
  say("/groups/delta",
      Json{{"value",
            {{{"id", guidOf(50)},
              {"members@delta",
               {{{"@odata.type", "#microsoft.graph.user"}, {"id", guidOf(1)}},
                {{"@odata.type", "#microsoft.graph.user"},
                 {"id", guidOf(2)},
                 {"@removed", {{"reason", "deleted"}}}}}}}}},
           {"@odata.deltaLink", link("groups", "second")}});
  const auto outcome = delta(from);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  EXPECT_FALSE(outcome.value().was_full);
  EXPECT_THAT(*outcome.value().watermark, HasSubstr("second"));
  ASSERT_THAT(sink_.items, SizeIs(3));
  EXPECT_EQ(sink_.items[0].kind, ImportKind::kPartial);
  EXPECT_EQ(text(sink_.items[0], "city"), "Oslo");
  const auto title = directory::findAttribute(sink_.items[0].image, attributes_.intern("title"));
  ASSERT_TRUE(title.has_value());
  EXPECT_TRUE(title->isEmpty());
  ASSERT_THAT(sink_.items[0].references, SizeIs(1));
  EXPECT_EQ(sink_.items[1].kind, ImportKind::kDelete);
  EXPECT_EQ(sink_.filtered_deletions, 1U);
  ASSERT_THAT(sink_.items[2].references, SizeIs(2));
  EXPECT_EQ(sink_.items[2].references[0].change, ReferenceChange::kAdd);
  EXPECT_EQ(sink_.items[2].references[1].change, ReferenceChange::kRemove);
}

TEST_F(ImportTest, ObjectsThatAreNewToUsAreReadWhole) {
  const Watermark from = firstWatermark();
  say("/users/delta",
      Json{
          {"value", {{{"id", guidOf(1)}, {"city", "Oslo"}}, {{"id", guidOf(1)}, {"city", "Oslo"}}}},
          {"@odata.deltaLink", link("users", "second")}});
  say("/groups/delta", Json{{"value", Json::array()}, {"@odata.deltaLink", link("groups", "b")}});
  say("/users/" + guidOf(1), user(1, "AAA="));
  const auto outcome = delta(from);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  ASSERT_THAT(sink_.items, SizeIs(1));
  EXPECT_EQ(sink_.items[0].kind, ImportKind::kFull);
  EXPECT_EQ(text(sink_.items[0], "sourceAnchor"), "AAA=");
}

TEST_F(ImportTest, AnAnchorTakenAwayMeansThatTheObjectLeft) {
  const Watermark from = firstWatermark();
  known_.dns["User_" + guidOf(1)] = "CN={41}";
  say("/users/delta",
      Json{{"value", {{{"id", guidOf(1)}, {"onPremisesImmutableId", nullptr}}}},
           {"@odata.deltaLink", link("users", "second")}});
  say("/groups/delta", Json{{"value", Json::array()}, {"@odata.deltaLink", link("groups", "b")}});
  ASSERT_TRUE(delta(from).ok());
  ASSERT_THAT(sink_.items, SizeIs(1));
  EXPECT_EQ(sink_.items[0].kind, ImportKind::kDelete);
}

// One replica tells of it, another one does not know it yet.
TEST_F(ImportTest, ANewObjectThatIsNotShownYetIsWaitedFor) {
  const Watermark from = firstWatermark();
  say("/users/delta?$deltatoken=first",
      Json{{"value", {user(9, "XXX=")}}, {"@odata.deltaLink", link("users", "second")}});
  say("/groups/delta", Json{{"value", Json::array()}, {"@odata.deltaLink", link("groups", "b")}});
  int asked = 0;
  graph_->on_request = [&](const SentRequest& request) {
    if (request.url.find("/users/" + guidOf(9)) == std::string::npos) return answer(request.url);
    return ++asked < 4 ? FakeAnswer{404, Json{{"error", {{"code", "Request_ResourceNotFound"}}}}}
                       : FakeAnswer{200, user(9, "XXX=")};
  };
  const auto outcome = delta(from);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  EXPECT_EQ(asked, 4);
  EXPECT_TRUE(outcome.value().watermark.has_value());
  ASSERT_THAT(sink_.items, SizeIs(1));
  EXPECT_EQ(text(sink_.items[0], "displayName"), "User 9");
}

TEST_F(ImportTest, OneThatIsNeverShownIsAskedForAgain) {
  const Watermark from = firstWatermark();
  say("/users/delta?$deltatoken=first",
      Json{{"value", {user(9, "XXX=")}}, {"@odata.deltaLink", link("users", "second")}});
  say("/groups/delta", Json{{"value", Json::array()}, {"@odata.deltaLink", link("groups", "b")}});
  say("/users/" + guidOf(9), Json{{"error", {{"code", "Request_ResourceNotFound"}}}}, 404);
  const auto outcome = delta(from);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  EXPECT_THAT(sink_.items, SizeIs(0));
  EXPECT_FALSE(outcome.value().watermark.has_value());  // the old one stays
  ASSERT_THAT(outcome.value().warnings, SizeIs(1));
  EXPECT_THAT(outcome.value().warnings[0], HasSubstr("does not show them yet"));
}

TEST_F(ImportTest, AForgottenDeltaLinkBecomesAFullImportWithItsReason) {
  const Watermark from = firstWatermark();
  for (const int status : {410, 400}) {
    special_.clear();
    const Json expired{{"error", {{"code", "syncStateNotFound"}, {"message", "expired"}}}};
    say("/groups/delta?$deltatoken=first", status == 410 ? Json() : expired, status);
    say("/users/delta?$deltatoken=first",
        Json{{"value", {user(9, "X")}}, {"@odata.deltaLink", link("users", "n")}});
    const auto outcome = delta(from);
    ASSERT_TRUE(outcome.ok()) << outcome.error().message();
    EXPECT_TRUE(outcome.value().was_full);
    EXPECT_TRUE(outcome.value().complete);
    EXPECT_THAT(outcome.value().full_import_reason, HasSubstr("changes of groups"));
    EXPECT_EQ(sink_.full_reason, outcome.value().full_import_reason);
    EXPECT_THAT(sink_.items, SizeIs(0));  // nothing of the half-read delta
  }
}

TEST_F(ImportTest, OtherAttributesThanLastTimeNeedAFullImport) {
  const Watermark from = firstWatermark();
  ImportRequest request;
  request.full = false;
  request.from = from;
  request.known = &known_;
  request.attributes = {attributes_.intern("title")};
  const auto outcome = connector_->import(request, sink_);
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(outcome.value().full_import_reason, HasSubstr("other attributes"));
}

TEST_F(ImportTest, QuarantinedValuesAreReportedAsWhatWeWrote) {
  open(GraphProfile::kSync);
  Json ann = user(1, "AAA=");
  ann["userPrincipalName"] = "ann1234@lab.onmicrosoft.test";
  ann["proxyAddresses"] = {"SMTP:ann@lab.example"};
  ann["onPremisesSecurityIdentifier"] = "S-1-5-21-1-2-3-1104";
  ann["onPremisesProvisioningErrors"] = {
      {{"propertyCausingError", "UserPrincipalName"}, {"value", "ann@lab.example"}},
      {{"propertyCausingError", "ProxyAddress"}, {"value", "smtp:a@lab.example"}}};
  say("/users?", Json{{"value", {ann}}});
  const auto outcome = full();
  ASSERT_TRUE(outcome.ok());
  ASSERT_THAT(sink_.items, SizeIs(1));
  EXPECT_EQ(text(sink_.items[0], "userPrincipalName"), "ann@lab.example");
  const auto proxies =
      directory::findAttribute(sink_.items[0].image, attributes_.intern("proxyAddresses"));
  EXPECT_EQ(proxies->count(), 2U);
  EXPECT_EQ(text(sink_.items[0], "onPremiseSecurityIdentifier"),
            directory::Sid::parse("S-1-5-21-1-2-3-1104")->bytes());
  EXPECT_THAT(outcome.value().warnings, SizeIs(1));
}

TEST_F(ImportTest, ContactsBringTheirPhonesAndAddress) {
  open(GraphProfile::kSync);
  say("/contacts?",
      Json{{"value",
            {{{"id", guidOf(4)},
              {"onPremisesImmutableId", "CC"},
              {"phones", {{{"type", "mobile"}, {"number", "+4"}}}},
              {"addresses", {{{"city", "Rome"}, {"countryOrRegion", "Italy"}}}}}}}});
  ASSERT_TRUE(full().ok());
  ASSERT_THAT(sink_.items, SizeIs(1));
  EXPECT_EQ(sink_.items[0].anchor, "Contact_" + guidOf(4));
  EXPECT_EQ(text(sink_.items[0], "mobile"), "+4");
  EXPECT_EQ(text(sink_.items[0], "city"), "Rome");
  EXPECT_EQ(text(sink_.items[0], "country"), "Italy");
}

TEST_F(ImportTest, CancellingEndsTheImport) {
  sink_.cancelled = true;
  const auto outcome = full();
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kCancelled);
}

TEST_F(ImportTest, ParametersComeFromTheOrganization) {
  say("/organization",
      Json{{"value",
            {{{"id", "tid"},
              {"displayName", "Lab"},
              {"verifiedDomains",
               {{{"name", "lab.onmicrosoft.test"}, {"isInitial", true}},
                {{"name", "lab.example"}, {"isInitial", false}}}}}}}});
  const auto parameters = connector_->parameters();
  ASSERT_TRUE(parameters.ok()) << parameters.error().message();
  using Pair = std::pair<std::string, std::string>;
  EXPECT_THAT(
      parameters.value(),
      ::testing::ElementsAre(Pair("Tenant.Id", "tid"),
                             Pair("Tenant.InitialDomain", "lab.onmicrosoft.test"),
                             Pair("Tenant.VerifiedDomains", "lab.onmicrosoft.test;lab.example"),
                             Pair("Tenant.TakesMailGroups", "not through public Graph"),
                             Pair("Tenant.TakesContacts", "not through public Graph")));
}

TEST_F(ImportTest, TellsByHowMuchTheTenantsClockIsAhead) {
  EXPECT_TRUE(full().ok());
  EXPECT_EQ(connector_->clockAhead(), std::nullopt);
  graph_->date = "Tue, 14 Nov 2023 22:33:20 GMT";  // the clock of the test begins at 22:13:20
  EXPECT_TRUE(full().ok());
  ASSERT_TRUE(connector_->clockAhead());
  EXPECT_NEAR(static_cast<double>(*connector_->clockAhead()), 1200, 5);
}

}  // namespace
}  // namespace tandem::connectors::graph
