// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"
#include "connectors/graph/attribute_map.h"
#include "connectors/graph/concurrency_window.h"
#include "connectors/graph/connection_check.h"
#include "connectors/graph/export_plan.h"
#include "connectors/graph/fake_graph.h"
#include "connectors/graph/graph_failure.h"
#include "connectors/graph/graph_url.h"
#include "connectors/graph/json_text.h"
#include "connectors/graph/object_writer.h"
#include "connectors/graph/token_client.h"
#include "connectors/graph/watermark.h"
#include "platform/certificate.h"

namespace tandem::connectors::graph {
namespace {

using ::testing::ElementsAre;
using testing::FakeGraph;
using ::testing::HasSubstr;
using testing::Json;
using ::testing::Not;

TEST(AttributeRows, EachAttributeHasOnePlaceForEachType) {
  std::set<std::pair<std::string, unsigned>> seen;
  for (const AttributeRow& row : attributeRows()) {
    EXPECT_NE(row.kinds, 0);
    for (unsigned k = 0; k < kKinds; ++k) {
      if ((row.kinds & (1U << k)) == 0) continue;
      EXPECT_TRUE(seen.emplace(toLowerAscii(row.attribute), k).second) << row.attribute;
    }
  }
}

TEST(AttributeRows, AreAllOnTheReferencePage) {
  std::ifstream in(TANDEM_SOURCE_DIR "/docs/reference/connector-graph.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  for (const AttributeRow& row : attributeRows()) {
    if (row.attribute.substr(0, 18) == "extensionAttribute") continue;  // one line for all
    const std::string name(row.attribute);
    const bool is_there = page.find("| " + name + " |") != std::string::npos ||
                          page.find("`" + name + "` (") != std::string::npos;
    EXPECT_TRUE(is_there) << name;
  }
}

TEST(AttributeMap, ProfilesDifferInWhatTheyMayWrite) {
  directory::AttributeTable attributes;
  directory::NameTable types;
  const AttributeMap graph(GraphProfile::kGraph, attributes, types);
  const AttributeMap sync(GraphProfile::kSync, attributes, types);
  const auto may = [&](const AttributeMap& map, Kind kind, const char* name) {
    const AttributeRow* row = map.find(kind, attributes.intern(name));
    return row != nullptr && map.canWrite(kind, *row);
  };
  EXPECT_TRUE(may(graph, Kind::kUser, "displayName"));
  EXPECT_TRUE(may(graph, Kind::kUser, "extensionAttribute15"));
  EXPECT_FALSE(may(graph, Kind::kUser, "proxyAddresses"));
  EXPECT_FALSE(may(graph, Kind::kUser, "onPremisesSamAccountName"));
  EXPECT_FALSE(may(graph, Kind::kGroup, "mail"));
  EXPECT_FALSE(may(graph, Kind::kContact, "displayName"));
  EXPECT_TRUE(may(sync, Kind::kUser, "proxyAddresses"));
  EXPECT_TRUE(may(sync, Kind::kContact, "displayName"));
  EXPECT_FALSE(may(sync, Kind::kUser, "cloudAnchor"));
  EXPECT_FALSE(may(sync, Kind::kUser, "pager"));
  EXPECT_NE(graph.schema().find(attributes.intern("pager")), nullptr);
}

TEST(UniqueName, ComesBackAndNoOthersDo) {
  for (const std::string anchor : {"MyIRAFVEd2aImaq7zN3u/w==", "abc.def-1", "a b"}) {
    const std::string name = uniqueNameOf(anchor);
    EXPECT_EQ(percentEncode(name), name);
    EXPECT_EQ(anchorOfUniqueName(name), anchor);
  }
  EXPECT_EQ(anchorOfUniqueName("tandem-witness"), std::nullopt);
  EXPECT_EQ(anchorOfUniqueName("tandem-witness"), std::nullopt);  // the record of who may write
  EXPECT_EQ(anchorOfUniqueName("tandem-anchor-a_4"), std::nullopt);
  EXPECT_EQ(anchorOfUniqueName("other"), std::nullopt);
}

TEST(CloudAnchor, TakesOnlyGuids) {
  EXPECT_TRUE(parseCloudAnchor("User_" + testing::guidOf(1)).has_value());
  EXPECT_EQ(parseCloudAnchor("User_../../organization/aaaaaaaaaaaaaaaaaaa"), std::nullopt);
  EXPECT_EQ(parseCloudAnchor("Robot_" + testing::guidOf(1)), std::nullopt);
}

TEST(DnOfAnchor, IsHexInBraces) {
  EXPECT_EQ(dnOfAnchor("xE0iaTB6"), "CN={7845306961544236}");
  EXPECT_EQ(anchorOfDn("CN={7845306961544236}"), "xE0iaTB6");
  for (const char* other :
       {"", "CN={", "CN={}", "CN={784}", "CN={78", "CN=78", "OU={78}", "CN={xy}"})
    EXPECT_EQ(anchorOfDn(other), std::nullopt) << other;
}

TEST(JsonText, EscapesAndPlacesCommas) {
  std::string out;
  JsonText json(out);
  json.beginObject().key("a").string("q\"\\\n\x01é").key("b").beginArray().string("x").null();
  json.beginObject().endObject().endArray().key("c").boolean(true).endObject();
  EXPECT_EQ(out, "{\"a\":\"q\\\"\\\\\\n\\u0001é\",\"b\":[\"x\",null,{}],\"c\":true}");
  EXPECT_TRUE(Json::accept(out));
}

TEST(GraphUrl, EncodesBlanksQuotesAndPlus) {
  EXPECT_EQ(odataLiteral("O'Neil a+b"), "%27O%27%27Neil%20a%2Bb%27");
  EXPECT_EQ(inFilter("id", std::vector<std::string>{"a", "b"}), "id%20in%20(%27a%27,%27b%27)");
}

TEST(GraphUrl, OriginsAreCompleteAndNotFooled) {
  EXPECT_EQ(originOf("https://Graph.Example/v1.0"), "https://graph.example:443");
  EXPECT_EQ(originOf("http://[::1]:80/x"), "http://[::1]:80");
  EXPECT_EQ(originOf("https://[::1]/x"), "https://[::1]:443");
  EXPECT_EQ(originOf("https://graph.example@evil.example/"), std::nullopt);
  EXPECT_EQ(originOf("ftp://graph.example/"), std::nullopt);
  EXPECT_EQ(originOf("/users"), std::nullopt);
}

TEST(GraphFailure, ReadsEveryKindOfEnvelope) {
  const GraphFailure full =
      parseFailure(400,
                   R"({"error":{"code":"Request_BadRequest","message":"A value already exists.",
          "details":[{"code":"ObjectConflict",
          "target":"proxyAddresses"}],"innererror":{}}})");
  EXPECT_EQ(classify(full).type, "AttributeValueMustBeUnique");
  for (const char* body :
       {"", "<html>", "[]", "{}", R"({"error":"text"})", R"({"error":{"code":7}})"}) {
    EXPECT_EQ(parseFailure(500, body).code, "") << body;
    EXPECT_TRUE(classify(parseFailure(500, body)).is_retryable);
  }
}

TEST(GraphFailure, EveryClassSaysWhatToDo) {
  const auto of = [](int status, std::string code, std::string message, std::string detail) {
    GraphFailure failure;
    failure.status = status;
    failure.code = std::move(code);
    failure.message = std::move(message);
    if (!detail.empty()) failure.details.push_back({std::move(detail), ""});
    const ExportErrorClass error = classify(failure);
    EXPECT_FALSE(error.advice.empty()) << error.type;
    return error.type;
  };
  EXPECT_EQ(of(400, "Request_BadRequest", "x", "InvalidSoftMatch"), "InvalidSoftMatch");
  EXPECT_EQ(of(400, "Request_BadRequest", "x", "ObjectTypeMismatch"), "ObjectTypeMismatch");
  EXPECT_EQ(
      of(400, "Request_BadRequest", "The domain portion of the userPrincipalName", "InvalidValue"),
      "IdentityDataValidationFailed");
  EXPECT_EQ(of(400, "Request_BadRequest", "Property x has an invalid length", ""),
            "ExceededAllowedLength");
  EXPECT_EQ(of(400, "Request_BadRequest", "for on-premises mastered Directory Sync objects", ""),
            "permission-issue");
  EXPECT_EQ(of(403, "Authorization_RequestDenied", "", ""), "permission-issue");
  EXPECT_EQ(of(403, "Directory_QuotaExceeded", "forward-link 'owners'", ""), "LargeObject");
  EXPECT_EQ(of(404, "Request_ResourceNotFound", "", ""), "cd-missing-object");
  EXPECT_EQ(of(409, "Request_MultipleObjectsWithSameKeyValue", "", ""),
            "AttributeValueMustBeUnique");
  EXPECT_EQ(of(409, "Directory_ConcurrencyViolation", "", ""), "cd-error");
  EXPECT_EQ(of(413, "", "", ""), "LargeObject");
  EXPECT_EQ(of(429, "TooManyRequests", "", ""), "cd-connectivity-error");
}

TEST(ConcurrencyWindow, GrowsOnSuccessAndHalvesOnThrottling) {
  ConcurrencyWindow window(2, 32);
  for (int i = 0; i < 500; ++i)
    window.onSuccess(std::chrono::milliseconds(20));
  EXPECT_GT(window.size(), 20U);
  const std::size_t before = window.size();
  window.onThrottled();
  EXPECT_EQ(window.size(), before / 2);
  window.onThrottled();  // the same burst
  EXPECT_EQ(window.size(), before / 2);
  for (int i = 0; i < 1000; ++i) {
    window.onSuccess(std::chrono::milliseconds(20));
    window.onThrottled();
  }
  EXPECT_GE(window.size(), 2U);
}

TEST(ConcurrencyWindow, StopsGrowingWhenAnswersTakeLonger) {
  ConcurrencyWindow window(2, 64);
  for (int i = 0; i < 20; ++i)
    window.onSuccess(std::chrono::milliseconds(5));
  for (int i = 0; i < 100; ++i)
    window.onSuccess(std::chrono::milliseconds(60));
  const std::size_t held = window.size();
  for (int i = 0; i < 200; ++i)
    window.onSuccess(std::chrono::milliseconds(60));
  EXPECT_EQ(window.size(), held);
}

TEST(SecondsAtQuota, AHundredThousandCreatesTakeOverAnHour) {
  EXPECT_NEAR(secondsAtQuota(100'000, 0) / 60, 81, 3);
  EXPECT_LT(secondsAtQuota(1000, 0), 5);
}

TEST(GraphWatermark, ComesBack) {
  GraphWatermark watermark;
  watermark.selection = "a\"b";
  watermark.delta_links = {"https://x/1", "https://x/2", ""};
  const auto parsed = GraphWatermark::parse(watermark.toText());
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->selection, watermark.selection);
  EXPECT_EQ(parsed->delta_links, watermark.delta_links);
  EXPECT_FALSE(GraphWatermark::parse("cookie").has_value());
  EXPECT_FALSE(GraphWatermark::parse("{}").has_value());
}

TEST(Nickname, KeepsWhatGraphAllows) {
  EXPECT_EQ(makeNickname("Zoë Müller.Smith", "A"), "ZoMller.Smith");
  EXPECT_EQ(makeNickname("...", "A"), "41");
}

std::string missingNames(GraphProfile profile, const std::vector<std::string>& roles) {
  std::string names;
  for (const MissingPermission& missing : missingPermissions(profile, roles)) {
    EXPECT_FALSE(missing.purpose.empty());
    names += missing.name + (missing.required ? "\n" : " (not required)\n");
  }
  return names;
}

TEST(MissingPermissions, NamesThem) {
  EXPECT_EQ(missingNames(GraphProfile::kGraph, {"User.ReadWrite.All"}),
            "Group.ReadWrite.All\nOrganization.Read.All\n"
            "Organization.ReadWrite.All (not required)\n");
  EXPECT_EQ(missingNames(GraphProfile::kGraph, {"Directory.ReadWrite.All"}), "");
  EXPECT_EQ(missingNames(GraphProfile::kSync, {"Directory.ReadWrite.All"}),
            "OnPremDirectorySynchronization.ReadWrite.All\n");
}

class TokenTest : public ::testing::Test {
 protected:
  TokenTest() : http_(clock_) {
    settings_.login_url = "https://login.test";
    settings_.tenant = "lab.example";
    settings_.client_id = "client";
    settings_.client_secret = "s&cret=";
  }
  void answer(int status, std::string body, std::string date = {}) {
    http_.on_http = [=, this](const platform::HttpRequest& request) {
      requests_.push_back(request);
      platform::HttpResponse response = FakeGraph::respond(status, body);
      if (!date.empty()) response.headers.emplace_back("Date", date);
      return std::optional<platform::HttpAnswer>(response);
    };
  }

  platform::ManualClock clock_;
  FakeGraph http_;
  GraphSettings settings_;
  std::vector<platform::HttpRequest> requests_;
};

TEST_F(TokenTest, IsKeptUntilShortlyBeforeItsEnd) {
  answer(200, R"({"access_token":"t","expires_in":3600})");
  TokenClient client(settings_, http_, clock_);
  ASSERT_EQ(client.token().value(), "t");
  EXPECT_EQ(requests_.at(0).url, "https://login.test/lab.example/oauth2/v2.0/token");
  EXPECT_THAT(requests_[0].body, HasSubstr("client_secret=s%26cret%3D"));
  clock_.advance(std::chrono::minutes(54));
  ASSERT_TRUE(client.token().ok());
  EXPECT_EQ(requests_.size(), 1U);
  clock_.setWall(platform::WallTime{});  // no matter
  clock_.advance(std::chrono::minutes(2));
  ASSERT_TRUE(client.token().ok());
  EXPECT_EQ(requests_.size(), 2U);
}

TEST_F(TokenTest, ErrorsSayWhatToDoAndNeverTheSecret) {
  answer(401,
         R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid.",
             "error_codes":[7000215]})");
  TokenClient client(settings_, http_, clock_);
  const auto token = client.token();
  ASSERT_FALSE(token.ok());
  EXPECT_EQ(token.error().code(), ErrorCode::kUnauthenticated);
  EXPECT_THAT(token.error().message(), HasSubstr("AADSTS7000215"));
  EXPECT_THAT(token.error().message(), HasSubstr("the client secret is wrong"));
  EXPECT_THAT(token.error().message(), Not(HasSubstr("s&cret")));
  answer(200, "<html>");
  EXPECT_EQ(client.token().error().code(), ErrorCode::kCorruption);
  answer(404, "<html>");
  EXPECT_EQ(client.token().error().code(), ErrorCode::kUnauthenticated);
}

TEST_F(TokenTest, AWrongClockIsCorrectedByTheServersDate) {
  const platform::SigningKey key = platform::SigningKey::generate().value();
  const std::string folder = ::testing::TempDir() + "/tandem-token-test";
  const auto files = platform::ensureCertificate(folder, {}, std::chrono::system_clock::now());
  ASSERT_TRUE(files.ok());
  std::ifstream pem(files.value().ca_certificate);
  settings_.client_secret.clear();
  settings_.private_key_pem = key.toPem();
  settings_.certificate_pem = {std::istreambuf_iterator<char>(pem), {}};
  std::vector<std::int64_t> issued;
  http_.on_http = [&](const platform::HttpRequest& request) {
    const std::string assertion = request.body.substr(request.body.rfind("client_assertion=") + 17);
    const Json claims = Json::parse(*fromBase64Url(split(assertion, '.').at(1)));
    const Json header = Json::parse(*fromBase64Url(split(assertion, '.').at(0)));
    EXPECT_EQ(header["alg"], "PS256");
    EXPECT_EQ(claims["aud"], "https://login.test/lab.example/oauth2/v2.0/token");
    issued.push_back(claims["iat"]);
    platform::HttpResponse response = FakeGraph::respond(
        401, R"({"error":"invalid_client","error_description":"AADSTS700024: time range"})");
    response.headers.emplace_back("Date", "Tue, 14 Nov 2023 22:33:20 GMT");  // 1,700,001,200
    if (issued.size() > 1) response = FakeGraph::respond(200, R"({"access_token":"t"})");
    return std::optional<platform::HttpAnswer>(response);
  };
  TokenClient client(settings_, http_, clock_);
  ASSERT_TRUE(client.token().ok());
  ASSERT_EQ(issued.size(), 2U);
  EXPECT_NEAR(static_cast<double>(issued[0]), 1'700'000'000, 5);
  EXPECT_NEAR(static_cast<double>(issued[1]), 1'700'001'200, 5);
}

TEST(RolesOf, ReadsAJwtAndNothingElse) {
  const std::string token = "x." + toBase64Url(R"({"roles":["A","B"]})") + ".y";
  EXPECT_THAT(rolesOf(token), ElementsAre("A", "B"));
  EXPECT_THAT(rolesOf("opaque"), ElementsAre());
  EXPECT_THAT(rolesOf("a.b.c"), ElementsAre());
}

}  // namespace
}  // namespace tandem::connectors::graph
