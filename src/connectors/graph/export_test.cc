// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/graph/attribute_map.h"
#include "connectors/graph/fake_graph.h"
#include "connectors/graph/graph_connector.h"
#include "directory/record.h"

namespace tandem::connectors::graph {
namespace {

using directory::RecordBuilder;
using ::testing::ElementsAre;
using testing::FakeAnswer;
using testing::FakeGraph;
using testing::guidOf;
using ::testing::HasSubstr;
using testing::Json;
using ::testing::Not;
using testing::SentRequest;
using ::testing::SizeIs;

class ExportTest : public ::testing::Test {
 protected:
  void open(GraphProfile profile) {
    GraphSettings settings;
    settings.base_url = "https://graph.test/v1.0";
    settings.login_url = "https://login.test";
    settings.tenant = "lab.example";
    settings.client_id = "client";
    settings.client_secret = "secret";
    settings.profile = profile;
    auto http = std::make_unique<FakeGraph>(clock_);
    graph_ = http.get();
    graph_->on_request = [this](const SentRequest& request) { return answer(request); };
    connector_ =
        std::make_unique<GraphConnector>(settings, attributes_, types_, std::move(http), clock_);
  }

  // A tenant that makes what it is asked to make and has what the test put there.
  FakeAnswer answer(const SentRequest& request) {
    if (special_) {
      if (auto given = special_(request)) return *given;
    }
    if (request.method == "GET" && request.url.find("memberOf") != std::string::npos) {
      return {200, Json{{"value", Json::array()}}};
    }
    if (request.method == "GET") return lookup(request.url);
    if (request.method == "POST" && request.url == "/users") return make(request);
    if (request.method == "PATCH" && request.url.find("uniqueName=") != std::string::npos) {
      return make(request);
    }
    return {204, Json()};
  }

  FakeAnswer lookup(const std::string& url) const {
    Json value = Json::array();
    const bool in_deleted = url.find("deletedItems") != std::string::npos;
    for (const Json& object : in_deleted ? deleted_ : present_) {
      for (const char* key : {"onPremisesImmutableId", "userPrincipalName", "mail"}) {
        const std::string text = object.value(key, "");
        const std::string filtered =
            std::string(key) == "mail" ? "proxyAddresses/any" : std::string(key) + "%20in";
        if (!text.empty() && url.find(filtered) != std::string::npos &&
            url.find(text.substr(0, text.find_first_of("=@"))) != std::string::npos) {
          value.push_back(object);
          break;
        }
      }
    }
    return {200, Json{{"value", value}}};
  }

  FakeAnswer make(const SentRequest& request) {
    Json made = request.body;
    made["id"] = guidOf(next_++);
    present_.push_back(made);
    return {201, made};
  }

  ExportItem userAdd(std::int64_t id, const std::string& name) {
    RecordBuilder record;
    record.addString(attributes_.intern("sourceAnchor"), name + "Anchor==");
    record.addString(attributes_.intern("userPrincipalName"), name + "@lab.example");
    record.addString(attributes_.intern("displayName"), name);
    record.addBoolean(attributes_.intern("accountEnabled"), true);
    record.addString(attributes_.intern("mail"), name + "@lab.example");
    record.addString(attributes_.intern("onPremisesSamAccountName"), name);
    ExportItem item;
    item.id = directory::ConnectorObjectId(id);
    item.operation = ExportOperation::kAdd;
    item.type = directory::ObjectTypeId(types_.intern("user"));
    item.dn = dnOfAnchor(name + "Anchor==");
    item.image = record.finish();
    return item;
  }

  ExportItem groupAdd(std::int64_t id, const std::string& name) {
    RecordBuilder record;
    record.addString(attributes_.intern("sourceAnchor"), name + "+/==");
    record.addString(attributes_.intern("displayName"), name);
    record.addBoolean(attributes_.intern("securityEnabled"), true);
    ExportItem item;
    item.id = directory::ConnectorObjectId(id);
    item.operation = ExportOperation::kAdd;
    item.type = directory::ObjectTypeId(types_.intern("group"));
    item.dn = "CN={group}";
    item.image = record.finish();
    return item;
  }

  ExportItem update(std::int64_t id, const std::string& type, std::uint64_t guid) {
    RecordBuilder record;
    record.addString(attributes_.intern("displayName"), "New Name");
    ExportItem item;
    item.id = directory::ConnectorObjectId(id);
    item.operation = ExportOperation::kUpdate;
    item.type = directory::ObjectTypeId(types_.intern(type));
    item.anchor = (type == "user" ? "User_" : "Group_") + guidOf(guid);
    item.dn = "CN={x}";
    item.image = record.finish();
    return item;
  }

  ExportItem remove(std::int64_t id, const std::string& type, std::uint64_t guid) {
    ExportItem item = update(id, type, guid);
    item.operation = ExportOperation::kDelete;
    item.image.clear();
    return item;
  }

  // To be deleted, if it was ever made.
  ExportItem unknown(std::int64_t id, const std::string& type, const std::string& source_anchor) {
    ExportItem item = remove(id, type, 0);
    item.anchor.clear();
    item.dn = dnOfAnchor(source_anchor);
    return item;
  }

  ExportedReference member(std::uint64_t guid, bool is_add = true) {
    ExportedReference reference;
    reference.attribute = attributes_.intern("member");
    reference.add = is_add;
    reference.target_anchor = "User_" + guidOf(guid);
    return reference;
  }
  ExportedReference to(const std::string& attribute, std::int64_t target) {
    ExportedReference reference;
    reference.attribute = attributes_.intern(attribute);
    reference.target = directory::ConnectorObjectId(target);
    return reference;
  }

  Result<void> run(const std::vector<ExportItem>& items) {
    return connector_->exportBatch(ExportGrantForTesting::make(), items, sink_);
  }

  platform::ManualClock clock_;
  directory::AttributeTable attributes_;
  directory::NameTable types_;
  FakeGraph* graph_ = nullptr;
  std::unique_ptr<GraphConnector> connector_;
  testing::KeptOutcomes sink_;
  std::function<std::optional<FakeAnswer>(const SentRequest&)> special_;
  std::vector<Json> present_;
  std::vector<Json> deleted_;
  std::uint64_t next_ = 1;
};

TEST_F(ExportTest, AUserIsCreatedWithAnchorPasswordAndOnlyWhatTheProfileWrites) {
  open(GraphProfile::kGraph);
  ASSERT_TRUE(run({userAdd(1, "ann")}).ok());
  ASSERT_EQ(graph_->count("POST", "/users"), 1U);
  const Json body = graph_->sent.back().body;
  EXPECT_EQ(body["onPremisesImmutableId"], "annAnchor==");
  EXPECT_EQ(body["mailNickname"], "ann");
  EXPECT_EQ(body["passwordProfile"]["forceChangePasswordNextSignIn"], true);
  EXPECT_GE(body["passwordProfile"]["password"].get<std::string>().size(), 24U);
  EXPECT_FALSE(body.contains("onPremisesSamAccountName"));
  EXPECT_FALSE(body.contains("onPremisesSyncEnabled"));
  ASSERT_THAT(sink_.outcomes, SizeIs(1));
  EXPECT_TRUE(sink_.outcomes[0].success);
  EXPECT_EQ(sink_.outcomes[0].anchor, "User_" + guidOf(1));
}

TEST_F(ExportTest, TheSyncProfileWritesOnPremisesColumnsAndAsksNothingFirst) {
  open(GraphProfile::kSync);
  ASSERT_TRUE(run({userAdd(1, "ann")}).ok());
  ASSERT_THAT(graph_->sent, SizeIs(1));
  EXPECT_EQ(graph_->sent[0].body["onPremisesSamAccountName"], "ann");
  EXPECT_EQ(graph_->sent[0].body["onPremisesSyncEnabled"], true);
}

TEST_F(ExportTest, BatchesHoldTwentyRequests) {
  open(GraphProfile::kSync);
  std::vector<ExportItem> items;
  for (int i = 1; i <= 100; ++i)
    items.push_back(update(i, "user", static_cast<std::uint64_t>(i)));
  ASSERT_TRUE(run(items).ok());
  EXPECT_THAT(graph_->batch_sizes, ElementsAre(20, 20, 20, 20, 20));
  EXPECT_THAT(sink_.outcomes, SizeIs(100));
  EXPECT_EQ(graph_->tokens, 1);
}

TEST_F(ExportTest, AHardMatchTakesTheObjectOver) {
  open(GraphProfile::kGraph);
  present_.push_back({{"id", guidOf(77)}, {"onPremisesImmutableId", "annAnchor=="}});
  ASSERT_TRUE(run({userAdd(1, "ann")}).ok());
  EXPECT_EQ(graph_->count("POST", "/users"), 0U);
  EXPECT_EQ(graph_->count("PATCH", "/users/" + guidOf(77)), 1U);
  EXPECT_EQ(sink_.outcomes.at(0).anchor, "User_" + guidOf(77));
  EXPECT_TRUE(sink_.outcomes[0].success);
}

TEST_F(ExportTest, ASoftMatchWithoutAnchorGetsOurs) {
  open(GraphProfile::kGraph);
  present_.push_back({{"id", guidOf(77)}, {"userPrincipalName", "Ann@lab.example"}});
  special_ = [&](const SentRequest& request) -> std::optional<FakeAnswer> {
    if (request.url.find("userPrincipalName%20in") == std::string::npos) return std::nullopt;
    return FakeAnswer{200, Json{{"value", present_}}};
  };
  ASSERT_TRUE(run({userAdd(1, "ann")}).ok());
  EXPECT_EQ(graph_->count("POST", "/users"), 0U);
  EXPECT_EQ(graph_->sent.back().body["onPremisesImmutableId"], "annAnchor==");
  EXPECT_FALSE(graph_->sent.back().body.contains("passwordProfile"));
  EXPECT_TRUE(sink_.outcomes.at(0).success);
}

TEST_F(ExportTest, ASoftMatchWithAnotherAnchorIsRefused) {
  open(GraphProfile::kGraph);
  present_.push_back({{"id", guidOf(77)},
                      {"userPrincipalName", "ann@lab.example"},
                      {"onPremisesImmutableId", "other=="}});
  ASSERT_TRUE(run({userAdd(1, "ann")}).ok());
  ASSERT_THAT(sink_.outcomes, SizeIs(1));
  EXPECT_FALSE(sink_.outcomes[0].success);
  EXPECT_EQ(sink_.outcomes[0].error_type, "InvalidSoftMatch");
  EXPECT_THAT(sink_.outcomes[0].error_message, HasSubstr("Next:"));
  EXPECT_EQ(graph_->count("PATCH", "/users/"), 0U);
}

TEST_F(ExportTest, AnAdministratorIsNotTakenOver) {
  open(GraphProfile::kGraph);
  present_.push_back({{"id", guidOf(77)}, {"userPrincipalName", "ann@lab.example"}});
  special_ = [](const SentRequest& request) -> std::optional<FakeAnswer> {
    if (request.url.find("directoryRole") == std::string::npos) return std::nullopt;
    return FakeAnswer{200, Json{{"value", {{{"id", guidOf(5)}}}}}};
  };
  ASSERT_TRUE(run({userAdd(1, "ann")}).ok());
  EXPECT_EQ(sink_.outcomes.at(0).error_type, "ExistingAdminRoleConflict");
  EXPECT_EQ(graph_->count("PATCH", "/users/"), 0U);
}

TEST_F(ExportTest, ADeletedUserIsRestored) {
  open(GraphProfile::kGraph);
  deleted_.push_back({{"id", guidOf(88)}, {"onPremisesImmutableId", "annAnchor=="}});
  ASSERT_TRUE(run({userAdd(1, "ann")}).ok());
  EXPECT_EQ(graph_->count("POST", "/directory/deletedItems/" + guidOf(88) + "/restore"), 1U);
  EXPECT_EQ(graph_->count("PATCH", "/users/" + guidOf(88)), 1U);
  EXPECT_EQ(graph_->count("POST", "/users"), 0U);
  EXPECT_EQ(sink_.outcomes.at(0).anchor, "User_" + guidOf(88));
}

TEST_F(ExportTest, LookupsAreSharedByFifteenUsers) {
  open(GraphProfile::kGraph);
  std::vector<ExportItem> items;
  for (int i = 1; i <= 30; ++i)
    items.push_back(userAdd(i, "user" + std::to_string(i)));
  ASSERT_TRUE(run(items).ok());
  EXPECT_EQ(graph_->count("GET", "onPremisesImmutableId%20in"), 4U);  // present and deleted
  EXPECT_EQ(graph_->count("GET", "userPrincipalName%20in"), 2U);
  EXPECT_EQ(graph_->count("POST", "/users"), 30U);
}

TEST_F(ExportTest, AGroupIsUpsertedByItsUniqueName) {
  open(GraphProfile::kGraph);
  ASSERT_TRUE(run({groupAdd(1, "staff")}).ok());
  const auto upsert =
      std::find_if(graph_->sent.begin(), graph_->sent.end(), [](const SentRequest& request) {
        return request.method == "PATCH";
      });
  ASSERT_NE(upsert, graph_->sent.end());
  EXPECT_EQ(upsert->url, "/groups(uniqueName='tandem-anchor-staff_2B_2F_3D_3D')");
  EXPECT_EQ(upsert->prefer, "create-if-missing");
  EXPECT_EQ(upsert->body["mailEnabled"], false);
  EXPECT_EQ(sink_.outcomes.at(0).anchor, "Group_" + guidOf(1));
}

TEST_F(ExportTest, AnUpsertOfAnExistingGroupReadsItsId) {
  open(GraphProfile::kGraph);
  special_ = [](const SentRequest& request) -> std::optional<FakeAnswer> {
    if (request.url.find("uniqueName=") == std::string::npos) return std::nullopt;
    if (request.method == "PATCH") return FakeAnswer{204, Json()};
    return FakeAnswer{200, Json{{"id", guidOf(9)}}};
  };
  ASSERT_TRUE(run({groupAdd(1, "staff")}).ok());
  EXPECT_EQ(sink_.outcomes.at(0).anchor, "Group_" + guidOf(9));
}

TEST_F(ExportTest, MembersGoInBindsOfTwentyAndRemovalsOneByOne) {
  open(GraphProfile::kGraph);
  ExportItem group = update(1, "group", 500);
  group.image.clear();
  for (std::uint64_t i = 1; i <= 45; ++i)
    group.references.push_back(member(i));
  group.references.push_back(member(99, false));
  ASSERT_TRUE(run({group}).ok());
  std::multiset<std::size_t> binds;
  for (const SentRequest& request : graph_->sent) {
    if (request.method == "PATCH") binds.insert(request.body["members@odata.bind"].size());
  }
  EXPECT_THAT(binds, ElementsAre(5, 20, 20));
  EXPECT_EQ(graph_->count("DELETE", "/members/" + guidOf(99) + "/$ref"), 1U);
  EXPECT_TRUE(sink_.outcomes.at(0).references_done);
  EXPECT_THAT(sink_.outcomes, SizeIs(1));
}

TEST_F(ExportTest, ARefusedBindIsSplitAndWhatIsThereAlreadyIsFine) {
  open(GraphProfile::kGraph);
  special_ = [](const SentRequest& request) -> std::optional<FakeAnswer> {
    const bool is_bind = request.method == "PATCH";
    const bool is_known = request.method == "POST" &&
                          request.body.value("@odata.id", "").find(guidOf(2)) != std::string::npos;
    if (!is_bind && !is_known) return std::nullopt;
    return FakeGraph::refuse(400,
                             "Request_BadRequest",
                             "One or more added object references already exist for the following "
                             "modified properties: 'members'.");
  };
  ExportItem group = update(1, "group", 500);
  group.image.clear();
  for (std::uint64_t i = 1; i <= 3; ++i)
    group.references.push_back(member(i));
  ASSERT_TRUE(run({group}).ok());
  EXPECT_EQ(graph_->count("POST", "/members/$ref"), 3U);
  EXPECT_TRUE(sink_.outcomes.at(0).success);
  EXPECT_TRUE(sink_.outcomes[0].references_done);
}

TEST_F(ExportTest, AMissingMemberLeavesTheRestAndSaysPartialSuccess) {
  open(GraphProfile::kGraph);
  special_ = [](const SentRequest& request) -> std::optional<FakeAnswer> {
    const bool touches = request.body.dump().find(guidOf(2)) != std::string::npos;
    if (!touches) return std::nullopt;
    return FakeGraph::refuse(404, "Request_ResourceNotFound", "Resource does not exist");
  };
  ExportItem group = update(1, "group", 500);
  group.image.clear();
  for (std::uint64_t i = 1; i <= 3; ++i)
    group.references.push_back(member(i));
  ASSERT_TRUE(run({group}).ok());
  EXPECT_TRUE(sink_.outcomes.at(0).success);
  EXPECT_FALSE(sink_.outcomes[0].references_done);
  EXPECT_EQ(sink_.outcomes[0].error_type, "partial-success");
}

TEST_F(ExportTest, ReferencesToObjectsOfTheSameCallWaitForTheirIds) {
  open(GraphProfile::kGraph);
  ExportItem group = groupAdd(1, "staff");
  group.references = {to("member", 2), to("member", 3)};
  ExportItem ann = userAdd(2, "ann");
  ann.references = {to("manager", 3)};
  ExportItem bob = userAdd(3, "bob");
  bob.references = {to("manager", 2)};  // a circle
  ASSERT_TRUE(run({group, ann, bob}).ok());
  ASSERT_THAT(sink_.outcomes, SizeIs(3));
  for (const ExportOutcome& outcome : sink_.outcomes) {
    EXPECT_TRUE(outcome.success) << outcome.error_message;
    EXPECT_TRUE(outcome.references_done);
  }
  EXPECT_EQ(graph_->count("PUT", "/manager/$ref"), 2U);
  const std::string ann_id = sink_.find(2)->anchor.substr(5);
  bool bound = false;
  for (const SentRequest& request : graph_->sent) {
    bound = bound || request.body.dump().find("directoryObjects/" + ann_id) != std::string::npos;
  }
  EXPECT_TRUE(bound);
}

TEST_F(ExportTest, ReferencesToWhatIsNotThereYetAreLeftForLater) {
  open(GraphProfile::kGraph);
  ExportItem ann = userAdd(2, "ann");
  ann.references = {to("manager", 3)};
  ExportItem bob = userAdd(3, "bob");
  special_ = [](const SentRequest& request) -> std::optional<FakeAnswer> {
    if (request.method != "POST" || request.body.dump().find("bobAnchor") == std::string::npos) {
      return std::nullopt;
    }
    return FakeGraph::refuse(400,
                             "Request_BadRequest",
                             "The domain portion is invalid",
                             "InvalidValue",
                             "userPrincipalName");
  };
  ASSERT_TRUE(run({ann, bob}).ok());
  EXPECT_TRUE(sink_.find(2)->success);
  EXPECT_FALSE(sink_.find(2)->references_done);
  EXPECT_EQ(sink_.find(3)->error_type, "IdentityDataValidationFailed");
}

TEST_F(ExportTest, DeletionsComeLastAndAMissingObjectIsDeleted) {
  open(GraphProfile::kGraph);
  special_ = [](const SentRequest& request) -> std::optional<FakeAnswer> {
    if (request.method != "DELETE") return std::nullopt;
    return FakeGraph::refuse(404, "Request_ResourceNotFound", "gone");
  };
  ASSERT_TRUE(run({remove(1, "user", 1), update(2, "user", 2)}).ok());
  EXPECT_EQ(graph_->sent.back().method, "DELETE");
  EXPECT_EQ(graph_->sent.back().url, "/users/" + guidOf(1));
  EXPECT_TRUE(sink_.find(1)->success);
}

TEST_F(ExportTest, ALostCreateIsLookedForBeforeItIsRepeated) {
  open(GraphProfile::kSync);
  int batches = 0;
  graph_->on_http =
      [&](const platform::HttpRequest& request) -> std::optional<platform::HttpAnswer> {
    if (request.url.find("$batch") == std::string::npos || ++batches > 1) return std::nullopt;
    const Json batch = Json::parse(request.body);
    Json made = batch["requests"][0]["body"];  // carried out, then the line goes dead
    made["id"] = guidOf(42);
    present_.push_back(made);
    return FakeGraph::lost();
  };
  ASSERT_TRUE(run({userAdd(1, "ann")}).ok());
  EXPECT_EQ(graph_->count("POST", "/users"), 0U);
  EXPECT_EQ(graph_->count("GET", "onPremisesImmutableId%20in"), 1U);
  EXPECT_EQ(graph_->count("PATCH", "/users/" + guidOf(42)), 1U);
  EXPECT_EQ(sink_.outcomes.at(0).anchor, "User_" + guidOf(42));
}

TEST_F(ExportTest, WhatALostCreateMayHaveMadeIsLookedForAndDeleted) {
  for (const GraphProfile profile : {GraphProfile::kSync, GraphProfile::kGraph}) {
    open(profile);
    present_ = {{{"id", guidOf(42)},
                 {"onPremisesImmutableId", "annAnchor=="},
                 {"userPrincipalName", "ann@lab.example"},
                 {"onPremisesSyncEnabled", true}},
                // Not ours, whatever the tenant makes of our filter.
                {{"id", guidOf(43)},
                 {"onPremisesImmutableId", "annAnchor=2="},
                 {"onPremisesSyncEnabled", true}}};
    special_ = [](const SentRequest& request) -> std::optional<FakeAnswer> {
      if (request.method != "GET" || request.url.find("uniqueName=") == std::string::npos)
        return std::nullopt;
      if (request.url.find("old") == std::string::npos)
        return FakeGraph::refuse(404, "Request_ResourceNotFound", "no such group");
      return FakeAnswer{200, Json{{"id", guidOf(44)}}};
    };
    sink_.outcomes.clear();
    ASSERT_TRUE(run({unknown(1, "user", "annAnchor=="),
                     unknown(2, "user", "bobAnchor=="),
                     unknown(3, "group", "old"),
                     unknown(4, "group", "new")})
                    .ok());
    for (const std::int64_t id : {1, 2, 3, 4})
      EXPECT_TRUE(sink_.find(id)->success) << id;
    EXPECT_EQ(graph_->count("DELETE", ""), 2U);
    EXPECT_EQ(graph_->count("DELETE", "/users/" + guidOf(42)), 1U);
    EXPECT_EQ(graph_->count("DELETE", "/groups/" + guidOf(44)), 1U);
    EXPECT_EQ(graph_->count("GET", "onPremisesImmutableId%20in"), 1U);
    EXPECT_EQ(graph_->count("GET", "deletedItems") + graph_->count("GET", "userPrincipalName%20in"),
              0U);
  }
}

TEST_F(ExportTest, WithoutALookUpNothingIsDeleted) {
  open(GraphProfile::kSync);
  special_ = [](const SentRequest& request) -> std::optional<FakeAnswer> {
    if (request.method != "GET") return std::nullopt;
    return FakeGraph::refuse(403, "Authorization_RequestDenied", "no");
  };
  ExportItem elsewhere = unknown(3, "user", "x");
  elsewhere.dn = "CN=x,OU=somewhere";
  static_cast<void>(
      run({unknown(1, "user", "annAnchor=="), unknown(2, "group", "old"), elsewhere}).ok());
  EXPECT_EQ(graph_->count("DELETE", ""), 0U);
  ASSERT_NE(sink_.find(3), nullptr);
  EXPECT_EQ(sink_.find(3)->error_type, "missing-anchor-component");
  for (const ExportOutcome& outcome : sink_.outcomes)
    EXPECT_FALSE(outcome.success);
}

TEST_F(ExportTest, ARetryLooksFirst) {
  open(GraphProfile::kSync);
  present_.push_back({{"id", guidOf(42)},
                      {"onPremisesImmutableId", "annAnchor=="},
                      {"onPremisesSyncEnabled", true}});
  ExportItem item = userAdd(1, "ann");
  item.is_retry = true;
  ASSERT_TRUE(run({item}).ok());
  EXPECT_EQ(graph_->count("POST", "/users"), 0U);
  EXPECT_EQ(sink_.outcomes.at(0).anchor, "User_" + guidOf(42));
}

TEST_F(ExportTest, OnlyThrottledRequestsAreRepeatedAndRetryAfterIsHonoured) {
  open(GraphProfile::kSync);
  int refused = 0;
  platform::MonotonicTime refused_at{};
  special_ = [&](const SentRequest& request) -> std::optional<FakeAnswer> {
    if (request.url != "/users/" + guidOf(3) || refused > 0) return std::nullopt;
    ++refused;
    refused_at = clock_.monotonicNow();
    FakeAnswer given = FakeGraph::refuse(429, "TooManyRequests", "Please retry again later.");
    given.retry_after = 7;
    return given;
  };
  std::vector<ExportItem> items;
  for (int i = 1; i <= 10; ++i)
    items.push_back(update(i, "user", static_cast<std::uint64_t>(i)));
  ASSERT_TRUE(run(items).ok());
  EXPECT_THAT(graph_->sent, SizeIs(11));
  EXPECT_GE(clock_.monotonicNow() - refused_at, std::chrono::seconds(7));
  EXPECT_LT(clock_.monotonicNow() - refused_at, std::chrono::seconds(9));
  EXPECT_TRUE(sink_.find(3)->success);
}

TEST_F(ExportTest, ARetryAfterOfEternityIsFiveMinutes) {
  open(GraphProfile::kSync);
  int refused = 0;
  special_ = [&](const SentRequest&) -> std::optional<FakeAnswer> {
    if (++refused > 1) return std::nullopt;
    FakeAnswer given = FakeGraph::refuse(429, "TooManyRequests", "Please retry again later.");
    given.retry_after = 1'793'433'451'610'650'838;
    return given;
  };
  const auto before = clock_.monotonicNow();
  ASSERT_TRUE(run({update(1, "user", 1)}).ok());
  EXPECT_NEAR(std::chrono::duration<double>(clock_.monotonicNow() - before).count(), 300, 5);
}

TEST_F(ExportTest, HiccupsAreRepeatedAndGivenUpInTheEnd) {
  open(GraphProfile::kSync);
  int failures = 0;
  special_ = [&](const SentRequest& request) -> std::optional<FakeAnswer> {
    if (request.url == "/users/" + guidOf(1)) {
      return FakeGraph::refuse(503, "serviceNotAvailable", "later");
    }
    if (request.url == "/users/" + guidOf(2) && ++failures <= 3) {
      return FakeGraph::refuse(500, "InternalServerError", "oops");
    }
    return std::nullopt;
  };
  ASSERT_TRUE(run({update(1, "user", 1), update(2, "user", 2)}).ok());
  EXPECT_EQ(sink_.find(1)->error_type, "cd-connectivity-error");
  EXPECT_TRUE(sink_.find(1)->is_retryable);
  EXPECT_TRUE(sink_.find(2)->success);
}

TEST_F(ExportTest, AnExpiredTokenIsRenewedOnce) {
  open(GraphProfile::kSync);
  int calls = 0;
  graph_->on_http =
      [&](const platform::HttpRequest& request) -> std::optional<platform::HttpAnswer> {
    if (request.url.find("$batch") == std::string::npos || ++calls > 1) return std::nullopt;
    return FakeGraph::respond(401, R"({"error":{"code":"InvalidAuthenticationToken"}})");
  };
  ASSERT_TRUE(run({update(1, "user", 1)}).ok());
  EXPECT_EQ(graph_->tokens, 2);
  EXPECT_TRUE(sink_.outcomes.at(0).success);
}

TEST_F(ExportTest, ATokenThatIsNeverAcceptedEndsTheExport) {
  open(GraphProfile::kSync);
  graph_->on_http =
      [&](const platform::HttpRequest& request) -> std::optional<platform::HttpAnswer> {
    if (request.url.find("$batch") == std::string::npos) return std::nullopt;
    return FakeGraph::respond(401, R"({"error":{"code":"InvalidAuthenticationToken"}})");
  };
  const Result<void> done = run({update(1, "user", 1)});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code(), ErrorCode::kUnauthenticated);
  EXPECT_THAT(sink_.outcomes, SizeIs(0));
}

TEST_F(ExportTest, MissingRightsEndTheExportWhenNothingWorks) {
  open(GraphProfile::kSync);
  special_ = [&](const SentRequest&) -> std::optional<FakeAnswer> {
    return FakeGraph::refuse(
        403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
  };
  const Result<void> done = run({update(1, "user", 1)});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code(), ErrorCode::kPermissionDenied);
  EXPECT_EQ(sink_.outcomes.at(0).error_type, "permission-issue");
}

TEST_F(ExportTest, AnObjectJustMadeMayBeMissingForSeconds) {
  open(GraphProfile::kSync);
  int missing = 3;
  special_ = [&](const SentRequest& request) -> std::optional<FakeAnswer> {
    if (request.method != "PUT" || missing-- <= 0) return std::nullopt;
    return FakeGraph::refuse(404, "Request_ResourceNotFound", "Resource does not exist");
  };
  ExportItem ann = userAdd(2, "ann");
  ann.references = {to("manager", 3)};
  ASSERT_TRUE(run({ann, userAdd(3, "bob")}).ok());
  EXPECT_TRUE(sink_.find(2)->success);
  EXPECT_TRUE(sink_.find(2)->references_done);
  EXPECT_EQ(graph_->count("PUT", "/manager/$ref"), 4U);
}

TEST_F(ExportTest, ATruncatedBatchAnswerIsALostOne) {
  open(GraphProfile::kSync);
  int batches = 0;
  graph_->on_http =
      [&](const platform::HttpRequest& request) -> std::optional<platform::HttpAnswer> {
    if (request.url.find("$batch") == std::string::npos || ++batches > 2) return std::nullopt;
    return FakeGraph::respond(200, R"({"responses":[{"id":"0","stat)");
  };
  ASSERT_TRUE(run({update(1, "user", 1)}).ok());
  EXPECT_TRUE(sink_.outcomes.at(0).success);
}

TEST_F(ExportTest, NonsenseForEverEndsTheExport) {
  open(GraphProfile::kSync);
  graph_->on_http =
      [&](const platform::HttpRequest& request) -> std::optional<platform::HttpAnswer> {
    if (request.url.find("$batch") == std::string::npos) return std::nullopt;
    return FakeGraph::respond(200, "<html>proxy</html>");
  };
  const Result<void> done = run({update(1, "user", 1)});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code(), ErrorCode::kCorruption);
}

TEST_F(ExportTest, ADuplicateNamesThePropertyAndWhatToDo) {
  open(GraphProfile::kSync);
  special_ = [&](const SentRequest& request) -> std::optional<FakeAnswer> {
    if (request.method != "PATCH") return std::nullopt;
    return FakeGraph::refuse(
        400,
        "Request_BadRequest",
        "Another object with the same value for property userPrincipalName already exists.",
        "ObjectConflict",
        "userPrincipalName");
  };
  ASSERT_TRUE(run({update(1, "user", 1)}).ok());
  EXPECT_EQ(sink_.outcomes.at(0).error_type, "AttributeValueMustBeUnique");
  EXPECT_THAT(sink_.outcomes[0].error_message, HasSubstr("userPrincipalName"));
  EXPECT_THAT(sink_.outcomes[0].error_message, HasSubstr("Next: find the other object"));
}

TEST_F(ExportTest, TooLongAValueIsNotSent) {
  open(GraphProfile::kGraph);
  ExportItem item = update(1, "user", 1);
  RecordBuilder record;
  record.addString(attributes_.intern("department"), std::string(65, 'x'));
  item.image = record.finish();
  ASSERT_TRUE(run({item}).ok());
  EXPECT_EQ(sink_.outcomes.at(0).error_type, "ExceededAllowedLength");
  EXPECT_THAT(graph_->sent, SizeIs(0));
}

TEST_F(ExportTest, AnUpdateOfNothingWritableIsDoneWithoutAWord) {
  open(GraphProfile::kGraph);
  ExportItem item = update(1, "user", 1);
  RecordBuilder record;
  record.addString(attributes_.intern("onPremisesSamAccountName"), "ann");
  item.image = record.finish();
  ASSERT_TRUE(run({item}).ok());
  EXPECT_TRUE(sink_.outcomes.at(0).success);
  EXPECT_THAT(graph_->sent, SizeIs(0));
}

TEST_F(ExportTest, ContactsAreNoMatterOfPublicGraph) {
  open(GraphProfile::kGraph);
  ExportItem item = userAdd(1, "ann");
  item.type = directory::ObjectTypeId(types_.intern("contact"));
  ASSERT_TRUE(run({item}).ok());
  EXPECT_EQ(sink_.outcomes.at(0).error_type, "no-export-to-this-object-type");
}

TEST_F(ExportTest, ClearedAttributesBecomeNull) {
  open(GraphProfile::kGraph);
  ExportItem item = update(1, "user", 1);
  RecordBuilder record;
  record.addCleared(attributes_.intern("title"), directory::ValueType::kString, false);
  record.addCleared(attributes_.intern("telephoneNumber"), directory::ValueType::kString, false);
  record.addCleared(attributes_.intern("usageLocation"), directory::ValueType::kString, false);
  record.addString(attributes_.intern("extensionAttribute3"), "x");
  item.image = record.finish();
  ASSERT_TRUE(run({item}).ok());
  EXPECT_EQ(graph_->sent.at(0).body, Json::parse(R"({"jobTitle":null,"businessPhones":[],
                            "onPremisesExtensionAttributes":{"extensionAttribute3":"x"}})"));
}

TEST_F(ExportTest, CancellingLetsWhatIsUnderWayEnd) {
  open(GraphProfile::kSync);
  std::vector<ExportItem> items;
  for (int i = 1; i <= 1000; ++i)
    items.push_back(update(i, "user", static_cast<std::uint64_t>(i)));
  special_ = [&](const SentRequest&) -> std::optional<FakeAnswer> {
    sink_.cancelled = true;
    return std::nullopt;
  };
  const Result<void> done = run(items);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code(), ErrorCode::kCancelled);
  EXPECT_EQ(sink_.outcomes.size(), graph_->sent.size());
  EXPECT_LT(sink_.outcomes.size(), 1000U);
}

TEST_F(ExportTest, PasswordsAreNeverInMessages) {
  open(GraphProfile::kGraph);
  std::string password;
  special_ = [&](const SentRequest& request) -> std::optional<FakeAnswer> {
    if (request.method != "POST") return std::nullopt;
    password = request.body["passwordProfile"]["password"];
    return FakeGraph::refuse(400, "Request_BadRequest", "Invalid value specified for property");
  };
  ASSERT_TRUE(run({userAdd(1, "ann")}).ok());
  ASSERT_FALSE(password.empty());
  EXPECT_THAT(sink_.outcomes.at(0).error_message, Not(HasSubstr(password)));
}

TEST_F(ExportTest, APlanCountsWritesAndTheTimeThatQuotasTake) {
  open(GraphProfile::kGraph);
  std::vector<ExportItem> items;
  for (int i = 1; i <= 9000; ++i)
    items.push_back(update(i, "user", static_cast<std::uint64_t>(i)));
  ExportItem group = update(1, "group", 500);
  for (std::uint64_t i = 1; i <= 41; ++i)
    group.references.push_back(member(i));
  items.push_back(group);
  const ExportPlan plan = connector_->planExport(items);
  EXPECT_EQ(plan.writes, 9000U + 1U + 3U);
  EXPECT_EQ(plan.requests, 451U);
  EXPECT_NEAR(plan.seconds_at_quota, 300, 1);
  EXPECT_THAT(plan.explanation, HasSubstr("about 6 min"));
  EXPECT_THAT(graph_->sent, SizeIs(0));
}

}  // namespace
}  // namespace tandem::connectors::graph
