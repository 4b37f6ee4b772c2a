// SPDX-License-Identifier: Apache-2.0
#include "platform/tls_probe.h"

#include <filesystem>
#include <fstream>

#include <stdlib.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/certificate.h"
#include "platform/http_server.h"
#include "platform/tcp_connect.h"

namespace tandem::platform {
namespace {

using std::chrono::hours;
using testing::HasSubstr;

class TlsProbe : public testing::Test {
 protected:
  TlsProbe() {
    char pattern[] = "/tmp/tandem-tls-probe-XXXXXX";
    folder_ = mkdtemp(pattern);
  }
  ~TlsProbe() override { std::filesystem::remove_all(folder_); }

  // A server whose leaf was made that long from now.
  TlsProbeReport probe(hours age, const std::string& name, bool trust = true) {
    const auto files = ensureCertificate(
        folder_ + "/server", {"dc1.example.com"}, std::chrono::system_clock::now() + age);
    EXPECT_TRUE(files.ok());
    HttpServerOptions options;
    options.tls = TlsFiles{files.value().certificate_chain, files.value().private_key};
    const auto server =
        HttpServer::start(options, [](const ServerRequest&) { return ServerResponse{}; });
    EXPECT_TRUE(server.ok()) << server.error().message();
    TlsProbeRequest request;
    request.address = "127.0.0.1";
    request.port = server.value()->port();
    request.name = name;
    request.ca_file = files.value().ca_certificate;
    if (!trust) {
      request.ca_file = ensureCertificate(folder_ + "/other", {}, std::chrono::system_clock::now())
                            .value()
                            .ca_certificate;
    }
    return probeTls(request).value();
  }
  std::string folder_;
};

TEST_F(TlsProbe, FindsNothingWrongWithAGoodCertificate) {
  const TlsProbeReport report = probe(hours(0), "dc1.example.com");
  EXPECT_EQ(report.verdict, TlsVerdict::kTrusted) << report.explanation;
  EXPECT_EQ(report.sha256.size(), 64U);
  EXPECT_THAT(report.names, testing::Contains("dc1.example.com"));
}

TEST_F(TlsProbe, NamesAMismatchAndTheNamesThatWouldDo) {
  const TlsProbeReport report = probe(hours(0), "dc2.example.com");
  EXPECT_EQ(report.verdict, TlsVerdict::kNameMismatch) << report.explanation;
  EXPECT_THAT(report.explanation, HasSubstr("dc1.example.com"));
}

TEST_F(TlsProbe, NamesAnUntrustedIssuer) {
  EXPECT_EQ(probe(hours(0), "dc1.example.com", /*trust=*/false).verdict,
            TlsVerdict::kUntrustedIssuer);
}

TEST_F(TlsProbe, NamesAnExpiredCertificate) {
  EXPECT_EQ(probe(hours(-24 * 200), "dc1.example.com").verdict, TlsVerdict::kExpired);
}

TEST_F(TlsProbe, NamesACertificateThatIsNotYetValid) {
  EXPECT_EQ(probe(hours(24 * 30), "dc1.example.com").verdict, TlsVerdict::kNotYetValid);
}

TEST_F(TlsProbe, NamesAPortWithoutTls) {
  const auto server =
      HttpServer::start({}, [](const ServerRequest&) { return ServerResponse{}; }).value();
  TlsProbeRequest request;
  request.address = "127.0.0.1";
  request.port = server->port();
  request.name = "localhost";
  EXPECT_EQ(probeTls(request).value().verdict, TlsVerdict::kNotTls);
}

TEST_F(TlsProbe, NamesAFileOfAuthoritiesThatCannotBeRead) {
  const auto server =
      HttpServer::start({}, [](const ServerRequest&) { return ServerResponse{}; }).value();
  TlsProbeRequest request;
  request.address = "127.0.0.1";
  request.port = server->port();
  request.name = "localhost";
  request.ca_file = folder_ + "/absent.pem";
  EXPECT_EQ(probeTls(request).value().verdict, TlsVerdict::kNoTrustStore);
}

TEST(ConnectTcp, TellsAClosedPortFromAnUnknownName) {
  const auto closed = connectTcp("127.0.0.1", 1, std::chrono::seconds(2));
  ASSERT_FALSE(closed.ok());
  EXPECT_THAT(closed.error().message(), HasSubstr("nothing listens"));
  const auto unknown = connectTcp("no-such-host.invalid", 636, std::chrono::seconds(2));
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().message(), HasSubstr("cannot be resolved"));
}

}  // namespace
}  // namespace tandem::platform
