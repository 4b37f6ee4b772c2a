// SPDX-License-Identifier: Apache-2.0
// Imports from a real slapd by content synchronization, over StartTLS.
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "connectors/ldap/import_scene.h"
#include "connectors/ldif/forest.h"

namespace tandem::connectors::ldap {
namespace {

using tandem::testing::DirectoryServer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SlapdImport : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    skip_ = DirectoryServer::whyNoSlapd();
    if (!skip_.empty()) return;
    server_ = DirectoryServer::startSlapd(TANDEM_SOURCE_DIR);
    ASSERT_NE(server_, nullptr);
    base_ = server_->at("SUFFIX");
    ldif::ForestPlan plan;
    plan.people = 300;
    plan.flavour = ldif::ForestFlavour::kOpenLdap;
    plan.base = base_;
    plan.for_loading = true;
    forest_ = std::make_unique<ldif::Forest>(plan);
    std::ostringstream text;
    forest_->writeTo(text);
    std::string ldif = text.str();
    ldif.erase(0, ldif.find("\n\n") + 2);  // the suffix is there already
    const auto loaded = server_->add(ldif);
    ASSERT_EQ(loaded.code, 0) << loaded.output.substr(loaded.output.size() - 500);
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
    settings.port = static_cast<std::uint16_t>(std::stoi(server_->at("PORT")));
    settings.security = LdapSecurity::kStartTls;
    settings.ca_file = server_->at("CA_FILE");
    settings.user = server_->at("READER");
    settings.password = server_->at("READER_PASSWORD");
    return settings;
  }
  static void modify(const std::string& ldif) {
    const auto result = server_->modify(ldif);
    ASSERT_EQ(result.code, 0) << result.output << ldif;
  }
  static void addOu(const std::string& dn) {
    modify(fmt::format("dn: {}\nchangetype: add\nobjectClass: organizationalUnit\n", dn));
  }
  static void addUser(const std::string& dn) {
    modify(fmt::format("dn: {}\nchangetype: add\nobjectClass: inetOrgPerson\ncn: x\nsn: x\n", dn));
  }
  static void rename(const std::string& dn, const std::string& rdn, const std::string& superior) {
    modify(fmt::format("dn: {}\nchangetype: modrdn\nnewrdn: {}\ndeleteoldrdn: 1\nnewsuperior: {}\n",
                       dn,
                       rdn,
                       superior));
  }
  static void remove(const std::string& dn) {
    modify(fmt::format("dn: {}\nchangetype: delete\n", dn));
  }

  static inline std::string skip_;
  static inline std::unique_ptr<DirectoryServer> server_;
  static inline std::unique_ptr<ldif::Forest> forest_;
  static inline std::string base_;
};

TEST_F(SlapdImport, AFullImportBringsPeopleGroupsAndACookie) {
  ImportScene scene(settings());
  const ImportOutcome outcome = scene.start();
  EXPECT_THAT(outcome.warnings, IsEmpty());
  EXPECT_THAT(*outcome.watermark, HasSubstr(" syncrepl "));
  for (std::uint64_t i = 0; i < 300; ++i)
    EXPECT_NE(scene.mirror.findByDn(forest_->person(i).dn), nullptr);
  EXPECT_EQ(scene.references(forest_->largeGroupDn(), "member"), 300U);
  // entryUUID is the anchor, in the octets of its text.
  EXPECT_EQ(scene.value(forest_->person(1).dn, "entryUUID").size(), 16U);
  EXPECT_TRUE(scene.mirror.objects().contains(scene.value(forest_->person(1).dn, "entryUUID")));
}

TEST_F(SlapdImport, FollowsChangesAddsDeletesAndGroups) {
  ImportScene scene(settings());
  scene.start();
  modify(fmt::format("dn: {}\nchangetype: modify\nreplace: title\ntitle: Doctor\n",
                     forest_->person(7).dn));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_EQ(scene.value(forest_->person(7).dn, "title"), "Doctor");
  const std::string dn = "uid=joiner,ou=People," + base_;
  addUser(dn);
  modify(fmt::format(
      "dn: {}\nchangetype: modify\nadd: member\nmember: {}\n", forest_->largeGroupDn(), dn));
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_EQ(scene.references(forest_->largeGroupDn(), "member"), 301U);
  modify(fmt::format(
      "dn: {}\nchangetype: modify\ndelete: member\nmember: {}\n", forest_->largeGroupDn(), dn));
  remove(dn);
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_EQ(scene.mirror.findByDn(dn), nullptr);
  addUser(dn);
  scene.follow();
  remove(dn);
  addUser(dn);
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_NE(scene.mirror.findByDn(dn), nullptr);
  remove(dn);
  scene.follow();
  const auto nothing = scene.import(scene.mirror, false, scene.watermark);
  EXPECT_EQ(scene.mirror.items, 0U);
}

TEST_F(SlapdImport, FollowsRenamesOfPeopleAndContainers) {
  ImportScene scene(settings());
  addOu("ou=Alpha," + base_);
  addOu("ou=Inner,ou=Alpha," + base_);
  addUser("uid=deep,ou=Inner,ou=Alpha," + base_);
  scene.start();
  rename("uid=deep,ou=Inner,ou=Alpha," + base_, "uid=deeper", "ou=Alpha," + base_);
  EXPECT_FALSE(scene.follow().was_full);
  rename("ou=Alpha," + base_, "ou=Beta", "ou=People," + base_);
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_NE(scene.mirror.findByDn("uid=deeper,ou=Beta,ou=People," + base_), nullptr);
  remove("uid=deeper,ou=Beta,ou=People," + base_);
  remove("ou=Inner,ou=Beta,ou=People," + base_);
  remove("ou=Beta,ou=People," + base_);
  EXPECT_FALSE(scene.follow().was_full);
}

TEST_F(SlapdImport, FollowsContainersInAndOutOfTheScope) {
  addOu("ou=Inside," + base_);
  addOu("ou=Outside," + base_);
  addOu("ou=Team,ou=Inside," + base_);
  addUser("uid=one,ou=Team,ou=Inside," + base_);
  LdapSettings filtered = settings();
  filtered.containers.included = {"ou=Inside," + base_};
  ImportScene scene(filtered);
  scene.start();
  EXPECT_EQ(scene.mirror.findByDn(forest_->person(1).dn), nullptr);
  rename("ou=Team,ou=Inside," + base_, "ou=Team", "ou=Outside," + base_);
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_EQ(scene.mirror.findByDn("uid=one,ou=Team,ou=Inside," + base_), nullptr);
  rename("ou=Team,ou=Outside," + base_, "ou=Squad", "ou=Inside," + base_);
  EXPECT_FALSE(scene.follow().was_full);
  EXPECT_NE(scene.mirror.findByDn("uid=one,ou=Squad,ou=Inside," + base_), nullptr);
  for (const std::string dn :
       {"uid=one,ou=Squad,ou=Inside,", "ou=Squad,ou=Inside,", "ou=Inside,", "ou=Outside,"})
    remove(dn + base_);
}

TEST_F(SlapdImport, AfterARestartWhatIsPresentTellsWhatIsGone) {
  ImportScene scene(settings());
  addUser("uid=gone,ou=People," + base_);
  addUser("uid=stays,ou=People," + base_);
  scene.start();
  remove("uid=gone,ou=People," + base_);
  modify(fmt::format("dn: {}\nchangetype: modify\nreplace: title\ntitle: Restarted\n",
                     forest_->person(8).dn));
  server_->stop();
  ASSERT_TRUE(server_->start());
  const auto outcome = scene.import(scene.mirror, false, scene.watermark);
  ASSERT_TRUE(outcome.ok()) << outcome.error().message();
  EXPECT_TRUE(outcome.value().was_full);
  EXPECT_THAT(outcome.value().full_import_reason, HasSubstr("told what is present"));
  EXPECT_GT(scene.mirror.present_items, 300U);
  EXPECT_LT(scene.mirror.items - scene.mirror.present_items, 10U);
  EXPECT_EQ(scene.mirror.findByDn("uid=gone,ou=People," + base_), nullptr);
  EXPECT_NE(scene.mirror.findByDn("uid=stays,ou=People," + base_), nullptr);
  scene.watermark = outcome.value().watermark;
  EXPECT_FALSE(scene.follow().was_full);
  remove("uid=stays,ou=People," + base_);
}

TEST_F(SlapdImport, ARenamedContainerAfterARestartNeedsAFullImport) {
  ImportScene scene(settings());
  addOu("ou=Before," + base_);
  addUser("uid=below,ou=Before," + base_);
  scene.start();
  rename("ou=Before," + base_, "ou=After", base_);
  server_->stop();
  ASSERT_TRUE(server_->start());
  const ImportOutcome outcome = scene.follow();
  EXPECT_TRUE(outcome.was_full);
  EXPECT_THAT(outcome.full_import_reason, HasSubstr("containers were renamed"));
  EXPECT_NE(scene.mirror.findByDn("uid=below,ou=After," + base_), nullptr);
  remove("uid=below,ou=After," + base_);
  remove("ou=After," + base_);
}

TEST_F(SlapdImport, AnUnknownCookieIsNeverTakenForNoDeletions) {
  ImportScene scene(settings());
  scene.start();
  addUser("uid=lost,ou=People," + base_);
  scene.watermark = scene.watermark->substr(0, scene.watermark->rfind(' ')) + " Z2FyYmFnZQ==";
  const ImportOutcome outcome = scene.follow();
  EXPECT_TRUE(outcome.was_full);
  EXPECT_FALSE(outcome.full_import_reason.empty());
  remove("uid=lost,ou=People," + base_);
}

TEST_F(SlapdImport, ASizeLimitEndsTheImportWithAnError) {
  const auto limited = DirectoryServer::startSlapd(TANDEM_SOURCE_DIR, {{"SIZE_LIMIT", "5"}});
  ASSERT_NE(limited, nullptr);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(limited
                  ->add(fmt::format("dn: uid=u{},{}\nobjectClass: inetOrgPerson\ncn: x\nsn: x\n",
                                    i,
                                    limited->at("SUFFIX")))
                  .code,
              0);
  }
  LdapSettings few = settings();
  few.port = static_cast<std::uint16_t>(std::stoi(limited->at("PORT")));
  few.ca_file = limited->at("CA_FILE");
  for (const DeltaMethod method : {DeltaMethod::kAuto, DeltaMethod::kNone}) {
    few.delta = method;
    ImportScene scene(few);
    const auto outcome = scene.import(scene.mirror, true);
    ASSERT_FALSE(outcome.ok());
    EXPECT_THAT(outcome.error().message(), HasSubstr("size limit"));
  }
}

TEST_F(SlapdImport, AnAccountThatMayReadNothingIsAnErrorAndNoMassDeletion) {
  LdapSettings blind = settings();
  blind.user = "cn=blind," + base_;
  blind.password = "blind-password";
  ImportScene scene(blind);
  const auto outcome = scene.import(scene.mirror, true);
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message(), HasSubstr(base_));
}

TEST_F(SlapdImport, AnAccountThatHasLostItsRightIsAnErrorOfADelta) {
  ImportScene scene(settings());
  scene.start();
  LdapSettings blind = settings();
  blind.user = "cn=blind," + base_;
  blind.password = "blind-password";
  ImportScene later(blind);
  const auto outcome = later.import(later.mirror, false, scene.watermark);
  ASSERT_FALSE(outcome.ok());
  EXPECT_THAT(outcome.error().message(), HasSubstr(base_));
}

TEST_F(SlapdImport, WithoutSyncreplPagesAreReadAndDeltasReadEverything) {
  LdapSettings paged = settings();
  paged.delta = DeltaMethod::kNone;
  paged.page_size = 50;
  ImportScene scene(paged);
  scene.start();
  EXPECT_NE(scene.mirror.findByDn(forest_->person(299).dn), nullptr);
  EXPECT_THAT(scene.follow().full_import_reason, HasSubstr("read everything each time"));
}

TEST_F(SlapdImport, CertificatesAreJudgedOverStartTlsAndLdaps) {
  for (const LdapSecurity security : {LdapSecurity::kStartTls, LdapSecurity::kLdaps}) {
    LdapSettings tls = settings();
    tls.security = security;
    if (security == LdapSecurity::kLdaps) {
      tls.port = static_cast<std::uint16_t>(std::stoi(server_->at("TLS_PORT")));
    }
    ImportScene good(tls);
    EXPECT_TRUE(good.import(good.mirror, true).ok());
    tls.server = "other.example.com";
    ImportScene wrong(tls);
    EXPECT_THAT(wrong.import(wrong.mirror, true).error().message(),
                HasSubstr("the certificate is for ldap.example.com"));
  }
}

TEST_F(SlapdImport, AnExpiredCertificateIsNamedAsSuch) {
  const auto server = DirectoryServer::startSlapd(TANDEM_SOURCE_DIR);
  ASSERT_NE(server, nullptr);
  server->stop();
  const std::string tls = server->folder() + "/tls";
  const auto made = server->run(fmt::format(
      "faketime '2 years ago' bash -c '. {}/tests/functional/servers/tls_files.sh; rm {}/ca.pem; "
      "make_authority {}; make_leaf {} ldap.example.com 127.0.0.1'",
      TANDEM_SOURCE_DIR,
      tls,
      tls,
      tls));
  if (made.code != 0) GTEST_SKIP() << "faketime is not installed";
  ASSERT_TRUE(server->start());
  LdapSettings expired = settings();
  expired.port = static_cast<std::uint16_t>(std::stoi(server->at("PORT")));
  expired.ca_file = server->at("CA_FILE");
  ImportScene scene(expired);
  EXPECT_THAT(scene.import(scene.mirror, true).error().message(), HasSubstr("ended on"));
}

TEST_F(SlapdImport, TheSchemaComesFromTheSubschema) {
  ImportScene scene(settings());
  const auto schema = scene.connector().schema();
  ASSERT_TRUE(schema.ok()) << schema.error().message();
  const auto* jpeg = schema.value().find(scene.id("jpegPhoto"));
  const auto* drink = schema.value().find(scene.id("drink"));
  const auto* sn = schema.value().find(scene.id("sn"));
  ASSERT_TRUE(jpeg != nullptr && drink != nullptr && sn != nullptr);
  EXPECT_EQ(jpeg->type, directory::ValueType::kBinary);
  EXPECT_TRUE(drink->multi);
  EXPECT_FALSE(sn->multi);  // as people mean it
  for (const TestFinding& finding : scene.connector().testConnection())
    EXPECT_TRUE(finding.isOk()) << finding.check << ": " << finding.detail;
}

}  // namespace
}  // namespace tandem::connectors::ldap
