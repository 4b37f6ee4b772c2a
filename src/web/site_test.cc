// SPDX-License-Identifier: Apache-2.0
#include "web/site.h"

#include <cstdlib>

#include "base/text.h"
#include "web/openapi.h"
#include "web/site_scene.h"

namespace tandem::web {
namespace {

using access::Role;

class SiteTest : public SiteScene {
 protected:
  static std::string pagePath() {
    return std::string(TANDEM_SOURCE_DIR) + "/docs/reference/api.md";
  }
};

// The whole way: set up, run, look, in one sitting.
TEST_F(SiteTest, AServerIsSetUpRunAndLookedAt) {
  EXPECT_EQ(askJson("GET", "/api/v1/session")["signedIn"], true);
  EXPECT_EQ(askJson("GET", "/api/v1/setup")["needed"], true);
  makeHome();
  EXPECT_EQ(askJson("GET", "/api/v1/setup")["needed"], false);
  EXPECT_EQ(ask("POST", "/api/v1/setup", R"({"demo":true})").status, 409);
  const Json started = askJson("POST", "/api/v1/cycles", R"({"policyType":"initial"})");
  const Json ended = waitFor(started["operation"]["id"]);
  EXPECT_EQ(ended["state"], "done") << ended.dump(2);
  EXPECT_EQ(ended["result"]["result"], "success");

  const Json status = askJson("GET", "/api/v1/status");
  const std::string connector = status["connectors"][0]["name"];
  EXPECT_GT(status["metaverseObjects"], 0);
  const Json runs = askJson("GET", "/api/v1/runs?limit=1");
  EXPECT_EQ(runs["runs"].size(), 1u);
  EXPECT_NE(std::string(runs["runs"][0]["startedBy"]), "command line");

  const std::string objects = "/api/v1/connectors/" + connector + "/objects";
  const Json first = askJson("GET", objects + "?limit=5&type=user");
  ASSERT_EQ(first["objects"].size(), 5u);
  const Json second = askJson("GET", objects + "?limit=5&type=user&after=" + first["next"].dump());
  EXPECT_GT(second["objects"][0]["id"], first["objects"][4]["id"]);
  const std::string object = objects + "/" + first["objects"][0]["id"].dump();
  EXPECT_EQ(askJson("GET", object)["ObjectType"], "user");
  EXPECT_EQ(ask("GET", object + "/why").status, 200);
  EXPECT_EQ(ask("GET", object + "/preview").status, 200);
  EXPECT_EQ(askJson("GET", "/api/v1/metaverse?limit=3")["objects"].size(), 3u);
  EXPECT_EQ(ask("GET", objects + "/999999").status, 404);
}

TEST_F(SiteTest, APolicyIsSavedOnlyOverTheOneThatWasRead) {
  makeHome();
  platform::ServerResponse read = ask("GET", "/api/v1/policy");
  const std::string etag(platform::findHeader(read.headers, "ETag"));
  Json policy = Json::parse(read.body);
  policy["scheduler"]["cycleInterval"] = "01:00:00";
  const std::string body = Json{{"policy", policy}}.dump();
  const auto put = [&](const std::string& match) {
    platform::ServerRequest asked = request("PUT", "/api/v1/policy", body);
    asked.peer_user = ::geteuid();
    asked.headers.emplace_back("If-Match", match);
    return site_->answer(asked);
  };
  EXPECT_EQ(put("\"other\"").status, 412);
  const auto saved = put(etag);
  EXPECT_EQ(saved.status, 200) << saved.body;
  EXPECT_NE(platform::findHeader(saved.headers, "ETag"), etag);
  EXPECT_EQ(put(etag).status, 412);

  const Json history = askJson("GET", "/api/v1/policy/history");
  ASSERT_EQ(history["versions"].size(), 2u);
  EXPECT_EQ(history["versions"][0]["summary"], "saved by the API: changed scheduler.cycleInterval");
  const Json line = askJson("GET", "/api/v1/audit?act=policy&limit=1")["lines"][0];
  EXPECT_EQ(line["act"], "policy.save");
  EXPECT_EQ(line["on"], "");
  EXPECT_EQ(ask("POST", "/api/v1/policy/history/1/restore", "{}").status, 200);
  EXPECT_EQ(platform::findHeader(ask("GET", "/api/v1/policy").headers, "ETag"), etag);
}

TEST_F(SiteTest, ANewServerHasTheSameStatusAsAnOldOne) {
  makeHome();
  const Json fresh = askJson("GET", "/api/v1/status");
  waitFor(askJson("POST", "/api/v1/cycles", "{}")["operation"]["id"]);
  const Json later = askJson("GET", "/api/v1/status");
  for (const auto& [name, value] : later.items())
    EXPECT_TRUE(fresh.contains(name)) << name;
  ASSERT_FALSE(fresh["connectors"].empty());
  for (const auto& [name, value] : later["connectors"][0].items())
    EXPECT_TRUE(fresh["connectors"][0].contains(name)) << name;
  EXPECT_TRUE(fresh["connectors"][0]["lastRun"].is_null());
  EXPECT_EQ(fresh["since"], "");
}

TEST_F(SiteTest, BeforeTheFirstImportPagesAreEmptyAndNotMissing) {
  makeHome();
  const std::string connector = askJson("GET", "/api/v1/connectors")["connectors"][0]["Name"];
  const std::string space = "/api/v1/connectors/" + connector;
  EXPECT_EQ(askJson("GET", "/api/v1/latency")["days"].size(), 0u);
  EXPECT_EQ(askJson("GET", "/api/v1/runs")["runs"].size(), 0u);
  EXPECT_EQ(askJson("GET", "/api/v1/pending")["total"], 0);
  EXPECT_EQ(askJson("GET", "/api/v1/checks/attributes")["total"], 0);
  EXPECT_EQ(askJson("GET", space + "/objects")["objects"].size(), 0u);
  EXPECT_EQ(askJson("GET", space + "/statistics")["TotalConnectors"], 0);
  EXPECT_FALSE(platform::fileExists(folder_ + "/tandem.db"));
}

TEST_F(SiteTest, OperationsAreCalledWhatAnAdministratorWouldCallThem) {
  makeHome();
  const auto title = [&](const std::string& path, const std::string& body) {
    const Json started = askJson("POST", "/api/v1" + path, body);
    waitFor(started["operation"]["id"]);
    return started["operation"]["title"].get<std::string>();
  };
  const std::string connector = askJson("GET", "/api/v1/connectors")["connectors"][0]["Name"];
  const std::string runs = "/connectors/" + connector + "/runs";
  EXPECT_EQ(title("/cycles", "{}"), "Cycle");
  EXPECT_EQ(title("/cycles", R"({"policyType":"delta","dryRun":true})"), "Delta cycle, dry run");
  EXPECT_EQ(title(runs, R"({"profile":"full-import","allowAbsence":true})"),
            "Full Import of " + connector + ", absence allowed");
  EXPECT_EQ(title("/connectors/" + connector + "/test", "{}"), "Connection test of " + connector);
  EXPECT_EQ(title("/checks/preflight", "{}"), "Preflight");
  EXPECT_EQ(title("/canary", R"({"user":"nobody@example.com"})"),
            "nobody@example.com into the tenant");
}

// By sudo the process is root's; the log is to say who sat there.
TEST_F(SiteTest, OverTheSocketAPersonIsBelievedAndOverTheNetworkNot) {
  makeHome();
  platform::ServerRequest asked =
      request("PATCH", "/api/v1/scheduler", R"({"interval":"00:40:00"})");
  asked.headers.emplace_back("X-Tandem-Person", "ada");
  asked.peer_user = ::geteuid();
  ASSERT_EQ(site_->answer(asked).status, 200);
  const auto who = [&] {
    return askJson("GET", "/api/v1/audit?act=scheduler&limit=1")["lines"][0]["who"];
  };
  EXPECT_EQ(who(), "ada");
  asked.headers.back().second = "ada\nroot";
  ASSERT_EQ(site_->answer(asked).status, 200);
  EXPECT_NE(who(), "ada");
  EXPECT_EQ(std::string(who()).find('\n'), std::string::npos);
  asked.peer_user.reset();
  asked.headers.back().second = "grace";
  asked.headers.emplace_back("Authorization", "Bearer " + tokenOf(Role::kAdministrator));
  ASSERT_EQ(site_->answer(asked).status, 200);
  EXPECT_EQ(who(), "t-administrator");
}

TEST_F(SiteTest, AccountsSayWhenSomebodyCameInAndWhoIsKeptOut) {
  makeHome();
  ASSERT_EQ(ask("POST",
                "/api/v1/accounts",
                R"({"name":"ada","role":"viewer","password":"correct horse battery"})")
                .status,
            200);
  const auto account = [&] { return askJson("GET", "/api/v1/accounts")["accounts"][0]; };
  EXPECT_TRUE(account()["lastSignIn"].is_null());
  const auto sign_in = [&](const std::string& password) {
    const std::string body = Json{{"name", "Ada"}, {"password", password}}.dump();
    return site_->answer(request("POST", "/api/v1/session", body)).status;
  };
  EXPECT_EQ(sign_in("correct horse battery"), 200);
  EXPECT_EQ(account()["lastSignIn"], "2023-11-14 22:13:20Z");
  EXPECT_TRUE(account()["lockedUntil"].is_null());
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(sign_in("something else"), 401);
  const std::string until = account()["lockedUntil"];
  EXPECT_GT(until, "2023-11-14 22:13:20Z");
  EXPECT_LE(until, "2023-11-14 22:14:20Z");
}

TEST_F(SiteTest, AContainerHasNoNumberBeforeItWasRead) {
  makeHome();
  const std::string connector = askJson("GET", "/api/v1/connectors")["connectors"][0]["Name"];
  const auto top = [&] {
    return askJson("GET", "/api/v1/connectors/" + connector + "/containers")["containers"][0];
  };
  EXPECT_TRUE(top()["objects"].is_null());
  waitFor(askJson("POST", "/api/v1/cycles", "{}")["operation"]["id"]);
  EXPECT_GT(top()["objects"], 20);
}

TEST_F(SiteTest, ABadPolicyIsRefusedWithItsPlaces) {
  makeHome();
  const std::string body = R"({"policy":{"version":1,"rules":[{"name":"x"}],"nonsense":1}})";
  const Json checked = askJson("POST", "/api/v1/policy/check", body);
  EXPECT_EQ(checked["valid"], false);
  EXPECT_GT(checked["problems"].size(), 1u);
  EXPECT_EQ(ask("PUT", "/api/v1/policy", body).status, 400);
}

TEST_F(SiteTest, WhatAClientSendsIsNeverAnOption) {
  makeHome();
  for (const char* text : {"--home=/etc", "--help", "-x", "--csv=/tmp/x", "--"}) {
    const auto answer = ask(
        "GET", std::string("/api/v1/connectors/") + platform::percentEncode(text) + "/statistics");
    EXPECT_EQ(answer.status, 404) << text << ": " << answer.body;
    const auto found =
        ask("GET", std::string("/api/v1/metaverse?text=") + platform::percentEncode(text));
    EXPECT_EQ(found.status, 200) << text;  // the text was not taken for anything else
    EXPECT_EQ(Json::parse(found.body)["objects"].size(), 0u) << text;
  }
}

TEST_F(SiteTest, AnEmptyValueIsNone) {
  makeHome();
  const std::string connector = askJson("GET", "/api/v1/connectors")["connectors"][0]["Name"];
  const Json all = askJson("GET", "/api/v1/connectors/" + connector + "/containers?parent=");
  EXPECT_EQ(all["containers"].size(), 1u);
}

TEST_F(SiteTest, BodiesAreReadStrictly) {
  const auto post = [&](const std::string& body) {
    return ask("POST", "/api/v1/accounts", body).status;
  };
  EXPECT_EQ(post("not json"), 400);
  EXPECT_EQ(post("[]"), 400);
  EXPECT_EQ(post(std::string(5000, '[')), 400);
  EXPECT_EQ(post(R"({"name":"x","role":"viewer","more":1})"), 400);
  EXPECT_EQ(post(R"({"name":"x","role":"emperor"})"), 400);
  EXPECT_EQ(post(R"({"name":7,"role":"viewer"})"), 400);
  EXPECT_EQ(post(R"({"role":"viewer"})"), 400);
  EXPECT_EQ(post(R"({"name":"x","role":"Viewer"})"), 200);
  EXPECT_EQ(ask("POST", "/api/v1/setup/inspect", R"({"import":{"content":5}})").status, 400);
  platform::ServerRequest form = request("POST", "/api/v1/accounts", "name=x");
  form.headers = {{"Content-Type", "text/plain"}};
  form.peer_user = ::geteuid();
  EXPECT_EQ(site_->answer(form).status, 400);
}

TEST_F(SiteTest, PagesAndFilesAreServed) {
  const auto page = site_->answer(request("GET", "/operations/7"));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, "hi");
  auto packed = request("GET", "/assets/a-1.js");
  packed.headers = {{"Accept-Encoding", "br, gzip"}};
  const auto file = site_->answer(packed);
  EXPECT_EQ(platform::findHeader(file.headers, "Content-Encoding"), "gzip");
  EXPECT_NE(platform::findHeader(file.headers, "Cache-Control").find("immutable"),
            std::string::npos);
  packed.headers = {{"If-None-Match", "\"2\""}};
  EXPECT_EQ(site_->answer(packed).status, 304);
  EXPECT_EQ(site_->answer(request("GET", "/assets/none.js")).status, 404);
  EXPECT_EQ(site_->answer(request("GET", "/../../etc/shadow.txt")).status, 404);
  EXPECT_EQ(site_->answer(request("POST", "/")).status, 405);
}

TEST_F(SiteTest, HealthSaysLittleAndMetricsAreForThoseWhoMay) {
  EXPECT_EQ(site_->answer(request("GET", "/healthz")).status, 200);
  EXPECT_EQ(site_->answer(request("GET", "/readyz")).status, 503);
  makeHome();
  EXPECT_EQ(site_->answer(request("GET", "/readyz")).status, 200);
  EXPECT_EQ(site_->answer(request("GET", "/metrics")).status, 401);
  const auto metrics = askAs(tokenOf(Role::kViewer), "GET", "/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_NE(metrics.body.find("tandem_role{role=\"active\"}"), std::string::npos) << metrics.body;
}

TEST_F(SiteTest, SecretsGoInAndNeverComeOut) {
  makeHome();
  EXPECT_EQ(ask("PUT", "/api/v1/secrets/entra.client-secret", R"({"value":"hush hush"})").status,
            200);
  const auto list = ask("GET", "/api/v1/secrets");
  EXPECT_NE(list.body.find("entra.client-secret"), std::string::npos);
  EXPECT_EQ(list.body.find("hush"), std::string::npos);
  const auto audit = platform::readFile(folder_ + "/audit.log", 1 << 20).value();
  EXPECT_EQ(audit.find("hush"), std::string::npos);
}

// TANDEM_WRITE_DOCS=1 writes it.
TEST_F(SiteTest, TheReferencePageIsTheTable) {
  const std::string page = apiReferencePage();
  if (std::getenv("TANDEM_WRITE_DOCS") != nullptr) {
    ASSERT_TRUE(platform::writeFileDurably(pagePath(), page, 0644).ok());
  }
  const auto written = platform::readFile(pagePath(), 1 << 20);
  ASSERT_TRUE(written.ok());
  EXPECT_TRUE(written.value() == page)
      << "docs/reference/api.md is old: run web_test with TANDEM_WRITE_DOCS=1";
}

TEST_F(SiteTest, TheOpenApiDocumentNamesEachRoute) {
  const Json document = askJson("GET", "/api/v1/openapi.json");
  for (const Route& route : allRoutes()) {
    const std::string path = std::string(kApiPrefix) + std::string(route.path);
    EXPECT_TRUE(document["paths"][path].contains(toLowerAscii(toString(route.method)))) << path;
  }
}

}  // namespace
}  // namespace tandem::web
