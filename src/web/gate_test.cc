// SPDX-License-Identifier: Apache-2.0
#include "web/gate.h"

#include "web/site_scene.h"

namespace tandem::web {
namespace {

using access::Role;

class Gate : public SiteScene {
 protected:
  struct Cookie {
    std::string value, csrf;
  };
  Cookie signIn(const std::string& name, const std::string& password) {
    const auto answer = site_->answer(
        request("POST", "/api/v1/session", Json{{"name", name}, {"password", password}}.dump()));
    EXPECT_EQ(answer.status, 200) << answer.body;
    const std::string header(platform::findHeader(answer.headers, "Set-Cookie"));
    EXPECT_NE(header.find("; Secure; HttpOnly; SameSite=Strict"), std::string::npos) << header;
    return {header.substr(0, header.find(';')), Json::parse(answer.body)["csrf"]};
  }
  void addAda(Role role = Role::kAdministrator) {
    access::NewAccount account;
    account.name = "ada";
    account.role = role;
    account.password = platform::SecretText("analytical engine");
    ASSERT_TRUE(site_->accounts().add(std::move(account), 0).ok());
  }
  int patchScheduler(const Cookie& cookie, platform::HttpHeaders more) {
    auto asked = request("PATCH", "/api/v1/scheduler", R"({"enabled":true})");
    asked.headers.emplace_back("Cookie", cookie.value);
    for (auto& header : more)
      asked.headers.push_back(std::move(header));
    return site_->answer(asked).status;
  }
};

std::string withValues(std::string_view path) {
  std::string filled;
  for (std::size_t at = 0; at < path.size(); ++at) {
    if (path[at] != '{') {
      filled += path[at];
      continue;
    }
    at = path.find('}', at);
    filled += "1";
  }
  return filled;
}

// Each route with each role: those below are refused before anything of the request is looked at.
TEST_F(Gate, NoRouteIsOpenToARoleBelowItsOwn) {
  const std::string tokens[] = {"", tokenOf(Role::kViewer), tokenOf(Role::kOperator)};
  for (const Route& route : allRoutes()) {
    if (!route.role) continue;
    const std::string target = std::string(kApiPrefix) + withValues(route.path);
    for (std::size_t have = 0; have <= static_cast<std::size_t>(*route.role); ++have) {
      const auto answer = askAs(tokens[have], std::string(toString(route.method)), target, "{}");
      EXPECT_EQ(answer.status, have == 0 ? 401 : 403)
          << toString(route.method) << " " << target << ": " << answer.body;
    }
  }
}

TEST_F(Gate, AChangeNeedsTheSessionsProofAndOurOwnPage) {
  makeHome();
  addAda();
  const Cookie cookie = signIn("ada", "analytical engine");
  EXPECT_EQ(patchScheduler(cookie, {}), 403);
  EXPECT_EQ(patchScheduler(cookie, {{"X-Tandem-Csrf", "guessed"}}), 403);
  const std::pair<std::string, std::string> proof{"X-Tandem-Csrf", cookie.csrf};
  EXPECT_EQ(patchScheduler(cookie, {proof, {"Origin", "https://evil.example"}}), 403);
  EXPECT_EQ(patchScheduler(cookie, {proof, {"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(patchScheduler(cookie, {proof, {"Origin", "https://sync01:8443"}}), 200);
  EXPECT_EQ(patchScheduler(cookie, {proof}), 200);
}

TEST_F(Gate, SigningInMakesANewSessionAlways) {
  addAda();
  const Cookie first = signIn("ada", "analytical engine");
  auto again =
      request("POST", "/api/v1/session", R"({"name":"ada","password":"analytical engine"})");
  again.headers.emplace_back("Cookie", first.value);
  const auto answer = site_->answer(again);
  EXPECT_EQ(answer.status, 200);
  const auto header = platform::findHeader(answer.headers, "Set-Cookie");
  EXPECT_FALSE(header.starts_with(first.value));
  auto old = request("GET", "/api/v1/status");
  old.headers.emplace_back("Cookie", first.value);
  EXPECT_EQ(site_->answer(old).status, 401);
}

TEST_F(Gate, ARoleThatIsTakenAwayIsGoneAtOnce) {
  addAda();
  const Cookie cookie = signIn("ada", "analytical engine");
  auto asked = request("GET", "/api/v1/accounts");
  asked.headers.emplace_back("Cookie", cookie.value);
  EXPECT_EQ(site_->answer(asked).status, 200);
  ASSERT_TRUE(
      site_->accounts().setRole("ada", Role::kViewer, access::LastAdministrator::kMayGo).ok());
  EXPECT_EQ(site_->answer(asked).status, 401);
}

TEST_F(Gate, WrongPasswordsAreSlowedDownAndRecorded) {
  addAda();
  int status = 0;
  for (int i = 0; i < 6; ++i) {
    status = site_->answer(request("POST", "/api/v1/session", R"({"name":"ada","password":"no"})"))
                 .status;
  }
  EXPECT_EQ(status, 429);
  const Json audit = askJson("GET", "/api/v1/audit?act=sign-in");
  EXPECT_EQ(audit["lines"].size(), 6u);
  EXPECT_EQ(audit["lines"][0]["outcome"], "failed");
}

TEST_F(Gate, ALinkSignsInOnce) {
  const Json link = askJson("POST", "/api/v1/session/links", R"({"role":"viewer"})");
  const std::string url = link["url"];
  const std::string body = Json{{"token", url.substr(url.rfind('/') + 1)}}.dump();
  const auto answer = site_->answer(request("POST", "/api/v1/session/link", body));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(Json::parse(answer.body)["role"], "viewer");
  EXPECT_EQ(site_->answer(request("POST", "/api/v1/session/link", body)).status, 401);
  // And none is made from afar.
  EXPECT_EQ(askAs(tokenOf(Role::kAdministrator), "POST", "/api/v1/session/links", "{}").status,
            403);
}

TEST_F(Gate, AnotherUserOfTheMachineIsRefused) {
  auto asked = request("GET", "/api/v1/status");
  asked.peer_user = ::geteuid() + 1;
  if (*asked.peer_user == 0) GTEST_SKIP() << "this user is root's neighbour";
  EXPECT_EQ(site_->answer(asked).status, 403);
}

TEST_F(Gate, EveryAnswerCarriesTheSecurityHeaders) {
  for (const char* target : {"/",
                             "/assets/a-1.js",
                             "/api/v1/session",
                             "/api/v1/nothing",
                             "/healthz",
                             "/../etc/passwd",
                             "/x.y"}) {
    const auto answer = site_->answer(request("GET", target));
    EXPECT_NE(platform::findHeader(answer.headers, "Content-Security-Policy")
                  .find("frame-ancestors 'none'"),
              std::string::npos)
        << target;
    EXPECT_EQ(platform::findHeader(answer.headers, "X-Content-Type-Options"), "nosniff") << target;
  }
}

}  // namespace
}  // namespace tandem::web
