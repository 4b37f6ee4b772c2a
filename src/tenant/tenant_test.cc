// SPDX-License-Identifier: Apache-2.0
// Options, settings, throttling, faults: the small parts. The routes are tested by real clients in
// tests/functional/tenant.
#include "tenant/tenant.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tenant/faults.h"
#include "tenant/graph_request.h"
#include "tenant/json_writer.h"
#include "tenant/metadata.h"
#include "tenant/object_write.h"
#include "tenant/options.h"
#include "tenant/provision.h"
#include "tenant/settings.h"
#include "tenant/throttle.h"

namespace tandem::tenant {
namespace {

TEST(Options, ReadsWhatIsGiven) {
  const auto options = parseOptions({"--listen",
                                     "[::1]:0",
                                     "--domain=a.example",
                                     "--domain",
                                     "B.example",
                                     "--throttling",
                                     "off",
                                     "--write-limit",
                                     "10/5"});
  ASSERT_TRUE(options.ok()) << options.error().message();
  EXPECT_EQ(options.value().address, "::1");
  EXPECT_EQ(options.value().port, 0);
  EXPECT_THAT(options.value().domains, testing::ElementsAre("a.example", "b.example"));
  EXPECT_FALSE(options.value().throttling.enabled);
  EXPECT_EQ(options.value().throttling.write_window, 5);
}

TEST(Options, RefusesWhatItCannotUse) {
  const std::vector<std::vector<std::string>> bad{{"--nonsense"},
                                                  {"--data"},
                                                  {"--listen", "here:80"},
                                                  {"--listen", "127.0.0.1"},
                                                  {"--listen", "1.2.3.4:70000"},
                                                  {"--tenant-id", "7"},
                                                  {"--domain", "localhost"},
                                                  {"--throttling", "maybe"},
                                                  {"--profile", "admin"},
                                                  {"--write-limit", "5"},
                                                  {"--threads", "0"},
                                                  {"--initial-domain", "a b.example"}};
  for (const auto& arguments : bad) {
    const auto options = parseOptions(arguments);
    ASSERT_FALSE(options.ok()) << arguments.front();
    EXPECT_EQ(options.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_THAT(options.error().message(), testing::HasSubstr("--help"));
  }
}

TEST(Options, HelpNamesEachOption) {
  EXPECT_TRUE(parseOptions({"--help"}).value().help);
  for (const char* option : {"--data",
                             "--port-file",
                             "--client-secret-file",
                             "--resource-limit",
                             "--quarantine-retry",
                             "--token-lifetime"}) {
    EXPECT_THAT(helpText(), testing::HasSubstr(option));
  }
}

TEST(Settings, SurviveTheirJson) {
  TenantSettings settings;
  settings.tenant_id = "11111111-2222-3333-4444-555555555555";
  settings.sync_features = defaultSyncFeatures();
  ASSERT_TRUE(putDomain(settings, {"Lab.Example", false, true, false}).ok());
  AppRequest app;
  app.secret = "s";
  app.profile = "sync";
  const auto client_id = putApp(settings, app);
  ASSERT_TRUE(client_id.ok());
  const auto again = settingsFromJson(toJson(settings));
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again.value().isVerified("LAB.example"));
  EXPECT_TRUE(again.value().findApp(client_id.value())->hasRole(kSyncRole));
  EXPECT_EQ(toJson(again.value()), toJson(settings));
  EXPECT_EQ(toJson(settings).find("\"s\""), std::string::npos) << "the secret is kept as a digest";
}

TEST(Settings, OnlyTheSyncProfileHasTheSyncRole) {
  TenantSettings settings;
  AppRequest app;
  app.profile = "graph";
  const auto id = putApp(settings, app);
  EXPECT_FALSE(settings.findApp(id.value())->hasRole(kSyncRole));
  app.profile = "root";
  EXPECT_FALSE(putApp(settings, app).ok());
}

TEST(SoftDelete, EndsAfterThirtyDays) {
  constexpr std::int64_t kDay = 24 * 3600;
  Tenant tenant(std::move(Store::open("")).value(), {});
  const Object& user =
      tenant.directory.create(Kind::kUser, {{Property::kDisplayName, Value(std::string("a"))}}, 0);
  tenant.directory.softDelete(user, kDay);
  EXPECT_EQ(purgeExpired(tenant, 31 * kDay - 1), 0U);
  EXPECT_EQ(purgeExpired(tenant, 31 * kDay), 1U);
  EXPECT_EQ(user.state, ObjectState::kPurged);
}

TEST(Counters, HaveABoundedNumberOfNames) {
  Counters counters;
  for (int i = 0; i < 3000; ++i)
    counters.request("GET nonsense" + std::to_string(i), 404);
  const std::string text = counters.toJson();
  EXPECT_EQ(std::count(text.begin(), text.end(), ':'), 1001 + 5 + 1);
  EXPECT_THAT(text, testing::HasSubstr("\"(others)\":2000"));
  EXPECT_THAT(text, testing::HasSubstr("\"totalRequests\":3000"));
}

TEST(Metadata, NamesEveryPropertyOfEachKind) {
  const std::string& document = metadataDocument();
  for (std::size_t k = 0; k < kKinds; ++k) {
    const auto kind = static_cast<Kind>(k);
    const std::string head = "<EntityType Name=\"" + std::string(typeName(kind)) + "\"";
    const std::size_t from = document.find(head);
    ASSERT_NE(from, std::string::npos) << head;
    const std::string type = document.substr(from, document.find("</EntityType>", from) - from);
    for (std::size_t i = 0; i < kProperties; ++i) {
      const PropertyRow& row = rowOf(static_cast<Property>(i));
      const bool is_inherited = row.name == "id" || row.name == "deletedDateTime";
      const bool is_there =
          type.find("<Property Name=\"" + std::string(row.name) + "\"") != std::string::npos;
      EXPECT_EQ(is_there, exists(row.property, kind) && (row.flags & kHidden) == 0 && !is_inherited)
          << row.name;
    }
  }
}

TEST(Throttle, AllowsTheLimitThenSaysHowLongToWait) {
  Throttle throttle({true, 10, 5, 1000, 10});
  for (int i = 0; i < 10; ++i)
    EXPECT_TRUE(throttle.spend("a", {1, 1}, 0, 1000).allowed);
  const auto refused = throttle.spend("a", {1, 1}, 0, 1000);
  EXPECT_FALSE(refused.allowed);
  EXPECT_TRUE(refused.write_limit);
  EXPECT_EQ(refused.retry_after, 1);
  EXPECT_TRUE(throttle.spend("a", {1, 0}, 0, 1000).allowed) << "reads have their own limit";
  EXPECT_TRUE(throttle.spend("b", {1, 1}, 0, 1000).allowed) << "each app has its own";
  EXPECT_TRUE(throttle.spend("a", {1, 1}, 0, 1500).allowed) << "2 a second flow off";
}

TEST(Throttle, CostsAreMicrosofts) {
  EXPECT_EQ(costOf("GET", "/users", false, false, 0).resource_units, 2);
  EXPECT_EQ(costOf("GET", "/users", true, false, 0).resource_units, 1);
  EXPECT_EQ(costOf("GET", "/groups/1/members", false, true, 0).resource_units, 4);
  EXPECT_EQ(costOf("GET", "/groups/1/transitiveMembers", false, false, 5).resource_units, 4);
  EXPECT_EQ(costOf("GET", "/users/1", true, false, 5).resource_units, 1);
  EXPECT_EQ(costOf("PATCH", "/users/1", false, false, 0).writes, 1);
}

TEST(Faults, FireForTheRequestsTheyFitAndAreUsedUp) {
  Faults faults;
  ASSERT_TRUE(faults
                  .set(R"({"faults":[{"kind":"throttle","count":2,"method":"POST",
                             "pathContains":"/Users","retryAfter":3}]})")
                  .ok());
  EXPECT_FALSE(faults.next("GET", "/users", false));
  EXPECT_FALSE(faults.next("POST", "/groups", false));
  EXPECT_EQ(faults.next("POST", "/users", true)->retry_after, 3);
  EXPECT_TRUE(faults.next("POST", "/users", false));
  EXPECT_FALSE(faults.next("POST", "/users", false));
}

TEST(Faults, RatesAreRepeatable) {
  const auto hits = [] {
    Faults faults;
    EXPECT_TRUE(faults.set(R"({"seed":7,"faults":[{"kind":"serverError","rate":0.3}]})").ok());
    std::string pattern;
    for (int i = 0; i < 200; ++i)
      pattern += faults.next("GET", "/x", false) ? '1' : '0';
    return pattern;
  };
  EXPECT_EQ(hits(), hits());
  const auto pattern = hits();
  const auto count = std::count(pattern.begin(), pattern.end(), '1');
  EXPECT_GT(count, 40);
  EXPECT_LT(count, 80);
}

TEST(GraphRequest, TargetsAreSplitAndDecoded) {
  const Target target = parseTarget("/v1.0/users/bob%40x?%24select=id&$filter=a%20eq%20'%2B'");
  EXPECT_THAT(target.segments, testing::ElementsAre("v1.0", "users", "bob@x"));
  EXPECT_EQ(target.query.find("$select"), "id");
  EXPECT_EQ(target.query.find("$filter"), "a eq '+'");
  EXPECT_EQ(target.query.without("$filter"), "$select=id");
  EXPECT_EQ(percentDecode("%zz%4", false), "%zz%4");
}

TEST(JsonWriter, EscapesWhatJsonForbids) {
  std::string out;
  JsonWriter json(out);
  json.beginObject().key("a").string("\"\\\n\x01\xC3\xA9").key("b").beginArray();
  json.integer(-1).boolean(true).null().endArray().endObject();
  EXPECT_EQ(out, "{\"a\":\"\\\"\\\\\\n\\u0001\xC3\xA9\",\"b\":[-1,true,null]}");
}

}  // namespace
}  // namespace tandem::tenant
