// SPDX-License-Identifier: Apache-2.0
//
// Each way in which a directory can be wrong, by a scripted server, and what is said about it.
#include "connectors/ldap/test_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/ldap/fake_ldap_server.h"

namespace tandem::connectors::ldap {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kNow = 1795348800;  // 20261122120000.0Z
constexpr const char* kDirSync = "1.2.840.113556.1.4.841";

struct World {
  bool active_directory = true;
  std::string time = "20261122120000.0Z";
  int bind_code = 0;
  std::string bind_text;
  bool partition_readable = true;
  int dirsync_code = 0;
  bool deletions_visible = true;
  bool offers_syncrepl = true;
  std::string missing_container;
};

class LdapConnectionTest : public ::testing::Test {
 protected:
  FakeAnswer rootDse(const FakeRequest& request) const {
    FakeAttributes attributes = {{"namingContexts", {"DC=x"}}};
    if (world_.active_directory) {
      attributes.push_back({"supportedCapabilities", {"1.2.840.113556.1.4.800"}});
      attributes.push_back({"currentTime", {world_.time}});
    } else if (world_.offers_syncrepl) {
      attributes.push_back({"supportedControl", {"1.3.6.1.4.1.4203.1.9.1.1"}});
    }
    return {fakeEntry(request, "", attributes) + fakeResult(request, 0)};
  }

  FakeAnswer answer(const FakeRequest& request) const {
    if (request.is_bind) return {fakeResult(request, world_.bind_code, world_.bind_text)};
    if (!request.is_search) return {};
    if (request.base.empty()) return rootDse(request);
    if (request.has(kDirSync)) return {fakeResult(request, world_.dirsync_code, "no right")};
    const bool deleted = request.base.starts_with("CN=Deleted Objects");
    const bool seen = deleted                                    ? world_.deletions_visible
                      : request.base == world_.missing_container ? false
                                                                 : world_.partition_readable;
    if (!seen) return {fakeResult(request, LDAP_NO_SUCH_OBJECT)};
    return {fakeEntry(request, request.base, {{"objectClass", {"container"}}}) +
            fakeResult(request, 0)};
  }

  std::vector<TestFinding> test() {
    server_ = std::make_unique<FakeLdapServer>(
        [this](const FakeRequest& request) { return answer(request); });
    if (settings_.port != 1) settings_.port = server_->port();
    return testConnection(settings_, kNow);
  }
  void SetUp() override {
    settings_.server = "dc1.x.invalid";
    settings_.connect_address = "127.0.0.1";
    settings_.security = LdapSecurity::kPlain;
    settings_.allow_plain = true;
    settings_.user = "reader";
    settings_.password = "secret";
    settings_.connect_timeout = settings_.operation_timeout = std::chrono::seconds(2);
  }

  // "warning clock: …" for each that is not ok.
  std::string troubles() {
    std::string text;
    for (const TestFinding& finding : test()) {
      if (finding.isOk()) continue;
      text += std::string(toString(finding.verdict)) + " " + finding.check + ": " + finding.detail +
              " | " + finding.next + "\n";
    }
    return text;
  }

  World world_;
  LdapSettings settings_;
  std::unique_ptr<FakeLdapServer> server_;
};

TEST_F(LdapConnectionTest, AGoodDirectoryIsAllRight) {
  const auto findings = test();
  std::string checks;
  for (const TestFinding& finding : findings) {
    EXPECT_TRUE(finding.isOk()) << finding.check << ": " << finding.detail;
    checks += finding.check + ", ";
  }
  EXPECT_EQ(checks,
            "names, connect, clock, sign in, partition DC=x, changes of DC=x, deletions of DC=x, ");
  EXPECT_THAT(findings[0].detail, HasSubstr("dc1.x.invalid has no address here and needs none"));
}

TEST_F(LdapConnectionTest, ANameThatDoesNotResolve) {
  settings_.connect_address.clear();
  EXPECT_THAT(troubles(), HasSubstr("refused names: the name dc1.x.invalid cannot be resolved"));
}

TEST_F(LdapConnectionTest, APortThatNobodyListensAt) {
  settings_.port = 1;
  EXPECT_THAT(troubles(), HasSubstr("refused connect: nothing listens at 127.0.0.1:1"));
}

TEST_F(LdapConnectionTest, APortWithoutTls) {
  settings_.security = LdapSecurity::kLdaps;
  EXPECT_THAT(troubles(), HasSubstr("refused tls: what answers at 127.0.0.1"));
}

TEST_F(LdapConnectionTest, AClockThatIsAMinuteOff) {
  world_.time = "20261122120100.0Z";
  EXPECT_THAT(troubles(),
              HasSubstr("warning clock: the clocks of this machine and of the "
                        "directory are 60 s apart (the directory is ahead)"));
}

TEST_F(LdapConnectionTest, AClockThatIsFiveMinutesOff) {
  world_.time = "20261122115500.0Z";
  EXPECT_THAT(troubles(), HasSubstr("refused clock: the clocks"));
  EXPECT_THAT(troubles(), HasSubstr("set both by NTP"));
}

TEST_F(LdapConnectionTest, AWrongPasswordAndADisabledAccount) {
  world_.bind_code = LDAP_INVALID_CREDENTIALS;
  EXPECT_THAT(troubles(), HasSubstr("refused sign in: signing in to"));
  world_.bind_text = "80090308: LdapErr: DSID-0C09, comment: AcceptSecurityContext, data 533, v1";
  EXPECT_THAT(troubles(), HasSubstr("the account is disabled"));
}

TEST_F(LdapConnectionTest, AMissingPasswordNeverSignsInAsNobody) {
  settings_.password.clear();
  EXPECT_THAT(troubles(), HasSubstr("refused sign in: the connection to"));
}

TEST_F(LdapConnectionTest, APartitionThatMayNotBeRead) {
  world_.partition_readable = false;
  EXPECT_THAT(troubles(),
              HasSubstr("refused partition DC=x: there is no such entry, or the account "
                        "may not read it | check the DN in the policy, or grant reader"));
}

TEST_F(LdapConnectionTest, ContainersOfTheFilterMustBeThere) {
  settings_.containers = {{"OU=a,DC=x"}, {"OU=b,DC=x"}};
  world_.missing_container = "OU=a,DC=x";
  EXPECT_THAT(troubles(), HasSubstr("refused container OU=a,DC=x: is included, but is not there"));
  world_.missing_container = "OU=b,DC=x";
  EXPECT_THAT(troubles(), HasSubstr("warning container OU=b,DC=x: is excluded, but"));
}

TEST_F(LdapConnectionTest, WithoutDirSyncThereIsAnotherWay) {
  world_.dirsync_code = LDAP_INSUFFICIENT_ACCESS;
  EXPECT_THAT(troubles(),
              HasSubstr("warning changes of DC=x: DirSync is refused (50 no right): "
                        "changes are read with the account's own view | grant reader "
                        "\"Replicating Directory Changes\" on DC=x"));
}

TEST_F(LdapConnectionTest, UnlessThePolicyAsksForIt) {
  world_.dirsync_code = LDAP_INSUFFICIENT_ACCESS;
  settings_.delta = DeltaMethod::kDirSync;
  EXPECT_THAT(troubles(), HasSubstr("refused changes of DC=x"));
  settings_.delta = DeltaMethod::kUsnChanged;
  EXPECT_EQ(troubles(), "");
}

TEST_F(LdapConnectionTest, DeletionsThatCannotBeSeen) {
  world_.deletions_visible = false;
  EXPECT_THAT(troubles(),
              HasSubstr("warning deletions of DC=x: CN=Deleted Objects,DC=x cannot be "
                        "read: delta imports can miss deletions"));
}

TEST_F(LdapConnectionTest, AServerWithoutSyncrepl) {
  world_.active_directory = world_.offers_syncrepl = false;
  EXPECT_THAT(troubles(), HasSubstr("warning changes: the server offers no syncrepl"));
  settings_.delta = DeltaMethod::kNone;
  EXPECT_EQ(troubles(), "");
}

TEST(LdapLibrary, SaysItsVersion) {
  EXPECT_EQ(libraryVersion().substr(0, 2), "2.");
}

}  // namespace
}  // namespace tandem::connectors::ldap
