// SPDX-License-Identifier: Apache-2.0
// Imports from a real Samba domain controller. The domain is shared by the tests, each of which
// changes objects of its own and leaves the rest alone.
#include <sstream>

#include <fmt/format.h>

#include "connectors/ldap/import_scene.h"
#include "connectors/ldif/forest.h"

namespace tandem::connectors::ldap {
namespace {

using tandem::testing::DirectoryServer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SambaImport : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    skip_ = DirectoryServer::whyNoSamba();
    if (!skip_.empty()) return;
    server_ = DirectoryServer::startSamba(TANDEM_SOURCE_DIR);
    ASSERT_NE(server_, nullptr);
    base_ = server_->at("BASE");
    ldif::ForestPlan plan;
    plan.people = 150;
    plan.for_loading = true;
    forest_ = std::make_unique<ldif::Forest>(plan);
    std::ostringstream text;
    forest_->writeTo(text);
    const auto loaded = server_->add(text.str());
    ASSERT_EQ(loaded.code, 0) << loaded.output;
    // A reader with the documented right, and one without any.
    for (const std::string account : {"reader", "plain"})
      ASSERT_EQ(server_->run("samba-tool user create {SAM} " + account + " Passw0rd.Reader").code,
                0);
    const auto granted = server_->run(
        fmt::format("samba-tool dsacl set {{SAM}} --action=allow --objectdn={} --car=get-changes "
                    "--trusteedn=CN=reader,CN=Users,{}",
                    base_,
                    base_));
    ASSERT_EQ(granted.code, 0) << granted.output;
  }
  static void TearDownTestSuite() {
    server_.reset();
    forest_.reset();
  }
  void SetUp() override {
    if (!skip_.empty()) GTEST_SKIP() << skip_;
    ASSERT_NE(server_, nullptr);
  }

  static LdapSettings settings() {
    LdapSettings settings;
    settings.server = server_->at("SERVER_NAME");
    settings.connect_address = server_->at("ADDRESS");
    settings.ca_file = server_->at("CA_FILE");
    settings.user = server_->at("ADMIN");
    settings.password = server_->at("ADMIN_PASSWORD");
    return settings;
  }
  static void modify(const std::string& ldif) {
    const auto result = server_->modify(ldif);
    ASSERT_EQ(result.code, 0) << result.output << ldif;
  }
  static void add(const std::string& ldif) {
    const auto result = server_->add(ldif);
    ASSERT_EQ(result.code, 0) << result.output << ldif;
  }
  static void rename(const std::string& from, const std::string& to) {
    const auto result = server_->run(fmt::format("ldbrename {{SAM}} '{}' '{}'", from, to));
    ASSERT_EQ(result.code, 0) << result.output;
  }
  static void remove(const std::string& dn, const std::string& option = "") {
    const auto result = server_->run(fmt::format("ldbdel {{SAM}} {} '{}'", option, dn));
    ASSERT_EQ(result.code, 0) << result.output;
  }
  static std::string ou(const std::string& name) { return fmt::format("OU={},{}", name, base_); }
  static void addOu(const std::string& dn) {
    add(fmt::format("dn: {}\nobjectClass: organizationalUnit\n", dn));
  }
  static void addUser(const std::string& dn, const std::string& account) {
    add(fmt::format(
        "dn: {}\nobjectClass: user\nsAMAccountName: {}\nuserAccountControl: 544\n", dn, account));
  }

  static inline std::string skip_;
  static inline std::unique_ptr<DirectoryServer> server_;
  static inline std::unique_ptr<ldif::Forest> forest_;
  static inline std::string base_;
};

TEST_F(SambaImport, AFullImportBringsPeopleGroupsAndReferencesByIdentity) {
  ImportScene scene(settings());
  const ImportOutcome outcome = scene.start();
  EXPECT_THAT(outcome.warnings, IsEmpty());
  for (std::uint64_t i = 0; i < 150; ++i)
    EXPECT_NE(scene.mirror.findByDn(forest_->person(i).dn), nullptr) << forest_->person(i).dn;
  EXPECT_EQ(scene.references(forest_->largeGroupDn(), "member"), 150U);
  EXPECT_EQ(scene.references(forest_->person(9).dn, "manager"), 1U);
  EXPECT_EQ(scene.value(forest_->person(5).dn, "givenName"), forest_->person(5).given);
  EXPECT_THAT(scene.mirror.errors, IsEmpty());
}

TEST_F(SambaImport, WithoutAChangeADeltaPassesNothing) {
  ImportScene scene(settings());
  scene.start();
  scene.follow();
  EXPECT_FALSE(scene.follow().was_full);
  const auto again = scene.import(scene.mirror, false, scene.watermark);
  EXPECT_EQ(scene.mirror.items, 0U);
}

TEST_F(SambaImport, AChangedAttributeComesAlone) {
  ImportScene scene(settings());
  scene.start();
  const std::string dn = forest_->person(30).dn;
  modify(
      fmt::format("dn: {}\nchangetype: modify\nreplace: title\ntitle: Doctor\n-\n"
                  "delete: department\n",
                  dn));
  const auto outcome = scene.import(scene.mirror, false, scene.watermark);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  EXPECT_EQ(scene.mirror.items, 1U);
  EXPECT_EQ(scene.mirror.partial_items, 1U);
  EXPECT_EQ(scene.value(dn, "title"), "Doctor");
  EXPECT_EQ(scene.value(dn, "department"), "(none)");
  scene.watermark = outcome.value().watermark;
  EXPECT_FALSE(scene.follow().was_full);
}

TEST_F(SambaImport, OneMemberMoreOrLessIsOneReference) {
  ImportScene scene(settings());
  scene.start();
  const std::string group = forest_->largeGroupDn();
  modify(fmt::format(
      "dn: {}\nchangetype: modify\ndelete: member\nmember: {}\n", group, forest_->person(40).dn));
  ImportOutcome outcome = scene.follow();
  EXPECT_FALSE(outcome.was_full);
  EXPECT_EQ(scene.references(group, "member"), 149U);
  modify(fmt::format(
      "dn: {}\nchangetype: modify\nadd: member\nmember: {}\n", group, forest_->person(40).dn));
  scene.follow();
  EXPECT_EQ(scene.references(group, "member"), 150U);
}

TEST_F(SambaImport, AManagerIsReplacedAndCleared) {
  ImportScene scene(settings());
  scene.start();
  const std::string dn = forest_->person(60).dn;
  modify(fmt::format(
      "dn: {}\nchangetype: modify\nreplace: manager\nmanager: {}\n", dn, forest_->person(3).dn));
  scene.follow();
  modify(fmt::format("dn: {}\nchangetype: modify\ndelete: manager\n", dn));
  scene.follow();
  EXPECT_EQ(scene.references(dn, "manager"), 0U);
}

TEST_F(SambaImport, FollowsAddDeleteAndRecreateUnderTheSameName) {
  ImportScene scene(settings());
  scene.start();
  const std::string dn = "CN=Twice," + ou("People");
  addUser(dn, "twice");
  modify(fmt::format(
      "dn: {}\nchangetype: modify\nadd: member\nmember: {}\n", forest_->largeGroupDn(), dn));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_EQ(scene.references(forest_->largeGroupDn(), "member"), 151U);
  remove(dn);
  scene.follow();
  EXPECT_EQ(scene.mirror.findByDn(dn), nullptr);
  EXPECT_EQ(scene.references(forest_->largeGroupDn(), "member"), 150U);
  addUser(dn, "twice");
  scene.follow();
  remove(dn);
  addUser(dn, "twice");  // both in one delta
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_NE(scene.mirror.findByDn(dn), nullptr);
  remove(dn);
  scene.follow();
}

TEST_F(SambaImport, FollowsRenamesAndMovesOfUsers) {
  ImportScene scene(settings());
  scene.start();
  const std::string dn = "CN=Mover," + ou("People");
  addUser(dn, "mover");
  scene.follow();
  rename(dn, "CN=Mover\\, Jr.," + ou("People"));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_NE(scene.mirror.findByDn("CN=Mover\\, Jr.," + ou("People")), nullptr);
  rename("CN=Mover\\, Jr.," + ou("People"), "CN=Mover," + ou("Leavers"));
  scene.follow();
  EXPECT_NE(scene.mirror.findByDn("CN=Mover," + ou("Leavers")), nullptr);
  remove("CN=Mover," + ou("Leavers"));
  scene.follow();
}

TEST_F(SambaImport, FollowsContainersThatAreRenamedMovedAndExchanged) {
  ImportScene scene(settings());
  addOu(ou("Alpha"));
  addOu("OU=Inner," + ou("Alpha"));
  addUser("CN=Deep,OU=Inner," + ou("Alpha"), "deep");
  scene.start();
  rename(ou("Alpha"), ou("Beta"));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_NE(scene.mirror.findByDn("CN=Deep,OU=Inner," + ou("Beta")), nullptr);
  // A new container takes the old name, and someone moves into it, all in one delta.
  rename(ou("Beta"), ou("Gamma"));
  addOu(ou("Beta"));
  rename("CN=Deep,OU=Inner," + ou("Gamma"), "CN=Deep," + ou("Beta"));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_NE(scene.mirror.findByDn("CN=Deep," + ou("Beta")), nullptr);
  // Two containers exchange their names: only reading everything tells what is where.
  rename(ou("Beta"), ou("Delta"));
  rename(ou("Gamma"), ou("Beta"));
  rename(ou("Delta"), ou("Gamma"));
  const ImportOutcome outcome = scene.follow();
  EXPECT_TRUE(outcome.was_full);
  EXPECT_THAT(outcome.full_import_reason, HasSubstr("exchanged their names"));
  remove(ou("Gamma"), "-r");
  remove(ou("Beta"), "-r");
  scene.follow();
}

TEST_F(SambaImport, FollowsObjectsAndContainersInAndOutOfTheScope) {
  addOu(ou("Inside"));
  addOu("OU=Team," + ou("Inside"));
  addOu(ou("Outside"));
  addUser("CN=One,OU=Team," + ou("Inside"), "one");
  addUser("CN=Two,OU=Team," + ou("Inside"), "two");
  LdapSettings filtered = settings();
  filtered.containers.included = {ou("Inside")};
  ImportScene scene(filtered);
  scene.start();
  EXPECT_NE(scene.mirror.findByDn("CN=One,OU=Team," + ou("Inside")), nullptr);
  EXPECT_EQ(scene.mirror.findByDn(forest_->person(1).dn), nullptr);

  rename("CN=One,OU=Team," + ou("Inside"), "CN=One," + ou("Outside"));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_EQ(scene.mirror.findByDn("CN=One," + ou("Outside")), nullptr);
  rename("CN=One," + ou("Outside"), "CN=One," + ou("Inside"));  // comes as a mere rename
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_NE(scene.mirror.findByDn("CN=One," + ou("Inside")), nullptr);

  rename("OU=Team," + ou("Inside"), "OU=Team," + ou("Outside"));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_EQ(scene.mirror.findByDn("CN=Two,OU=Team," + ou("Outside")), nullptr);
  EXPECT_EQ(scene.mirror.findByDn("CN=Two,OU=Team," + ou("Inside")), nullptr);
  rename("OU=Team," + ou("Outside"), "OU=Squad," + ou("Inside"));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_NE(scene.mirror.findByDn("CN=Two,OU=Squad," + ou("Inside")), nullptr);

  // Out of it goes the container, but one of its people is saved in the same delta.
  rename("CN=Two,OU=Squad," + ou("Inside"), "CN=Two," + ou("Inside"));
  rename("OU=Squad," + ou("Inside"), "OU=Squad," + ou("Outside"));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_NE(scene.mirror.findByDn("CN=Two," + ou("Inside")), nullptr);
  remove(ou("Inside"), "-r");
  remove(ou("Outside"), "-r");
}

TEST_F(SambaImport, AnExclusionBelowARenamedContainerNeedsAFullImport) {
  addOu(ou("Top"));
  addOu("OU=Secret," + ou("Top"));
  addUser("CN=Hidden,OU=Secret," + ou("Top"), "hidden");
  LdapSettings filtered = settings();
  filtered.containers.excluded = {"OU=Secret," + ou("Top")};
  ImportScene scene(filtered);
  scene.start();
  rename(ou("Top"), ou("Summit"));
  const ImportOutcome outcome = scene.follow();
  EXPECT_TRUE(outcome.was_full);
  EXPECT_THAT(outcome.full_import_reason, HasSubstr("filter of this connector"));
  remove(ou("Summit"), "-r");
}

TEST_F(SambaImport, ACorruptCookieNeedsAFullImportThatSaysSo) {
  ImportScene scene(settings());
  scene.start();
  scene.watermark = scene.watermark->substr(0, scene.watermark->rfind(' ')) + " Z2FyYmFnZQ==";
  const ImportOutcome outcome = scene.follow();
  EXPECT_TRUE(outcome.was_full);
  EXPECT_THAT(outcome.full_import_reason, HasSubstr("refused the DirSync cookie"));
  EXPECT_EQ(scene.mirror.full_reason, outcome.full_import_reason);
}

TEST_F(SambaImport, ChangedSettingsNeedAFullImportThatSaysSo) {
  ImportScene scene(settings());
  scene.start();
  ImportScene other(settings(), {"cn", "title"});
  other.watermark = scene.watermark;
  const ImportOutcome outcome = other.follow();
  EXPECT_TRUE(outcome.was_full);
  EXPECT_THAT(outcome.full_import_reason, HasSubstr("have changed"));
}

TEST_F(SambaImport, TheDocumentedRightIsEnoughAndMissingDeletionsAreSaid) {
  LdapSettings reader = settings();
  reader.user = "reader@" + server_->at("REALM");
  reader.password = "Passw0rd.Reader";
  ImportScene scene(reader);
  const ImportOutcome outcome = scene.start();
  EXPECT_THAT(*outcome.watermark, HasSubstr("dirsync 80000000 "));
  ASSERT_EQ(outcome.warnings.size(), 1U);
  EXPECT_THAT(outcome.warnings[0], HasSubstr("Deleted Objects"));
  modify(fmt::format("dn: {}\nchangetype: modify\nreplace: title\ntitle: Read\n",
                     forest_->person(33).dn));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_EQ(scene.value(forest_->person(33).dn, "title"), "Read");
}

TEST_F(SambaImport, WithoutTheRightChangesAreReadWithTheAccountsOwnView) {
  LdapSettings plain = settings();
  plain.user = "plain@" + server_->at("REALM");
  plain.password = "Passw0rd.Reader";
  ImportScene scene(plain);
  const ImportOutcome outcome = scene.start();
  EXPECT_THAT(*outcome.watermark, HasSubstr("dirsync 80000001 "));
  EXPECT_THAT(outcome.warnings, ::testing::Contains(HasSubstr("Replicating Directory Changes")));
  modify(fmt::format("dn: {}\nchangetype: modify\nreplace: title\ntitle: Plain\n",
                     forest_->person(34).dn));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_EQ(scene.value(forest_->person(34).dn, "title"), "Plain");
}

TEST_F(SambaImport, ByUsnChangesComeAsWholeObjects) {
  LdapSettings by_usn = settings();
  by_usn.delta = DeltaMethod::kUsnChanged;
  ImportScene scene(by_usn);
  addOu(ou("Usn"));
  addUser("CN=U,OU=Usn," + base_, "usnuser");
  EXPECT_THAT(*scene.start().watermark, HasSubstr(" usn "));
  modify(fmt::format("dn: {}\nchangetype: modify\nreplace: title\ntitle: Usn\n",
                     forest_->person(35).dn));
  EXPECT_FALSE(scene.follow().was_full);
  rename(ou("Usn"), ou("Usn2"));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_NE(scene.mirror.findByDn("CN=U," + ou("Usn2")), nullptr);
  remove(ou("Usn2"), "-r");
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_EQ(scene.mirror.findByDn("CN=U," + ou("Usn2")), nullptr);
  // As if another domain controller had answered.
  scene.watermark = "ldap 1 " + scene.watermark->substr(7, 16) + " usn 00ff 12";
  EXPECT_THAT(scene.follow().full_import_reason, HasSubstr("another domain controller"));
}

TEST_F(SambaImport, KerberosWithAKeytabReadsTheSame) {
  const std::string keytab = server_->folder() + "/admin.keytab";
  const auto exported = server_->run(
      fmt::format("samba-tool domain exportkeytab {} --principal=administrator --configfile={}",
                  keytab,
                  server_->at("SMB_CONF")));
  ASSERT_EQ(exported.code, 0) << exported.output;
  setenv("KRB5_CONFIG", server_->at("KRB5_CONFIG").c_str(), 1);
  LdapSettings kerberos = settings();
  kerberos.security = LdapSecurity::kPlain;
  kerberos.bind = LdapBind::kGssapi;
  kerberos.user = "administrator@" + server_->at("REALM");
  kerberos.password.clear();
  kerberos.keytab = keytab;
  ImportScene scene(kerberos);
  scene.start();
  EXPECT_NE(scene.mirror.findByDn(forest_->person(1).dn), nullptr);

  kerberos.user = "reader@" + server_->at("REALM");  // not in the keytab
  ImportScene wrong(kerberos);
  const auto refused = wrong.import(wrong.mirror, true);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(), HasSubstr("Kerberos"));
}

TEST_F(SambaImport, AnImportTellsHowFarTheClocksAreApart) {
  ImportScene scene(settings());
  scene.clock().advance(std::chrono::minutes(10));
  scene.start();
  ASSERT_TRUE(scene.connector().clockAhead());
  EXPECT_NEAR(static_cast<double>(*scene.connector().clockAhead()), -600, 5);
}

TEST_F(SambaImport, EachWayToFailToConnectHasItsReason) {
  const auto reasonOf = [](const LdapSettings& broken) {
    ImportScene scene(broken);
    const auto outcome = scene.import(scene.mirror, true);
    EXPECT_FALSE(outcome.ok());
    return outcome.ok() ? "" : outcome.error().message();
  };
  LdapSettings broken = settings();
  broken.password = "wrong";
  EXPECT_THAT(reasonOf(broken), HasSubstr("user name or password are wrong"));
  broken = settings();
  broken.password.clear();
  EXPECT_THAT(reasonOf(broken), HasSubstr("needs a user and a password"));
  broken = settings();
  broken.server = "dc9.corp.example.com";
  EXPECT_THAT(reasonOf(broken), HasSubstr("the certificate is for"));
  broken = settings();
  broken.ca_file.clear();
  EXPECT_THAT(reasonOf(broken), HasSubstr("does not vouch for"));
  broken = settings();
  broken.ca_file = "/nonexistent.pem";
  EXPECT_THAT(reasonOf(broken), HasSubstr("cannot be read"));
  broken = settings();
  broken.port = 1;
  EXPECT_THAT(reasonOf(broken), HasSubstr("nothing listens"));
  broken = settings();
  broken.connect_address = "no-such-host.invalid";
  EXPECT_THAT(reasonOf(broken), HasSubstr("cannot be resolved"));
  broken = settings();
  broken.port = 88;  // Kerberos: no TLS there
  broken.connect_timeout = std::chrono::seconds(2);
  broken.operation_timeout = std::chrono::seconds(2);
  EXPECT_THAT(reasonOf(broken), HasSubstr("does not speak TLS"));
  broken = settings();
  broken.security = LdapSecurity::kPlain;
  EXPECT_THAT(reasonOf(broken), HasSubstr("not sent"));
  broken.allow_plain = true;
  EXPECT_THAT(reasonOf(broken), HasSubstr("wants encryption"));
}

TEST_F(SambaImport, StartTlsIsVerifiedToo) {
  LdapSettings start_tls = settings();
  start_tls.security = LdapSecurity::kStartTls;
  ImportScene scene(start_tls);
  scene.start();
  start_tls.server = "dc9.corp.example.com";
  ImportScene wrong(start_tls);
  const auto refused = wrong.import(wrong.mirror, true);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(), HasSubstr("the certificate is for"));
}

TEST_F(SambaImport, TheEnvironmentCannotSwitchVerificationOff) {
  setenv("LDAPTLS_REQCERT", "never", 1);
  LdapSettings untrusting = settings();
  untrusting.ca_file.clear();
  ImportScene scene(untrusting);
  EXPECT_FALSE(scene.import(scene.mirror, true).ok());
  unsetenv("LDAPTLS_REQCERT");
}

TEST_F(SambaImport, TheConnectionTestFindsRightsAndWhatIsMissing) {
  ImportScene scene(settings());
  for (const TestFinding& finding : scene.connector().testConnection())
    EXPECT_TRUE(finding.isOk()) << finding.check << ": " << finding.detail;
  LdapSettings plain = settings();
  plain.user = "plain@" + server_->at("REALM");
  plain.password = "Passw0rd.Reader";
  ImportScene poor(plain);
  std::string failed;
  for (const TestFinding& finding : poor.connector().testConnection())
    failed += finding.isOk() ? "" : finding.check + "\n";
  EXPECT_EQ(failed, "changes of " + base_ + "\ndeletions of " + base_ + "\n");
}

TEST_F(SambaImport, AnUnknownBaseIsAnErrorAndNoMassDeletion) {
  LdapSettings wrong = settings();
  wrong.base = "OU=Absent," + base_;
  ImportScene scene(wrong);
  const auto outcome = scene.import(scene.mirror, true);
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message(), HasSubstr("OU=Absent"));
}

TEST_F(SambaImport, AnAttributeThatIsNotBuiltInIsTypedByTheServer) {
  ImportScene scene(settings(), {"cn", "otherWellKnownObjects", "msDS-Behavior-Version"});
  scene.start();
  const auto* domain = scene.mirror.findByDn(base_);
  ASSERT_NE(domain, nullptr);
  const auto level = directory::findAttribute(domain->image, scene.id("msDS-Behavior-Version"));
  ASSERT_TRUE(level);
  EXPECT_EQ(level->type(), directory::ValueType::kInteger);
}

TEST_F(SambaImport, TheSchemaKnowsWhatTheServerHas) {
  ImportScene scene(settings());
  const auto schema = scene.connector().schema();
  ASSERT_TRUE(schema.ok());
  const auto* member = schema.value().find(scene.id("member"));
  ASSERT_NE(member, nullptr);
  EXPECT_EQ(member->type, directory::ValueType::kReference);
  const auto* rare = schema.value().find(scene.id("msDS-AuthNPolicySiloMembers"));
  ASSERT_NE(rare, nullptr);
  EXPECT_EQ(rare->type, directory::ValueType::kReference);
  EXPECT_TRUE(rare->multi);
  const auto parameters = scene.connector().parameters();
  ASSERT_TRUE(parameters.ok()) << parameters.error().message();
  EXPECT_THAT(parameters.value(), ::testing::Contains(::testing::Pair("Domain.Netbios", "CORP")));
}

}  // namespace
}  // namespace tandem::connectors::ldap
