// SPDX-License-Identifier: Apache-2.0
//
// A site over a home folder of its own, asked without a network. Included by tests alone.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include <gtest/gtest.h>

#include "platform/clock.h"
#include "platform/files.h"
#include "web/site.h"

namespace tandem::web {

class SiteScene : public ::testing::Test {
 protected:
  using Json = nlohmann::ordered_json;

  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "tandem-web-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    open();
  }
  void TearDown() override {
    site_.reset();
    std::filesystem::remove_all(folder_);
  }

  void open() {
    SiteParts parts;
    parts.session.home_folder = folder_;
    parts.session.now = [] { return std::int64_t{1700000000}; };
    parts.session.steady = [] { return 0.0; };
    parts.session.host_name = "sync01";
    parts.session.variable = [](const std::string&) { return std::optional<std::string>(); };
    parts.folder = folder_;
    parts.url = "https://sync01:8443";
    parts.console = consoleForTest();
    site_ = std::make_unique<Site>(std::move(parts), clock_);
  }
  // An invented organisation, active, without a tenant.
  void makeHome() {
    const platform::ServerResponse answer =
        ask("POST", "/api/v1/setup", R"({"demo":true,"people":20})");
    ASSERT_EQ(answer.status, 202) << answer.body;
    ASSERT_EQ(waitFor(Json::parse(answer.body)["operation"]["id"])["state"], "done");
  }

  platform::ServerRequest request(std::string method, std::string target, std::string body = {}) {
    platform::ServerRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(body);
    request.peer_address = "192.0.2.7";
    if (!request.body.empty()) request.headers = {{"Content-Type", "application/json"}};
    return request;
  }
  // As the service's own user, over the socket.
  platform::ServerResponse ask(std::string method, std::string target, std::string body = {}) {
    platform::ServerRequest asked = request(std::move(method), std::move(target), std::move(body));
    asked.peer_address = "local";
    asked.peer_user = ::geteuid();
    return site_->answer(asked);
  }
  Json askJson(std::string method, std::string target, std::string body = {}) {
    const platform::ServerResponse answer = ask(std::move(method), target, std::move(body));
    EXPECT_LT(answer.status, 300) << target << ": " << answer.body;
    return Json::parse(answer.body, nullptr, false);
  }
  // A token of an account with that role.
  std::string tokenOf(access::Role role) {
    const std::string name = std::string("t-") + std::string(access::toWord(role));
    access::NewAccount account;
    account.name = name;
    account.role = role;
    EXPECT_TRUE(site_->accounts().add(std::move(account), 0).ok());
    return site_->accounts().addToken(name, "test", 0).value();
  }
  platform::ServerResponse askAs(const std::string& token,
                                 std::string method,
                                 std::string target,
                                 std::string body = {}) {
    platform::ServerRequest asked = request(std::move(method), std::move(target), std::move(body));
    if (!token.empty()) asked.headers.emplace_back("Authorization", "Bearer " + token);
    return site_->answer(asked);
  }
  Json waitFor(const std::string& operation) {
    for (;;) {
      const Json json = site_->operations().find(operation).value();
      if (json["state"] != "running") return json;
      platform::SystemClock().sleepFor(std::chrono::milliseconds(10));
    }
  }

  static std::span<const ConsoleFile> consoleForTest() {
    // gzip of "hi"
    static constexpr char kHi[] =
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\xc8\x04\x00\xac\x2a\x93\xd8\x02\x00\x00\x00";
    static const ConsoleFile kFiles[] = {
        {"/index.html", "text/html; charset=utf-8", {kHi, sizeof kHi - 1}, "\"1\""},
        {"/assets/a-1.js", "text/javascript; charset=utf-8", {kHi, sizeof kHi - 1}, "\"2\""}};
    return kFiles;
  }

  std::string folder_;
  platform::SystemClock clock_;
  std::unique_ptr<Site> site_;
};

}  // namespace tandem::web
