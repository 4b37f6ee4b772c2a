// SPDX-License-Identifier: Apache-2.0
//
// Each check with values that it is about, and with what it would make of them.
#include "checks/check_table.h"

#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "checks/mail_address.h"

namespace tandem::checks {
namespace {

using directory::RecordBuilder;
using directory::ValueType;

const std::string k64(64, 'a');
const std::string k65(65, 'a');
const std::string k256(256, 'n');
const std::string k257(257, 'n');
const std::string kDomain48 = std::string(44, 'd') + ".com";
const std::string kDomain49 = std::string(45, 'd') + ".com";

struct Example {
  std::string check;
  std::string value;
  std::string repaired;  // empty: nothing is suggested
  ObjectKind kind = kUser;
};

std::vector<Example> namesThatAreWrong() {
  const std::string upn = "userPrincipalName";
  return {
      {upn + "-blank", "", ""},
      {upn + "-length", k64 + "@" + std::string(50, 'd'), k64 + "@" + std::string(48, 'd')},
      {upn + "-local-length", k65 + "@contoso.com", k64 + "@contoso.com"},
      {upn + "-domain-length", "ada@" + kDomain49, ""},
      {upn + "-characters", "ada lovelace@contoso.com", "adalovelace@contoso.com"},
      {upn + "-characters", "ren\u00e9e@contoso.com", "renee@contoso.com"},
      {upn + "-characters", "j\u00f6rg.gro\u00df@contoso.com", "jorg.gross@contoso.com"},
      {upn + "-characters", "a%&*+/=?{}|<>();:,[]\"\\b@contoso.com", "ab@contoso.com"},
      {upn + "-apostrophe", "o'neill@contoso.com", "oneill@contoso.com"},
      {upn + "-end", "ada.@contoso.com", "ada@contoso.com"},
      {upn + "-form", "ada", ""},
      {upn + "-form", "@contoso.com", ""},
      {upn + "-form", "ada@home@contoso.com", "adahome@contoso.com"},
      {upn + "-local-part", ".ada..l@contoso.com", "ada.l@contoso.com"},
      {upn + "-domain-part", "ada@contoso_1.com", "ada@contoso1.com"},
      {upn + "-domain-part", "ada@contoso", ""},
      {upn + "-top-level", "ada@corp.local", ""},
      {upn + "-unverified", "ada@fabrikam.com", ""},
      {"accountName-length", std::string(21, 'a'), std::string(20, 'a')},
      {"accountName-length", k257, k256, kGroup},
      {"accountName-characters", "ada/lovelace[1]", "adalovelace1"},
      {"sourceAnchor-length", std::string(60, 'a'), ""},
      {"sourceAnchor-characters", "ada_1", ""},
      {"sourceAnchor-characters", "ada@contoso.com", ""},
      {"displayName-blank", "", "cn of it"},
      {"displayName-length", k257, k256},
      {"displayName-length", k256 + "\u00e9", k256},
      {"displayName-space", " Ada ", "Ada"},
      {"givenName-length", k65, k64},
      {"surname-length", k65, k64},
      {"alias-blank", "", "Zoe.Muller"},
      {"alias-length", k65, k64},
      {"alias-first-period", "..ada", "ada"},
      {"alias-first-period", ".", "cn of it"},
      {"alias-last-period", "ada.", "ada"},
      {"alias-group-characters", "all staff(1)", "allstaff1", kGroup},
      {"alias-group-characters", "\u00e9quipe", "equipe", kGroup},
      {"alias-characters", "ada#1", "ada1"},
      {"alias-characters", "ad\u00e0", "ada"},
  };
}

std::vector<Example> addressesThatAreWrong() {
  const std::string proxy = "proxyAddresses";
  const std::string target = "targetAddress";
  return {
      {"mail-length", k257, k256},
      {"mail-characters", "ada @contoso.com", "ada@contoso.com"},
      {"mail-characters", "ad\u00e0@contoso.com", "ada@contoso.com"},
      {"mail-form", "ada", ""},
      {"mail-local-part", "ada.@contoso.com", "ada@contoso.com"},
      {"mail-domain-part", "ada@contoso..com", "ada@contoso.com"},
      {"mail-top-level", "ada@corp.local", ""},
      {proxy + "-length", "smtp:" + k257, "smtp:" + std::string(251, 'n')},
      {proxy + "-type", "ada@contoso.com", "smtp:ada@contoso.com"},
      {proxy + "-type", ":ada@contoso.com", "smtp:ada@contoso.com"},
      {proxy + "-type", "ada", ""},
      {proxy + "-colon", "SMTP:ada:l@contoso.com", "SMTP:adal@contoso.com"},
      {proxy + "-characters", "smtp:ada <l>@contoso.com", "smtp:adal@contoso.com"},
      {proxy + "-x500-characters", "X500:/o=A[1]\t/cn=\"B\"", "X500:/o=A1/cn=B"},
      {proxy + "-other-characters", "SIP:ada <l>@contoso.com", "SIP:adal@contoso.com"},
      {proxy + "-form", "smtp:ada", ""},
      {proxy + "-form", "SMTP:a@b@contoso.com", "SMTP:ab@contoso.com"},
      {proxy + "-local-part", "smtp:.ada@contoso.com", "smtp:ada@contoso.com"},
      {proxy + "-domain-part", "smtp:ada@-contoso.com", ""},
      {proxy + "-domain-part", "smtp:ada@con toso.com", "smtp:ada@contoso.com"},
      {proxy + "-top-level", "smtp:ada@corp.local", ""},
      {proxy + "-primary", "SMTP:second@contoso.com", "smtp:second@contoso.com"},
      {target + "-blank", "", "SMTP:mail@contoso.com", kContact},
      {target + "-length", k256, std::string(255, 'n')},
      {target + "-colon", "SMTP:ada:@contoso.com", "SMTP:ada@contoso.com"},
      {target + "-characters", "SMTP:ada\\l@contoso.com", "SMTP:adal@contoso.com"},
      {target + "-other-characters", "X25:a b", "X25:ab"},
      {target + "-form", "SMTP:ada", ""},
      {target + "-local-part", "SMTP:a..da@contoso.com", "SMTP:a.da@contoso.com"},
      {target + "-domain-part", "SMTP:ada@contoso", ""},
      {target + "-top-level", "SMTP:ada@corp.local", ""},
  };
}

// In order, although they come near.
std::vector<Example> whatIsFine() {
  const std::string upn = "userPrincipalName";
  const std::string proxy = "proxyAddresses";
  return {
      {upn + "-length", k64 + "@" + kDomain48, ""},
      {upn + "-local-length", k64 + "@contoso.com", ""},
      {upn + "-domain-length", "ada@" + kDomain48, ""},
      {upn + "-characters", "A-d_a.1!#^~'@contoso.com", ""},
      {upn + "-apostrophe", "oneill@contoso.com", ""},
      {upn + "-end", "ada.l@contoso.com", ""},
      {upn + "-top-level", "ada@contoso.co.uk", ""},
      {upn + "-top-level", "ada@example.xn--p1ai", ""},
      {upn + "-unverified", "ada@CONTOSO.com", ""},
      {"alias-length", k64, ""},
      {"alias-first-period", "a.da", ""},
      {"displayName-length", std::string(254, 'n') + "\u00e9\u00e9", ""},
      {"accountName-length", k256, "", kGroup},
      {"sourceAnchor-characters", "MyIRAFVEd2aImaq7zN3u/w==", ""},
      {"sourceAnchor-characters", "AB+/CD==", ""},
      {"mail-local-part", "o'neill+news@contoso.com", ""},
      {proxy + "-characters", "X500:/o=A (b)", ""},
      {proxy + "-x500-characters", "smtp:o'neill@contoso.com", ""},
      {proxy + "-x500-characters", "X500:/o=\u00c9cole/cn=a b", ""},
      {proxy + "-other-characters", "x400:c=us;a= ;p=Contoso", ""},
      {proxy + "-form", "SIP:ada", ""},
      {proxy + "-type", "SIP:ada", ""},
      // IdFix looks for "smtp:" anywhere in a value.
      {proxy + "-characters", "X500:/cn=smtp: a", ""},
      {proxy + "-primary", "smtp:second@contoso.com", ""},
      {"targetAddress-blank", "SMTP:a@contoso.com", "", kContact},
  };
}

class Looking {
 public:
  Looking() {
    facts_.verified_domains = {"contoso.com"};
    for (std::size_t i = 0; i < kAttributeNames.size(); ++i)
      attributes_.intern(kAttributeNames[i]);
  }

  Verdict at(const Example& example) {
    const Check* const check = findCheck(example.check);
    if (check == nullptr) return {};
    RecordBuilder builder;
    add(builder, Attribute::kCommonName, "cn of it");
    add(builder, Attribute::kGivenName, "Zo\u00eb");
    add(builder, Attribute::kSurname, "M\u00fcller");
    add(builder, Attribute::kMail, "mail@contoso.com");
    if (example.check == "proxyAddresses-primary") {
      builder.add(
          attributes_.intern("proxyAddresses"), ValueType::kString, true, "SMTP:first@x.com");
      builder.add(attributes_.intern("proxyAddresses"), ValueType::kString, true, example.value);
    }
    record_ = builder.finish();
    Subject subject;
    subject.kind = example.kind;
    subject.tenant = &facts_;
    directory::RecordReader reader(record_);
    while (const auto attribute = reader.next())
      subject.set(static_cast<Attribute>(attribute->id.raw() - 1), attribute->values);
    return check->look(subject, example.value);
  }

 private:
  void add(RecordBuilder& builder, Attribute attribute, std::string_view value) {
    builder.addString(attributes_.intern(nameOf(attribute)), value);
  }

  TenantFacts facts_;
  directory::AttributeTable attributes_;
  std::string record_;
};

TEST(CheckTable, WhatIsWrongIsFoundAndRepaired) {
  Looking looking;
  std::set<std::string> covered;
  for (const auto& examples : {namesThatAreWrong(), addressesThatAreWrong()}) {
    for (const Example& example : examples) {
      ASSERT_NE(findCheck(example.check), nullptr) << example.check;
      const Verdict verdict = looking.at(example);
      EXPECT_TRUE(verdict.wrong) << example.check << ": " << example.value;
      EXPECT_EQ(verdict.value, example.repaired) << example.check << ": " << example.value;
      EXPECT_TRUE(findCheck(example.check)->kinds & example.kind) << example.check;
      covered.insert(example.check);
    }
  }
  for (const Check& check : allChecks()) {
    if (check.fault == Fault::kDuplicate) continue;
    EXPECT_TRUE(covered.contains(std::string(check.id))) << check.id << " has no example";
  }
}

TEST(CheckTable, WhatComesNearIsLeftAlone) {
  Looking looking;
  for (const Example& example : whatIsFine()) {
    ASSERT_NE(findCheck(example.check), nullptr) << example.check;
    EXPECT_FALSE(looking.at(example).wrong) << example.check << ": " << example.value;
  }
}

TEST(CheckTable, WhatWasRepairedIsInOrder) {
  Looking looking;
  for (const auto& examples : {namesThatAreWrong(), addressesThatAreWrong()}) {
    for (Example example : examples) {
      if (example.repaired.empty()) continue;
      example.value = example.repaired;
      EXPECT_FALSE(looking.at(example).wrong) << example.check << ": " << example.value;
    }
  }
}

TEST(CheckTable, IdsAreUniqueAndSayTheirAttribute) {
  std::set<std::string_view> ids;
  for (const Check& check : allChecks()) {
    EXPECT_TRUE(ids.insert(check.id).second) << check.id;
    EXPECT_NE(check.look, nullptr) << check.id;
    EXPECT_NE(check.kinds, 0) << check.id;
    EXPECT_FALSE(check.repair.ends_with(".")) << check.id;
  }
}

TEST(MailAddress, EveryKindOfDomain) {
  for (const char* domain : {"contoso.com", "a.b-c.example.co", "x1.museum", "a.xn--p1ai"})
    EXPECT_TRUE(isDomain(domain)) << domain;
  for (const char* domain :
       {"", "com", ".com", "a..com", "-a.com", "a-.com", "a.c", "a.c0m", "a b.com"})
    EXPECT_FALSE(isDomain(domain)) << domain;
  EXPECT_TRUE(hasPublicTopLevel("contoso.COM"));
  for (const char* domain : {"corp.local", "corp.lan", "corp.internal", "corp.test", "corp.home"})
    EXPECT_FALSE(hasPublicTopLevel(domain)) << domain;
}

std::string kindsText(std::uint8_t kinds) {
  std::string text;
  for (const auto& [bit, name] :
       {std::pair(kUser, "users"), std::pair(kGroup, "groups"), std::pair(kContact, "contacts")}) {
    if ((kinds & bit) != 0) text += (text.empty() ? "" : ", ") + std::string(name);
  }
  return text == "users, groups, contacts" ? "all" : text;
}

std::string inTable(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string rowsOfPage() {
  std::string rows = "| Check | Objects | | What is wrong | Repair |\n|---|---|---|---|---|\n";
  for (const Check& check : allChecks()) {
    rows += "| `" + std::string(check.id) + "` | " + kindsText(check.kinds) + " | " +
            std::string(toString(check.severity)) + " | " + std::string(nameOf(check.attribute)) +
            " " + inTable(check.wrong) + " | " + inTable(check.repair) + " |\n";
  }
  return rows;
}

// The rows between the marks are written from the table: TANDEM_WRITE_PAGES=1 does so.
TEST(CheckTable, TheReferencePageIsUpToDate) {
  const std::string path = TANDEM_SOURCE_DIR "/docs/reference/attribute-checks.md";
  std::ifstream file(path);
  std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  file.close();
  const std::string begin = "<!-- from src/checks/check_table.cc -->\n";
  const std::size_t from = page.find(begin);
  const std::size_t to = page.find("<!-- end -->");
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  const std::string rows = page.substr(from + begin.size(), to - from - begin.size());
  if (std::getenv("TANDEM_WRITE_PAGES") != nullptr) {
    page.replace(from + begin.size(), rows.size(), rowsOfPage());
    std::ofstream(path) << page;
    return;
  }
  EXPECT_EQ(rows, rowsOfPage());
}

}  // namespace
}  // namespace tandem::checks
