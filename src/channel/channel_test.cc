// SPDX-License-Identifier: Apache-2.0
//
// Two servers over real connections.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "channel/caller.h"
#include "channel/endpoint.h"
#include "channel/fields.h"
#include "channel/join.h"
#include "channel/listener.h"
#include "channel/pairing_code.h"
#include "channel/refusal_log.h"
#include "channel/two_homes_for_test.h"
#include "channel/wire_error.h"
#include "platform/files.h"

namespace tandem::channel {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
constexpr milliseconds kTimeout{20'000};

TEST(Hello, IsReadAsItWasWritten) {
  Hello hello;
  hello.version = "1.2.3";
  hello.server_id = "11111111-2222-4333-8444-555555555555";
  hello.name = "old:/var/lib/tandem";
  hello.is_inviting = true;
  const Hello read = decodeHello(encodeHello(hello)).value();
  EXPECT_EQ(read.version, "1.2.3");
  EXPECT_EQ(read.name, hello.name);
  EXPECT_TRUE(read.is_inviting);
}

TEST(Hello, ALaterReleaseMayAddFields) {
  EXPECT_TRUE(decodeHello(R"({"product":"tandem","version":"9","name":"n","new":[1],
      "serverId":"11111111-2222-4333-8444-555555555555","protocolLeast":1,"protocolMost":7})")
                  .ok());
  EXPECT_FALSE(decodeHello("<html>").ok());
  EXPECT_FALSE(decodeHello(R"({"product":"other"})").ok());
}

TEST(Hello, SaysWhichServerToUpgrade) {
  Hello mine{"1.0", "", "mine", 2, 3, false, ""};
  Hello theirs{"0.9", "", "theirs", 1, 1, false, ""};
  EXPECT_THAT(checkProtocols(mine, theirs).error().message(),
              HasSubstr("upgrade theirs (Tandem 0.9)"));
  EXPECT_THAT(checkProtocols(theirs, mine).error().message(),
              HasSubstr("upgrade this server, theirs (Tandem 0.9)"));
  theirs.protocol_most = 2;
  EXPECT_TRUE(checkProtocols(mine, theirs).ok());
}

TEST(WireError, KeepsCodeAndText) {
  const Error error(ErrorCode::kStoppedByGuard, "no: \"ä\"");
  const platform::ServerResponse response = errorResponse(error);
  EXPECT_EQ(response.status, 409);
  const Error back = decodeError(response.status, response.body);
  EXPECT_EQ(back.code(), ErrorCode::kStoppedByGuard);
  EXPECT_EQ(back.message(), error.message());
  EXPECT_EQ(decodeError(502, "<html>").code(), ErrorCode::kUnavailable);
}

TEST(Url, HasHostAndPortOnly) {
  EXPECT_EQ(normalizeUrl("old.example.com:8853").value(), "https://old.example.com:8853");
  EXPECT_EQ(normalizeUrl(" HTTPS://[::1]:8853/ ").value(), "https://[::1]:8853");
  for (const char* wrong :
       {"", "old", "http://old:1", "https://a@b:1", "https://old:1/x", "old:0"}) {
    EXPECT_FALSE(normalizeUrl(wrong).ok()) << wrong;
  }
}

TEST(ListenAddressText, IsNumericWithAPort) {
  EXPECT_EQ(parseListenAddress("0.0.0.0:8853").value().port, 8853);
  EXPECT_EQ(parseListenAddress("[::]:0").value().address, "::");
  for (const char* wrong : {"", "8853", "0.0.0.0", "::1:80", ":80", "0.0.0.0:99999"}) {
    EXPECT_FALSE(parseListenAddress(wrong).ok()) << wrong;
  }
}

TEST(RefusalLog, IsBounded) {
  platform::ManualClock clock;
  RefusalLog log(clock);
  for (int i = 0; i < RefusalLog::kLinesMax; ++i)
    EXPECT_TRUE(log.refused("192.0.2.1", "a test"));
  EXPECT_FALSE(log.refused("192.0.2.1", "a test"));
  clock.advance(std::chrono::minutes(1));
  EXPECT_TRUE(log.refused("192.0.2.1", "a test"));
}

class ChannelTest : public HomesTest {
 protected:
  void SetUp() override { serve(); }
  void TearDown() override { listener_.reset(); }

  void serve() {
    listener_.reset();
    Answerers answerers;
    answerers.message = [](std::string_view request) -> Result<std::string> {
      if (request == "fail") return Error(ErrorCode::kStoppedByGuard, "not now");
      return "heard " + std::string(request);
    };
    answerers.compare = [](std::string_view request) -> Result<std::string> {
      return std::string(request.rbegin(), request.rend());
    };
    answerers.standing = [] { return std::optional(Standing{"staging", 1'700'000'000}); };
    endpoint_ = std::make_unique<Endpoint>(
        ChannelFiles(home("old")), identity("old"), std::move(answerers), clock_);
    listener_ = Listener::onTcp(*endpoint_, {"127.0.0.1", 0}).value();
  }
  std::string url() const { return "https://127.0.0.1:" + std::to_string(listener_->port()); }
  std::shared_ptr<Caller> callerAs(const std::string& name) {
    return Caller::toCertificate(identity(name), url(), certificateAt(url()).value(), kTimeout)
        .value();
  }
  Result<Partner> pair(const std::string& name, const std::string& code) {
    const std::shared_ptr<Caller> caller = callerAs(name);
    TRY(caller->hello());
    const JoinRequest request{
        identity(name), "", TRY(keyOfPairingCode(code)), url(), certificateAt(url()).value()};
    const JoinExchange exchange = [&](std::string_view path, std::string_view body) {
      return caller->post(path, body);
    };
    const Partner partner = TRY(join(request, 17, exchange));
    TRY(writePartner(ChannelFiles(home(name)), partner));
    return partner;
  }
  void pairNew() {
    const auto paired = pair("new", endpoint_->desk().invite("").value().code);
    ASSERT_TRUE(paired.ok()) << paired.error().message();
  }
  Result<std::string> send(Route route, std::string_view request) {
    platform::SystemClock clock;  // several threads may send
    auto caller = TRY(Caller::toPartner(home("new"), clock, kTimeout));
    return Caller::transport(std::move(caller), route)(request);
  }

  std::unique_ptr<Endpoint> endpoint_;
  std::unique_ptr<Listener> listener_;
};

TEST_F(ChannelTest, PairedServersExchangeMessages) {
  pairNew();
  EXPECT_EQ(send(Route::kMessage, "hello").value(), "heard hello");
  EXPECT_EQ(send(Route::kCompare, "abc").value(), "cba");
  const std::string large(3'000'000, 'x');
  EXPECT_EQ(send(Route::kCompare, large).value(), large);
}

TEST_F(ChannelTest, AnErrorArrivesAsItWasAnswered) {
  pairNew();
  const auto answer = send(Route::kMessage, "fail");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), ErrorCode::kStoppedByGuard);
  EXPECT_THAT(answer.error().message(), HasSubstr("not now"));
}

TEST_F(ChannelTest, AStrangerIsRefusedEverything) {
  const auto unpaired = callerAs("new")->hello();
  ASSERT_FALSE(unpaired.ok());
  EXPECT_THAT(unpaired.error().message(), HasSubstr("is not paired"));
  pairNew();
  for (const std::string_view path : {pathOf(Route::kMessage), pathOf(Route::kCompare)}) {
    const auto answer = callerAs("stranger")->post(path, "x");
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code(), ErrorCode::kPermissionDenied);
    EXPECT_THAT(answer.error().message(), HasSubstr("paired with another server"));
  }
}

TEST_F(ChannelTest, AStrangerGetsNoMoreThanPairingWhileACodeIsOpen) {
  ASSERT_TRUE(endpoint_->desk().invite("").ok());
  EXPECT_TRUE(callerAs("stranger")->hello().ok());
  EXPECT_FALSE(callerAs("stranger")->post(pathOf(Route::kMessage), "x").ok());
  EXPECT_FALSE(callerAs("stranger")->post("/elsewhere", "x").ok());
}

TEST_F(ChannelTest, HowFarAServerIsIsForItsPartner) {
  const std::string code = endpoint_->desk().invite("").value().code;
  EXPECT_FALSE(callerAs("stranger")->hello().value().standing);
  ASSERT_TRUE(pair("new", code).ok());
  const auto standing = callerAs("new")->hello().value().standing;
  ASSERT_TRUE(standing);
  EXPECT_EQ(standing->role, "staging");
  EXPECT_EQ(standing->read_until, 1'700'000'000);
}

TEST_F(ChannelTest, AStrangerCannotSendMuch) {
  EXPECT_FALSE(
      callerAs("stranger")->post(kJoinStartPath, std::string(kPairingMessageMax + 1, ' ')).ok());
}

TEST_F(ChannelTest, WithoutACertificateNothingIsAnswered) {
  platform::HttpClientOptions options;
  options.pinned_certificate = identity("old").certificate;
  const auto client = platform::openHttpClient(options).value();
  const auto answer = client->send({"GET", url() + std::string(kHelloPath), {}, "", {}});
  const auto& response = std::get<platform::HttpResponse>(answer);
  EXPECT_EQ(response.status, 401);
  EXPECT_THAT(response.body, HasSubstr("none was shown"));
}

TEST_F(ChannelTest, AnotherServerAtTheSameAddressIsRefused) {
  pairNew();
  Partner partner = needPartner(ChannelFiles(home("new"))).value();
  const Identity other = identity("other");
  partner.certificate = other.certificate;
  partner.fingerprint = other.fingerprint;
  ASSERT_TRUE(writePartner(ChannelFiles(home("new")), partner).ok());
  const auto answer = send(Route::kMessage, "hello");
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code(), ErrorCode::kUnauthenticated);
  EXPECT_THAT(answer.error().message(), HasSubstr("somebody stands in between"));
  EXPECT_THAT(answer.error().message(), HasSubstr(readableFingerprint(other.fingerprint)));
}

TEST_F(ChannelTest, AnExpiredCertificateIsRefused) {
  pairNew();
  clock_.advance(std::chrono::hours(24 * 365 * 11));
  platform::ServerRequest request;
  request.target = pathOf(Route::kMessage);
  request.method = "POST";
  request.peer_certificate = std::make_shared<platform::PeerCertificate>(platform::PeerCertificate{
      identity("new").certificate, identity("new").fingerprint, 0, 1'000'000});
  EXPECT_THAT(endpoint_->answer(request).body, HasSubstr("has expired"));
}

TEST_F(ChannelTest, ANewIdentityIsNoticedBeforeItIsShown) {
  pairNew();
  std::filesystem::remove(ChannelFiles(home("new")).folder + "/identity.key");
  EXPECT_THAT(send(Route::kMessage, "x").error().message(),
              HasSubstr("another certificate than at the pairing"));
}

TEST_F(ChannelTest, APartnerThatIsRemovedIsAStranger) {
  pairNew();
  ASSERT_TRUE(removePartner(ChannelFiles(home("old"))).value());
  EXPECT_THAT(send(Route::kMessage, "x").error().message(), HasSubstr("is not paired"));
}

TEST_F(ChannelTest, AProtocolThatIsNotSpokenIsRefused) {
  platform::ServerRequest request;
  request.method = "POST";
  request.target = pathOf(Route::kMessage);
  request.peer_user = ::geteuid();
  request.headers = {{std::string(kProtocolHeader), "99"}};
  const platform::ServerResponse response = endpoint_->answer(request);
  EXPECT_EQ(response.status, 409);
  EXPECT_THAT(response.body, HasSubstr("upgrade"));
}

TEST_F(ChannelTest, TheSocketIsForItsUserAlone) {
  const ChannelFiles files(home("old"));
  endpoint_->setListening("127.0.0.1:8853");
  const auto local = Listener::onSocket(*endpoint_, files.socket).value();
  EXPECT_EQ(platform::fileMode(files.socket).value(), 0600U);
  const auto caller = Caller::toDaemon(home("old"), kTimeout).value();
  EXPECT_EQ(caller->hello().value().listening, "127.0.0.1:8853");
  EXPECT_EQ(Caller::transport(caller, Route::kMessage)("hi").value(), "heard hi");
  platform::ServerRequest request;
  request.target = kHelloPath;
  request.method = "GET";
  request.peer_user = ::geteuid() + 1;
  EXPECT_EQ(endpoint_->answer(request).status, 403);
}

TEST_F(ChannelTest, TheSocketGoesWithItsDaemonAndReplacesADeadOne) {
  const ChannelFiles files(home("old"));
  EXPECT_EQ(Caller::toDaemon(home("old"), kTimeout).error().code(), ErrorCode::kNotFound);
  ASSERT_TRUE(platform::writeFileDurably(files.socket, "", 0644).ok());
  EXPECT_EQ(Caller::toDaemon(home("old"), kTimeout).value()->hello().error().code(),
            ErrorCode::kNotFound);
  auto local = Listener::onSocket(*endpoint_, files.socket).value();
  EXPECT_TRUE(Caller::toDaemon(home("old"), kTimeout).value()->hello().ok());
  local.reset();
  EXPECT_FALSE(platform::fileExists(files.socket));
}

TEST_F(ChannelTest, ManyAskAtOnce) {
  pairNew();
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 3; ++n)
        good += send(Route::kMessage, "x").ok() ? 1 : 0;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(good, 12);
}

}  // namespace
}  // namespace tandem::channel
