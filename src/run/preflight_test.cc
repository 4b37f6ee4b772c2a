// SPDX-License-Identifier: Apache-2.0
#include "run/preflight.h"

#include <filesystem>
#include <string>

#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/files.h"
#include "run/preflight_machine.h"

namespace tandem::run {
namespace {

using connectors::TestVerdict;
using ::testing::HasSubstr;

constexpr std::uint64_t kGigabyte = 1000ULL * 1000 * 1000;

TEST(JudgeDisk, TwoGigabytesWhileTheSizeIsNotKnown) {
  const auto verdict = [](std::uint64_t available) {
    return judgeDisk("/h", {100 * kGigabyte, available}, 0, std::nullopt).verdict;
  };
  EXPECT_EQ(verdict(2 * kGigabyte - 1), TestVerdict::kRefused);
  EXPECT_EQ(verdict(3 * kGigabyte), TestVerdict::kWarning);
  EXPECT_EQ(verdict(4 * kGigabyte), TestVerdict::kOk);
}

TEST(JudgeDisk, ByTheNumberOfObjectsAndWhatIsHeldAlready) {
  const platform::DiskSpace space{100 * kGigabyte, 3 * kGigabyte};
  EXPECT_EQ(judgeDisk("/h", space, 0, 1000).verdict, TestVerdict::kOk);
  const TestFinding million = judgeDisk("/h", space, 0, 1000000);
  EXPECT_EQ(million.verdict, TestVerdict::kRefused);
  EXPECT_EQ(million.detail,
            "3.0 GB of 100.0 GB are free at /h; the store needs about 8.0 GB more for 1000000 "
            "objects");
  EXPECT_THAT(million.next, HasSubstr("free some space"));
  EXPECT_EQ(judgeDisk("/h", space, 7 * kGigabyte, 1000000).verdict, TestVerdict::kOk);
}

TEST(JudgeMemory, WarnsAndRefuses) {
  EXPECT_EQ(judgeMemory({8 * kGigabyte, 4 * kGigabyte}).verdict, TestVerdict::kOk);
  EXPECT_EQ(judgeMemory({8 * kGigabyte, kGigabyte / 2}).verdict, TestVerdict::kWarning);
  EXPECT_EQ(judgeMemory({8 * kGigabyte, kGigabyte / 5}).verdict, TestVerdict::kRefused);
}

TEST(JudgeMode, OthersMayNotRead) {
  EXPECT_EQ(judgeMode("/k", 0600).verdict, TestVerdict::kOk);
  EXPECT_EQ(judgeMode("/k", 0440).verdict, TestVerdict::kOk);
  EXPECT_EQ(judgeMode("/k", 0604).verdict, TestVerdict::kRefused);
  EXPECT_EQ(judgeMode("/k", 0660).verdict, TestVerdict::kRefused);
}

TEST(CheckVersions, NamesAllLibraries) {
  const std::string detail = checkVersions().front().detail;
  EXPECT_THAT(detail, HasSubstr("Tandem "));
  EXPECT_THAT(detail, HasSubstr("OpenSSL 3"));
  EXPECT_THAT(detail, HasSubstr("libldap 2."));
  EXPECT_THAT(detail, HasSubstr("SQLite 3."));
}

class PreflightTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "tandem-preflight-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directories(folder_ + "/ldif");
    write(folder_ + "/ldif/a.ldif", "dn: CN=Ada,DC=x\nobjectClass: user\ncn: Ada\n");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static void write(const std::string& path, const std::string& text) {
    ASSERT_TRUE(platform::writeFileDurably(path, text, 0600).ok());
  }

  policy::ConnectorPolicy files() const {
    policy::ConnectorPolicy connector;
    connector.kind = policy::ConnectorKind::kLdif;
    connector.name = "files";
    connector.id = home::newGuid();
    connector.ldif.folder = folder_ + "/ldif";
    return connector;
  }
  static policy::ConnectorPolicy unreachable() {
    policy::ConnectorPolicy connector;
    connector.kind = policy::ConnectorKind::kOpenLdap;
    connector.name = "corp";
    connector.id = home::newGuid();
    connector.ldap.host = "127.0.0.1";
    connector.ldap.port = 1;
    connector.ldap.account = "reader";
    connector.ldap.password_secret = "corp.password";
    connector.ldap.ca_file = "ca.pem";
    return connector;
  }
  home::Home make(std::vector<policy::ConnectorPolicy> connectors) const {
    home::NewHome fresh;
    fresh.policy.connectors = std::move(connectors);
    return home::Home::create(folder_ + "/home", fresh, {}).value();
  }
  PreflightReport check(const home::Home& home) { return runPreflight(home, clock_).value(); }
  static std::string refusals(const PreflightReport& report) {
    std::string text;
    for (const auto& [subject, finding] : report.findings) {
      if (finding.verdict != TestVerdict::kRefused || finding.check == "disk") continue;
      text += subject + " / " + finding.check + ": " + finding.detail + " | " + finding.next + "\n";
    }
    return text;
  }

  std::string folder_;
  platform::SystemClock clock_;
};

TEST_F(PreflightTest, AGoodServerBeforeItsFirstRun) {
  const home::Home home = make({files()});
  const PreflightReport report = check(home);
  EXPECT_EQ(refusals(report), "");
  EXPECT_FALSE(platform::fileExists(home.databasePath())) << "it made a store";
  EXPECT_EQ(report.findings.back().subject, "files");
  EXPECT_THAT(report.findings.back().finding.detail, HasSubstr(", 1 entries"));
}

TEST_F(PreflightTest, ItLooksBesideARunningCycle) {
  const home::Home home = make({files()});
  const auto lock = home.lock();
  EXPECT_EQ(refusals(check(home)), "");
}

TEST_F(PreflightTest, MissingSecretsAndFilesAreNamedAndTheNetworkIsStillTried) {
  const home::Home home = make({files(), unreachable()});
  const std::string text = refusals(check(home));
  EXPECT_THAT(text,
              HasSubstr("this server / secret corp.password: the password of reader in 127.0.0.1 "
                        "(corp) is not set | tandem secret set corp.password --home "));
  EXPECT_THAT(text, HasSubstr("this server / file " + home.folder() + "/ca.pem: the authorities"));
  EXPECT_THAT(text, HasSubstr("corp / connect: nothing listens at 127.0.0.1:1"));
}

TEST_F(PreflightTest, AKeyThatOthersMayRead) {
  const home::Home home = make({files()});
  std::filesystem::permissions(home.keyPath(), std::filesystem::perms(0644));
  std::filesystem::permissions(home.folder(), std::filesystem::perms(0755));
  const PreflightReport report = check(home);
  EXPECT_THAT(refusals(report), HasSubstr("secrets.key: it has mode 0644"));
  EXPECT_GE(report.count(TestVerdict::kWarning), 1U);
  std::filesystem::remove(home.keyPath());
  EXPECT_THAT(refusals(check(home)), HasSubstr("mode of " + home.keyPath()));
}

TEST_F(PreflightTest, AKeytabThatOthersMayRead) {
  policy::ConnectorPolicy kerberos = unreachable();
  kerberos.ldap.bind = policy::BindMethod::kGssapi;
  kerberos.ldap.password_secret.clear();
  kerberos.ldap.ca_file.clear();
  kerberos.ldap.tls = policy::TlsMode::kNone;
  kerberos.ldap.keytab = folder_ + "/corp.keytab";
  write(kerberos.ldap.keytab, "x");
  std::filesystem::permissions(kerberos.ldap.keytab, std::filesystem::perms(0644));
  EXPECT_THAT(refusals(check(make({kerberos}))), HasSubstr("corp.keytab: it has mode 0644"));
}

TEST_F(PreflightTest, ABadPolicyEndsIt) {
  const home::Home home = make({files()});
  write(home.policyPath(), "{");
  EXPECT_FALSE(runPreflight(home, clock_).ok());
}

}  // namespace
}  // namespace tandem::run
