// SPDX-License-Identifier: Apache-2.0
//
// Each way in which a tenant can be out of reach, by a scripted one, and what is said about it.
#include "connectors/graph/connection_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "connectors/graph/fake_graph.h"

namespace tandem::connectors::graph {
namespace {

using testing::FakeAnswer;
using testing::FakeGraph;
using ::testing::HasSubstr;
using testing::Json;
using ::testing::Not;
using testing::SentRequest;

const std::vector<std::string> kAllRoles = {
    "User.ReadWrite.All", "Group.ReadWrite.All", "Organization.ReadWrite.All"};

class GraphConnectionTest : public ::testing::Test {
 protected:
  GraphConnectionTest() : http_(clock_) {
    settings_.base_url = "https://graph.test/v1.0";
    settings_.login_url = "https://login.test";
    settings_.tenant = "lab.example";
    settings_.client_id = "client";
    settings_.client_secret = "secret";
    http_.on_http = [this](const platform::HttpRequest& request) { return http(request); };
    http_.on_request = [this](const SentRequest& request) { return graph(request); };
  }

  static std::string tokenWith(const std::vector<std::string>& roles) {
    return "h." + toBase64Url(Json{{"roles", roles}}.dump()) + ".s";
  }

  std::optional<platform::HttpAnswer> http(const platform::HttpRequest& request) const {
    if (request.url.find("openid-configuration") != std::string::npos) {
      platform::HttpResponse response = FakeGraph::respond(tenant_status_, "{}");
      response.headers.emplace_back("Date", date_);
      return platform::HttpAnswer(response);
    }
    if (request.url.find("/oauth2/") != std::string::npos) {
      if (token_.empty()) {
        return platform::HttpAnswer(FakeGraph::respond(
            401, R"({"error":"invalid_client","error_description":"AADSTS7000215: x"})"));
      }
      return platform::HttpAnswer(
          FakeGraph::respond(200, Json{{"access_token", token_}, {"expires_in", 3600}}.dump()));
    }
    if (request.url.find("$count") != std::string::npos) {
      return platform::HttpAnswer(FakeGraph::respond(count_.empty() ? 400 : 200, count_));
    }
    return std::nullopt;
  }

  FakeAnswer graph(const SentRequest& request) const {
    if (request.url.starts_with("/organization")) {
      return {200,
              Json::parse(R"({"value": [{"id": "t", "displayName": "Lab", "verifiedDomains":
                  [{"name": "lab.example", "isInitial": true}]}]})"),
              -1};
    }
    if (!may_read_) return FakeGraph::refuse(403, "Authorization_RequestDenied", "no");
    return {200, Json{{"value", Json::array()}}, -1};
  }

  std::string troubles() {
    GraphSession session(settings_, http_, clock_);
    const auto probe = [this](const platform::TlsProbeRequest& request) {
      probed_.push_back(request.name + ":" + std::to_string(request.port));
      return probe_;
    };
    std::string text;
    for (const TestFinding& finding : checkConnection(session, probe)) {
      if (finding.isOk()) continue;
      text += std::string(toString(finding.verdict)) + " " + finding.check + ": " + finding.detail +
              " | " + finding.next + "\n";
    }
    return text;
  }

  platform::ManualClock clock_;  // 1700000000: Tue, 14 Nov 2023 22:13:20 GMT
  FakeGraph http_;
  GraphSettings settings_;
  int tenant_status_ = 200;
  std::string date_ = "Tue, 14 Nov 2023 22:13:20 GMT";
  std::string token_ = tokenWith(kAllRoles);
  std::string count_ = "7";
  bool may_read_ = true;
  Result<platform::TlsProbeReport> probe_ = platform::TlsProbeReport();
  std::vector<std::string> probed_;
};

TEST_F(GraphConnectionTest, AGoodTenantIsAllRight) {
  EXPECT_EQ(troubles(), "");
  EXPECT_EQ(probed_, (std::vector<std::string>{"login.test:443", "graph.test:443"}));
  GraphSession session(settings_, http_, clock_);
  EXPECT_EQ(countTenantObjects(session), 14U);
  count_.clear();
  EXPECT_EQ(countTenantObjects(session), std::nullopt);
}

TEST_F(GraphConnectionTest, ACertificateThatIsNotTrusted) {
  platform::TlsProbeReport report;
  report.verdict = platform::TlsVerdict::kUntrustedIssuer;
  report.explanation = "the certificate of graph.test was issued by Mallory";
  probe_ = report;
  token_.clear();
  EXPECT_THAT(troubles(), HasSubstr("refused endpoint graph.test:443: the certificate of"));
}

TEST_F(GraphConnectionTest, AProxyMayReachWhatTheProbeCannot) {
  probe_ = Error(ErrorCode::kUnavailable, "there is no route to login.test:443");
  EXPECT_THAT(troubles(), HasSubstr("warning endpoint login.test:443: there is no route"));
  EXPECT_THAT(troubles(), Not(HasSubstr("refused")));
}

TEST_F(GraphConnectionTest, AnUnknownTenant) {
  tenant_status_ = 400;
  EXPECT_THAT(troubles(),
              HasSubstr("refused tenant: https://login.test does not know the tenant "
                        "lab.example (HTTP 400) | check the tenant's id"));
}

TEST_F(GraphConnectionTest, ClocksThatAreApart) {
  date_ = "Tue, 14 Nov 2023 22:14:20 GMT";
  EXPECT_THAT(troubles(),
              HasSubstr("warning clock: the clocks of this machine and of the tenant "
                        "are"));
  date_ = "Tue, 14 Nov 2023 22:00:00 GMT";
  EXPECT_THAT(troubles(), HasSubstr("refused clock:"));
  date_ = "yesterday";
  EXPECT_EQ(troubles(), "");
}

TEST_F(GraphConnectionTest, AWrongOrMissingSecret) {
  token_.clear();
  EXPECT_THAT(troubles(), HasSubstr("refused sign-in: "));
  EXPECT_THAT(troubles(), HasSubstr("the client secret is wrong"));
  settings_.client_secret.clear();
  EXPECT_THAT(troubles(), HasSubstr("refused settings: there is neither a client secret nor"));
}

TEST_F(GraphConnectionTest, EachMissingPermissionHasItsPurpose) {
  token_ = tokenWith({"Organization.Read.All"});
  settings_.profile = GraphProfile::kSync;
  const std::string text = troubles();
  EXPECT_THAT(text,
              HasSubstr("refused permission User.ReadWrite.All: the application does not have "
                        "it; it is needed to write users | add it to the app registration"));
  EXPECT_THAT(text, HasSubstr("refused permission Group.ReadWrite.All: "));
  EXPECT_THAT(text, HasSubstr("warning permission Organization.ReadWrite.All: "));
  EXPECT_THAT(text, HasSubstr("the record is kept on a group (Group.ReadWrite.All)"));
  EXPECT_THAT(text, HasSubstr("refused permission OnPremDirectorySynchronization.ReadWrite.All: "));
}

TEST_F(GraphConnectionTest, ATokenWithoutRolesHasNone) {
  token_ = tokenWith({});
  EXPECT_THAT(troubles(), HasSubstr("refused permission User.ReadWrite.All"));
}

TEST_F(GraphConnectionTest, AnOpaqueTokenIsTriedByReading) {
  token_ = "opaque";
  EXPECT_THAT(troubles(), HasSubstr("warning permissions: the token does not list them"));
  may_read_ = false;
  EXPECT_THAT(troubles(), HasSubstr("refused permission Group.ReadWrite.All: "));
}

}  // namespace
}  // namespace tandem::connectors::graph
