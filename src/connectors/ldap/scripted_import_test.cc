// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/bytes.h"
#include "connectors/ldap/fake_ldap_server.h"
#include "connectors/ldap/import_scene.h"

namespace tandem::connectors::ldap {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using Script = FakeLdapServer::Script;

constexpr const char* kBase = "DC=x";
constexpr const char* kDirSync = "1.2.840.113556.1.4.841";
constexpr const char* kNow = "20261122120000.0Z";

std::string guid(char letter) {
  return std::string(16, letter);
}
std::string extended(char letter, const std::string& dn) {
  return fmt::format("<GUID={}>;{}", toHex(guid(letter)), dn);
}
std::string userEntry(const FakeRequest& request, char letter) {
  return fakeEntry(request,
                   extended(letter, fmt::format("CN={},DC=x", letter)),
                   {{"objectClass", {"top", "user"}}, {"cn", {std::string(1, letter)}}});
}
std::string cookie(const std::string& text, bool more = false) {
  return fakeControl(
      kDirSync,
      berElement(kBerSequence, berInteger(more ? 1 : 0) + berInteger(0) + berOctets(text)));
}

// Everything but the search of the partition: an Active Directory that behaves.
class ScriptedImport : public ::testing::Test {
 protected:
  void serve(Script partition_search, bool active_directory = true) {
    server_ = std::make_unique<FakeLdapServer>(
        [this, active_directory, partition_search](const FakeRequest& request) -> FakeAnswer {
          if (request.is_bind) return {fakeResult(request, bind_code_, bind_text_)};
          if (!request.is_search) return {};
          if (request.base.empty()) return {rootDse(request, active_directory)};
          if (request.base.starts_with("CN=Deleted Objects")) {
            return {fakeEntry(request, request.base, {{"objectClass", {"container"}}}) +
                    fakeResult(request, 0)};
          }
          // The cookie that a full import takes first.
          if (request.has(kDirSync) && request.attributes == std::vector<std::string>{"name"}) {
            return {fakeResult(request, 0, "", cookie("start"))};
          }
          return partition_search(request);
        });
    LdapSettings settings;
    settings.server = "localhost";
    settings.connect_address = "127.0.0.1";
    settings.port = server_->port();
    settings.security = LdapSecurity::kPlain;
    settings.allow_plain = true;
    settings.user = "reader";
    settings.password = "secret";
    settings.operation_timeout = std::chrono::seconds(2);
    if (!active_directory) settings.delta = DeltaMethod::kNone;
    scene_ = std::make_unique<ImportScene>(settings);
    scene_->clock().setWall(platform::WallTime{std::chrono::seconds{1795348800}});
  }
  static std::string rootDse(const FakeRequest& request, bool active_directory) {
    FakeAttributes attributes = {{"namingContexts", {kBase}}};
    if (active_directory) {
      attributes.push_back({"supportedCapabilities", {"1.2.840.113556.1.4.800"}});
      attributes.push_back({"supportedControl", {kDirSync}});
      attributes.push_back({"currentTime", {kNow}});
    }
    return fakeEntry(request, "", attributes) + fakeResult(request, 0);
  }
  Result<ImportOutcome> importAll() { return scene_->import(scene_->mirror, /*full=*/true); }
  std::string importError() {
    const auto outcome = importAll();
    EXPECT_FALSE(outcome.ok());
    return outcome.ok() ? "" : outcome.error().message();
  }

  int bind_code_ = 0;
  std::string bind_text_;
  std::unique_ptr<FakeLdapServer> server_;
  std::unique_ptr<ImportScene> scene_;
};

TEST_F(ScriptedImport, TheNextPageIsAskedForBeforeThisOneIsLookedAt) {
  // The values that the first page left out are asked for while the second page is on its way, and
  // the answers come in the order of the questions.
  std::vector<std::string> asked;
  serve([&](const FakeRequest& request) -> FakeAnswer {
    if (request.has("member;range=1-*")) {
      asked.emplace_back("range");
      return {fakeEntry(request, request.base, {{"member;range=1-*", {extended('b', "CN=b")}}}) +
              fakeResult(request, 0)};
    }
    if (request.has("second")) {
      asked.emplace_back("second");
      return {userEntry(request, 'b') + fakeResult(request, 0, "", fakePage(""))};
    }
    asked.emplace_back("first");
    return {fakeEntry(request,
                      extended('g', "CN=g,DC=x"),
                      {{"objectClass", {"group"}}, {"member;range=0-0", {extended('a', "CN=a")}}}) +
            fakeResult(request, 0, "", fakePage("second"))};
  });
  ASSERT_TRUE(importAll().ok());
  EXPECT_EQ(asked, (std::vector<std::string>{"first", "second", "range"}));
  EXPECT_EQ(scene_->references("CN=g,DC=x", "member"), 2U);
  EXPECT_EQ(scene_->value("CN=b,DC=x", "cn"), "b");
}

TEST_F(ScriptedImport, APageThatFailsAfterTheNextWasAskedForIsAnError) {
  serve([=](const FakeRequest& request) -> FakeAnswer {
    if (request.has("member;range=1-*")) return {fakeResult(request, 0)};  // does not go on
    if (request.has("second")) {
      return {userEntry(request, 'b') + fakeResult(request, 0, "", fakePage(""))};
    }
    return {fakeEntry(request,
                      extended('g', "CN=g,DC=x"),
                      {{"objectClass", {"group"}}, {"member;range=0-0", {extended('a', "CN=a")}}}) +
            fakeResult(request, 0, "", fakePage("second"))};
  });
  EXPECT_THAT(importError(), HasSubstr("the object is not complete"));
}

TEST_F(ScriptedImport, RangesAreFollowedToTheLastValue) {
  const auto members = [](const std::string& letters) {
    std::vector<std::string> values;
    for (const char letter : letters)
      values.push_back(extended(letter, fmt::format("CN={},DC=x", letter)));
    return values;
  };
  serve([=](const FakeRequest& request) -> FakeAnswer {
    if (request.has("member;range=2-*")) {
      return {fakeEntry(request, request.base, {{"member;range=2-3", members("cd")}}) +
              fakeResult(request, 0)};
    }
    if (request.has("member;range=4-*")) {
      return {fakeEntry(request, request.base, {{"member;range=4-*", members("e")}}) +
              fakeResult(request, 0)};
    }
    return {fakeEntry(
                request,
                extended('g', "CN=g,DC=x"),
                {{"objectClass", {"group"}}, {"member", {}}, {"member;range=0-1", members("ab")}}) +
            fakeResult(request, 0, "", fakePage(""))};
  });
  ASSERT_TRUE(importAll().ok());
  EXPECT_EQ(scene_->references("CN=g,DC=x", "member"), 5U);
}

TEST_F(ScriptedImport, ARangeThatDoesNotGoOnIsAnError) {
  serve([=](const FakeRequest& request) -> FakeAnswer {
    if (request.has("member;range=1-*")) return {fakeResult(request, 0)};
    return {fakeEntry(request,
                      extended('g', "CN=g,DC=x"),
                      {{"objectClass", {"group"}}, {"member;range=0-0", {"CN=a,DC=x"}}}) +
            fakeResult(request, 0, "", fakePage(""))};
  });
  EXPECT_THAT(importError(), HasSubstr("did not send the values of member"));
}

TEST_F(ScriptedImport, PagesAreReadUntilTheLast) {
  serve([](const FakeRequest& request) -> FakeAnswer {
    const bool second = request.controls.find("page-two") != std::string::npos;
    return {userEntry(request, second ? 'b' : 'a') +
            fakeResult(request, 0, "", fakePage(second ? "" : "page-two"))};
  });
  const auto outcome = importAll();
  ASSERT_TRUE(outcome.ok());
  EXPECT_TRUE(outcome.value().complete);
  EXPECT_EQ(scene_->mirror.objects().size(), 2U);
}

TEST_F(ScriptedImport, ATruncatedPageIsNeverTakenForTheWhole) {
  serve([](const FakeRequest& request) -> FakeAnswer {
    const bool second = request.controls.find("page-two") != std::string::npos;
    if (!second)
      return {userEntry(request, 'a') + fakeResult(request, 0, "", fakePage("page-two"))};
    return {userEntry(request, 'b').substr(0, 20), /*hang_up=*/true};
  });
  EXPECT_THAT(importError(), HasSubstr("was lost"));
  serve([](const FakeRequest& request) -> FakeAnswer {
    return {userEntry(request, 'a') + fakeResult(request, 0)};
  });
  EXPECT_THAT(importError(), HasSubstr("without saying whether more follow"));
}

TEST_F(ScriptedImport, GarbageIsAnErrorAndNoCrash) {
  for (const std::string& garbage : {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"),
                                     std::string(200, '\xFF'),
                                     std::string("\x30\x84\x7f\xff\xff\xff\x02", 7),
                                     std::string("\x30\x03\x02\x01\x00", 5)}) {
    serve([garbage](const FakeRequest&) -> FakeAnswer { return {garbage, /*hang_up=*/true}; });
    EXPECT_FALSE(importError().empty());
  }
}

TEST_F(ScriptedImport, LimitsAreErrorsThatSayWhatToRaise) {
  for (const auto& [code, word] :
       {std::pair{4, "size limit"}, {3, "time limit"}, {11, "administrative limit"}}) {
    serve([code = code](const FakeRequest& request) -> FakeAnswer {
      return {userEntry(request, 'a') + fakeResult(request, code)};
    });
    EXPECT_THAT(importError(), HasSubstr(word));
  }
}

TEST_F(ScriptedImport, ASilentServerEndsTheImport) {
  serve([](const FakeRequest&) -> FakeAnswer { return {}; });
  EXPECT_THAT(importError(), HasSubstr("has not answered for 2 s"));
}

TEST_F(ScriptedImport, AnEmptyAnswerIsAnErrorAndNoMassDeletion) {
  serve([](const FakeRequest& request) -> FakeAnswer {
    return {fakeResult(request, 0, "", fakePage(""))};
  });
  EXPECT_THAT(importError(), HasSubstr("nothing is taken for deleted"));
}

TEST_F(ScriptedImport, ReferencesOfActiveDirectoryLeadToOtherPartitions) {
  const Script script = [](const FakeRequest& request) -> FakeAnswer {
    return {userEntry(request, 'a') + fakeReference(request, "ldap://other/CN=Configuration,DC=x") +
            fakeResult(request, 0, "", fakePage(""))};
  };
  serve(script);
  EXPECT_TRUE(importAll().value().complete);
  serve(script, /*active_directory=*/false);
  const auto outcome = importAll();
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  EXPECT_FALSE(outcome.value().complete);
  EXPECT_THAT(outcome.value().warnings, Contains(HasSubstr("is on another server")));
}

TEST_F(ScriptedImport, DirSyncIsAskedUntilThereIsNoMore) {
  serve([](const FakeRequest& request) -> FakeAnswer {
    if (!request.has(kDirSync)) {
      return {userEntry(request, 'a') + userEntry(request, 'b') +
              fakeResult(request, 0, "", fakePage(""))};
    }
    const bool second = request.controls.find("halfway") != std::string::npos;
    const char letter = second ? 'b' : 'a';
    return {fakeEntry(request,
                      extended(letter, fmt::format("CN={},DC=x", letter)),
                      {{"title", {"changed"}}}) +
            fakeResult(request, 0, "", second ? cookie("end") : cookie("halfway", /*more=*/true))};
  });
  scene_->start();
  const auto outcome = scene_->import(scene_->mirror, false, scene_->watermark);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  EXPECT_FALSE(outcome.value().was_full);
  EXPECT_EQ(scene_->value("CN=a,DC=x", "title"), "changed");
  EXPECT_EQ(scene_->value("CN=b,DC=x", "title"), "changed");
  EXPECT_THAT(*outcome.value().watermark, HasSubstr(toBase64("end")));
}

TEST_F(ScriptedImport, ADirSyncAnswerWithoutCookieNeedsAFullImport) {
  serve([](const FakeRequest& request) -> FakeAnswer {
    if (request.has(kDirSync)) return {fakeResult(request, 0)};
    return {userEntry(request, 'a') + fakeResult(request, 0, "", fakePage(""))};
  });
  scene_->start();
  const auto outcome = scene_->import(scene_->mirror, false, scene_->watermark);
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(outcome.value().full_import_reason, HasSubstr("no new DirSync cookie"));
}

TEST_F(ScriptedImport, ABusyServerIsNoReasonToReadEverything) {
  serve([](const FakeRequest& request) -> FakeAnswer {
    if (request.has(kDirSync)) return {fakeResult(request, 51)};
    return {userEntry(request, 'a') + fakeResult(request, 0, "", fakePage(""))};
  });
  scene_->start();
  const auto outcome = scene_->import(scene_->mirror, false, scene_->watermark);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kUnavailable);
}

TEST_F(ScriptedImport, TheStateOfTheAccountIsNamed) {
  bind_code_ = 49;
  for (const auto& [number, word] : {std::pair{"533", "disabled"},
                                     {"775", "locked"},
                                     {"532", "expired"},
                                     {"52e", "wrong"},
                                     {"773", "must change"}}) {
    bind_text_ = fmt::format(
        "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext "
        "error, data {}, v1db1",
        number);
    serve([](const FakeRequest&) -> FakeAnswer { return {}; });
    EXPECT_THAT(importError(), HasSubstr(word));
  }
}

TEST_F(ScriptedImport, AClockThatIsFarOffIsTold) {
  serve([](const FakeRequest& request) -> FakeAnswer {
    return {userEntry(request, 'a') + fakeResult(request, 0, "", fakePage(""))};
  });
  EXPECT_EQ(scene_->connector().clockAhead(), std::nullopt);
  scene_->clock().advance(std::chrono::minutes(10));
  EXPECT_TRUE(importAll().ok());
  EXPECT_EQ(scene_->connector().clockAhead(), -600);
}

}  // namespace
}  // namespace tandem::connectors::ldap
