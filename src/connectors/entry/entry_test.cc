// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"
#include "connectors/entry/container_scope.h"
#include "connectors/entry/entry_reader.h"
#include "connectors/entry/known_attributes.h"
#include "connectors/entry/object_classes.h"
#include "directory/dn.h"

namespace tandem::connectors::entry {
namespace {

using directory::dnKey;
using testing::ElementsAre;
using testing::HasSubstr;

ContainerScope scopeOf(std::vector<std::string> included, std::vector<std::string> excluded) {
  return ContainerScope::fromFilter({std::move(included), std::move(excluded)}).value();
}

TEST(ContainerScope, WithoutEntriesReadsEverything) {
  EXPECT_TRUE(scopeOf({}, {}).covers(dnKey("CN=a,DC=x")));
  EXPECT_TRUE(scopeOf({}, {}).readsEverything());
}

TEST(ContainerScope, TheMostSpecificEntryWins) {
  const ContainerScope scope =
      scopeOf({"OU=Keep,OU=Out,DC=x"}, {"OU=Out,DC=x", "OU=Deep,OU=Keep,OU=Out,DC=x"});
  EXPECT_TRUE(scope.covers(dnKey("CN=a,OU=In,DC=x")));
  EXPECT_FALSE(scope.covers(dnKey("CN=a,OU=Out,DC=x")));
  EXPECT_TRUE(scope.covers(dnKey("CN=a,OU=New,ou=keep,OU=Out,DC=x")));
  EXPECT_FALSE(scope.covers(dnKey("CN=a,OU=Deep,OU=Keep,OU=Out,DC=x")));
  EXPECT_TRUE(scope.searchBases().empty());
}

TEST(ContainerScope, AnInclusionBelowAnExcludedDomain) {
  const ContainerScope scope = scopeOf({"OU=A,DC=x"}, {"DC=x", "OU=B,OU=A,DC=x"});
  EXPECT_TRUE(scope.covers(dnKey("CN=a,OU=A,DC=x")));
  EXPECT_FALSE(scope.covers(dnKey("CN=a,OU=B,OU=A,DC=x")));
  EXPECT_TRUE(scope.covers(dnKey("CN=a,OU=C,OU=A,DC=x")));
  EXPECT_FALSE(scope.covers(dnKey("CN=a,OU=D,DC=x")));
}

TEST(ContainerScope, ATopmostInclusionMeansOnlyThat) {
  const ContainerScope scope = scopeOf({"OU=Corp,DC=x"}, {"OU=Temps,OU=Corp,DC=x"});
  EXPECT_FALSE(scope.covers(dnKey("CN=a,DC=x")));
  EXPECT_TRUE(scope.covers(dnKey("CN=a,OU=Corp,DC=x")));
  EXPECT_FALSE(scope.covers(dnKey("CN=a,OU=Temps,OU=Corp,DC=x")));
  EXPECT_THAT(scope.searchBases(), ElementsAre("OU=Corp,DC=x"));
  EXPECT_TRUE(scope.isAboveIncluded(dnKey("DC=x")));
  EXPECT_TRUE(scope.hasEntryBelow(dnKey("OU=Corp,DC=x")));
  EXPECT_FALSE(scope.hasEntryBelow(dnKey("OU=Temps,OU=Corp,DC=x")));
}

TEST(ContainerScope, ANameThatOnlyStartsTheSameIsAnotherContainer) {
  EXPECT_FALSE(scopeOf({"OU=Corp,DC=x"}, {}).covers(dnKey("OU=Corporate,DC=x")));
}

TEST(ContainerScope, RefusesAnEntryThatIsNoDnOrContradictsAnother) {
  EXPECT_THAT(ContainerScope::fromFilter({{"Sales"}, {}}).error().message(), HasSubstr("Sales"));
  EXPECT_THAT(ContainerScope::fromFilter({{"OU=A,DC=x"}, {"ou=a,dc=x"}}).error().message(),
              HasSubstr("both included and excluded"));
}

TEST(ExtendedDn, GivesTheGuidInEitherForm) {
  const std::string bytes = *fromHex("fc06f96cbbac0042a2259fd4478b0798");
  const ExtendedDn text =
      splitExtendedDn("<GUID=6cf906fc-acbb-4200-a225-9fd4478b0798>;<SID=S-1-5-21-1>;CN=a,DC=x");
  EXPECT_EQ(text.anchor, bytes);
  EXPECT_EQ(text.dn, "CN=a,DC=x");
  EXPECT_EQ(splitExtendedDn("<GUID=fc06f96cbbac0042a2259fd4478b0798>;CN=a,DC=x").anchor, bytes);
}

TEST(ExtendedDn, LeavesGarbageAlone) {
  EXPECT_EQ(splitExtendedDn("CN=a").dn, "CN=a");
  EXPECT_EQ(splitExtendedDn("<GUID=zz>;CN=a").anchor, "");
  EXPECT_EQ(splitExtendedDn("<GUID=").dn, "<GUID=");
}

class EntryReaderTest : public testing::Test {
 protected:
  AttributeId id(std::string_view name) { return *attributes_.find(name); }
  EntryReader reader(std::vector<std::string> wanted,
                     AnchorSource anchor = AnchorSource::kDirectoryId) {
    std::vector<AttributeId> ids;
    for (const std::string& name : wanted)
      ids.push_back(attributes_.intern(name));
    return EntryReader({&attributes_, &schema_, &classes_, &scope_, anchor}, ids);
  }
  static void add(EntryReader& reader, std::string_view name, std::string_view value) {
    if (const auto slot = reader.find(name); slot != EntryReader::kNone) reader.add(slot, value);
  }
  std::string typeName(const ImportItem& item) {
    return types_.name(static_cast<std::uint32_t>(item.type.raw()));
  }

  directory::AttributeTable attributes_;
  directory::NameTable types_;
  directory::Schema schema_ = knownSchema(attributes_);
  ObjectClasses classes_{defaultObjectTypes(), types_};
  ContainerScope scope_ = scopeOf({}, {"OU=Out,DC=x"});
};

TEST_F(EntryReaderTest, FindsNamesInAnyOrderAndSpelling) {
  EntryReader reader = this->reader({"cn", "sn", "title", "mail"});
  const auto title = reader.find("title");
  const auto mail = reader.find("mail");
  // An entry's order is what the reader guesses of the next one, which may leave out, exchange and
  // spell as it likes.
  for (const std::vector<std::string>& names : {std::vector<std::string>{"cn", "sn", "title"},
                                                {"cn", "sn", "title"},
                                                {"cn", "title", "mail"},
                                                {"CN", "TITLE", "nothing", "MAIL"},
                                                {"mail", "title", "titl", "cn"}}) {
    for (const std::string& name : names) {
      const auto found = reader.find(name);
      EXPECT_EQ(found == title, equalsIgnoreCaseAscii(name, "title")) << name;
      EXPECT_EQ(found == mail, equalsIgnoreCaseAscii(name, "mail")) << name;
      EXPECT_EQ(found == EntryReader::kNone, name == "nothing" || name == "titl") << name;
    }
  }
}

TEST_F(EntryReaderTest, TypesValuesAndKeepsReferencesApart) {
  EntryReader reader = this->reader({"displayName",
                                     "userAccountControl",
                                     "manager",
                                     "objectSid",
                                     "isCriticalSystemObject",
                                     "distinguishedName"});
  reader.begin("CN=Ada,DC=x");
  for (const std::string_view value : {"top", "person", "organizationalPerson", "user"})
    add(reader, "objectClass", value);
  add(reader, "OBJECTGUID", "6cf906fc-acbb-4200-a225-9fd4478b0798");
  add(reader, "displayName", "Ada Łęcka");
  add(reader, "userAccountControl", "512");
  add(reader, "isCriticalSystemObject", "TRUE");
  add(reader, "objectSid", "S-1-5-32-544");
  add(reader, "manager", "<GUID=6cf906fc-acbb-4200-a225-9fd4478b0799>;CN=Boss,DC=x");
  add(reader, "mail", "not asked for");
  ImportItem item;
  ASSERT_EQ(reader.finish(item), Verdict::kItem);
  EXPECT_EQ(item.error_message, "");
  EXPECT_EQ(typeName(item), "user");
  EXPECT_EQ(item.anchor, *fromHex("fc06f96cbbac0042a2259fd4478b0798"));
  EXPECT_TRUE(directory::isWellFormed(item.image));
  EXPECT_EQ(findAttribute(item.image, id("displayName"))->front(), "Ada Łęcka");
  EXPECT_EQ(directory::decodeInteger(findAttribute(item.image, id("userAccountControl"))->front()),
            512);
  EXPECT_EQ(findAttribute(item.image, id("distinguishedName"))->front(), "CN=Ada,DC=x");
  EXPECT_EQ(findAttribute(item.image, id("objectSid"))->front().size(), 16U);
  EXPECT_FALSE(findAttribute(item.image, id("mail")));
  ASSERT_EQ(item.references.size(), 1U);
  EXPECT_EQ(item.references[0].target_dn, "CN=Boss,DC=x");
  EXPECT_EQ(item.references[0].target_anchor.size(), 16U);
}

TEST_F(EntryReaderTest, AReferenceBySidIsLookedUp) {
  const std::vector<AttributeId> wanted = {attributes_.intern("mS-DS-CreatorSID")};
  const SidLookUp look_up = [](const directory::Sid& sid) {
    return sid.toText() == "S-1-5-32-544"
               ? std::string("<GUID=6cf906fc-acbb-4200-a225-9fd4478b0799>;CN=Boss,DC=x")
               : std::string();
  };
  ReaderContext context{&attributes_, &schema_, &classes_, &scope_};
  context.dn_of_sid = &look_up;
  EntryReader reader(context, wanted);
  const auto read = [&](std::string_view sid) {
    reader.begin("CN=PC,DC=x");
    add(reader, "objectClass", "user");
    add(reader, "objectGUID", "6cf906fc-acbb-4200-a225-9fd4478b0798");
    add(reader, "mS-DS-CreatorSID", sid);
    ImportItem item;
    EXPECT_EQ(reader.finish(item), Verdict::kItem);
    return item;
  };
  const ImportItem item = read(directory::Sid::parse("S-1-5-32-544")->bytes());
  ASSERT_EQ(item.references.size(), 1U);
  EXPECT_EQ(item.references[0].target_dn, "CN=Boss,DC=x");
  EXPECT_EQ(item.references[0].target_anchor, *fromHex("fc06f96cbbac0042a2259fd4478b0799"));
  EXPECT_EQ(read("S-1-5-32-544").references.size(), 1U);
  EXPECT_TRUE(read("S-1-5-32-545").references.empty());  // nobody has it any more
  EXPECT_EQ(read("nonsense").error_type, "invalid-attribute-value");
}

TEST_F(EntryReaderTest, PicksTheMostSpecificClassInAnyOrder) {
  EntryReader reader = this->reader({});
  ImportItem item;
  const std::string guid(16, 'g');
  const auto verdictOf = [&](std::vector<std::string> classes) {
    reader.begin("CN=a,DC=x");
    add(reader, "objectGUID", guid);
    for (const std::string& name : classes)
      add(reader, "objectClass", name);
    item.clear();
    return reader.finish(item);
  };
  EXPECT_EQ(verdictOf({"inetOrgPerson", "user", "person", "top"}), Verdict::kItem);
  EXPECT_EQ(typeName(item), "inetOrgPerson");
  EXPECT_EQ(verdictOf({"top", "user", "corpUser"}), Verdict::kItem);
  EXPECT_EQ(typeName(item), "user");
  EXPECT_EQ(verdictOf({"top", "user", "computer"}), Verdict::kOtherType);
  EXPECT_EQ(verdictOf({"top", "user", "computer", "msDS-GroupManagedServiceAccount"}),
            Verdict::kOtherType);
  EXPECT_EQ(verdictOf({"top", "organizationalUnit"}), Verdict::kItem);
  EXPECT_TRUE(item.is_container);
  EXPECT_EQ(verdictOf({"nTFRSMember"}), Verdict::kOtherType);
}

TEST_F(EntryReaderTest, ReportsAnObjectThatCannotBeUsedAsAnErrorItem) {
  EntryReader reader = this->reader({"userAccountControl"});
  ImportItem item;
  reader.begin("CN=a,DC=x");
  add(reader, "objectClass", "user");
  ASSERT_EQ(reader.finish(item), Verdict::kItem);
  EXPECT_EQ(item.error_type, "missing-anchor-component");

  item.clear();
  reader.begin("CN=a,DC=x");
  add(reader, "objectClass", "user");
  add(reader, "objectGUID", std::string(16, 'g'));
  add(reader, "userAccountControl", "many");
  ASSERT_EQ(reader.finish(item), Verdict::kItem);
  EXPECT_EQ(item.error_type, "invalid-attribute-value");
  EXPECT_THAT(item.error_message, HasSubstr("userAccountControl is not a 64-bit integer"));
}

TEST_F(EntryReaderTest, TakesTheDnAsAnchorWhenToldSo) {
  EntryReader reader = this->reader({}, AnchorSource::kDn);
  ImportItem item;
  reader.begin("CN=A,DC=x");
  add(reader, "objectClass", "user");
  ASSERT_EQ(reader.finish(item), Verdict::kItem);
  EXPECT_EQ(item.anchor, dnKey("cn=a,dc=X"));
}

TEST_F(EntryReaderTest, FiltersByContainer) {
  EntryReader reader = this->reader({});
  ImportItem item;
  for (const auto& [dn, verdict] : {std::pair{"CN=a,OU=In,DC=x", Verdict::kItem},
                                    {"CN=a,OU=Out,DC=x", Verdict::kOutOfScope},
                                    {"CN=b,OU=Out,DC=x", Verdict::kOutOfScope},
                                    {"CN=b,OU=In,DC=x", Verdict::kItem}}) {
    reader.begin(dn);
    add(reader, "objectClass", "user");
    add(reader, "objectGUID", std::string(16, 'g'));
    EXPECT_EQ(reader.finish(item), verdict) << dn;
  }
}

TEST_F(EntryReaderTest, ASingleValuedAttributeKeepsItsFirstValue) {
  EntryReader reader = this->reader({"sn", "proxyAddresses"});
  ImportItem item;
  reader.begin("CN=a,DC=x");
  add(reader, "objectClass", "inetOrgPerson");
  add(reader, "entryUUID", "6cf906fc-acbb-4200-a225-9fd4478b0798");
  for (const std::string_view value : {"Zuse", "Adler"})
    add(reader, "sn", value);
  for (const std::string_view value : {"smtp:b", "SMTP:a"})
    add(reader, "proxyAddresses", value);
  ASSERT_EQ(reader.finish(item), Verdict::kItem);
  EXPECT_EQ(item.anchor, *fromHex("6cf906fcacbb4200a2259fd4478b0798"));
  EXPECT_EQ(findAttribute(item.image, id("sn"))->count(), 1U);
  EXPECT_EQ(findAttribute(item.image, id("sn"))->front(), "Zuse");
  EXPECT_EQ(findAttribute(item.image, id("proxyAddresses"))->count(), 2U);
}

TEST_F(EntryReaderTest, APartialItemCarriesRemovalsAndReferenceChanges) {
  EntryReader reader = this->reader({"title", "member", "manager"});
  ImportItem item;
  reader.begin("<GUID=6cf906fc-acbb-4200-a225-9fd4478b0798>;CN=g,DC=x");
  reader.clearAttribute(reader.find("title"));
  reader.clearAttribute(reader.find("manager"));
  reader.changeReference(reader.find("member"), "CN=b,DC=x", ReferenceChange::kRemove);
  reader.finishPartial(item);
  EXPECT_EQ(item.kind, ImportKind::kPartial);
  EXPECT_EQ(item.anchor.size(), 16U);
  EXPECT_EQ(findAttribute(item.image, id("title"))->count(), 0U);
  ASSERT_EQ(item.references.size(), 2U);
  EXPECT_EQ(item.references[0].change, ReferenceChange::kReplaceAll);
  EXPECT_EQ(item.references[1].change, ReferenceChange::kRemove);
}

TEST(KnownAttributes, AreFoundInAnyCase) {
  EXPECT_EQ(findKnownAttribute("PROXYaddresses")->multi, true);
  EXPECT_EQ(findKnownAttribute("msDS-KeyCredentialLink")->type, directory::ValueType::kBinary);
  EXPECT_EQ(findKnownAttribute("msExchArchiveName")->multi, true);
  EXPECT_FALSE(findKnownAttribute("noSuchAttribute"));
  directory::AttributeTable attributes;
  const directory::Schema schema = knownSchema(attributes);
  for (const auto& definition : schema.definitions())
    EXPECT_TRUE(findKnownAttribute(attributes.name(definition.id)))
        << attributes.name(definition.id);
}

}  // namespace
}  // namespace tandem::connectors::entry
