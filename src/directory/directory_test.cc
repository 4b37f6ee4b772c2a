// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/text.h"
#include "directory/attribute_table.h"
#include "directory/delta.h"
#include "directory/dn.h"
#include "directory/guid.h"
#include "directory/record.h"
#include "directory/schema.h"
#include "directory/sid.h"
#include "directory/value_text.h"

namespace tandem::directory {
namespace {

TEST(Guid, ActiveDirectoryStoresTheFirstThreeFieldsLittleEndian) {
  const auto guid = Guid::parseActiveDirectory("{00112233-4455-6677-8899-AABBCCDDEEFF}");
  ASSERT_TRUE(guid);
  EXPECT_EQ(toBase64(guid->bytes()), "MyIRAFVEd2aImaq7zN3u/w==");
  EXPECT_EQ(guid->toActiveDirectoryText(), "00112233-4455-6677-8899-aabbccddeeff");
}

TEST(Guid, EntryUuidIsBigEndian) {
  const auto guid = Guid::parseBigEndian("00112233-4455-6677-8899-aabbccddeeff");
  ASSERT_TRUE(guid);
  EXPECT_EQ(toHex(guid->bytes()), "00112233445566778899aabbccddeeff");
  EXPECT_EQ(guid->toBigEndianText(), "00112233-4455-6677-8899-aabbccddeeff");
}

TEST(Guid, RefusesWhatIsNone) {
  EXPECT_FALSE(Guid::parseBigEndian("00112233-4455-6677-8899-aabbccddeef"));
  EXPECT_FALSE(Guid::parseBigEndian("00112233-4455-6677-8899aabbccddeeff--"));
  EXPECT_FALSE(Guid::fromBytes("short"));
}

TEST(Sid, RoundTrips) {
  const auto sid = Sid::parse("S-1-5-21-3623811015-3361044348-30300820-1013");
  ASSERT_TRUE(sid);
  EXPECT_EQ(toHex(sid->bytes()), "010500000000000515000000c7f7fed77c7755c8945ace01f5030000");
  EXPECT_EQ(sid->toText(), "S-1-5-21-3623811015-3361044348-30300820-1013");
  EXPECT_FALSE(Sid::fromBytes(sid->bytes().substr(1)));
  EXPECT_FALSE(Sid::parse("S-1-5-99999999999"));
}

TEST(AttributeTable, TwoSpellingsAreOneAttribute) {
  AttributeTable table;
  const AttributeId id = table.intern("sAMAccountName");
  EXPECT_EQ(table.intern("samaccountname"), id);
  EXPECT_EQ(table.name(id), "sAMAccountName");
  EXPECT_FALSE(table.find("mail"));
}

class RecordTest : public testing::Test {
 protected:
  AttributeTable table;
  AttributeId mail = table.intern("mail");
  AttributeId proxy = table.intern("proxyAddresses");
  AttributeId uac = table.intern("userAccountControl");
};

TEST_F(RecordTest, IsTheSameWhateverTheOrderOfBuilding) {
  RecordBuilder a;
  a.addInteger(uac, -2147483646);
  a.add(proxy, ValueType::kString, true, "smtp:b");
  a.add(proxy, ValueType::kString, true, "SMTP:a");
  a.add(proxy, ValueType::kString, true, "smtp:b");
  a.addString(mail, "a@x");
  RecordBuilder b;
  b.addString(mail, "a@x");
  b.add(proxy, ValueType::kString, true, "SMTP:a");
  b.add(proxy, ValueType::kString, true, "smtp:b");
  b.addInteger(uac, -2147483646);
  const std::string record = a.finish();
  EXPECT_EQ(record, b.finish());
  EXPECT_TRUE(isWellFormed(record));
  EXPECT_EQ(decodeInteger(findAttribute(record, uac)->front()), -2147483646);
  const auto values = findAttribute(record, proxy);
  ASSERT_EQ(values->count(), 2u);
  EXPECT_TRUE(values->isMulti());
  EXPECT_EQ(values->front(), "SMTP:a");
}

TEST_F(RecordTest, DamagedBytesAreNoticed) {
  RecordBuilder builder;
  builder.addString(mail, "a@x");
  builder.addInteger(uac, 512);
  const std::string record = builder.finish();
  for (std::size_t length = 1; length < record.size(); ++length) {
    const std::string cut = record.substr(0, length);
    if (cut.size() == 7) continue;  // ends exactly behind the first attribute
    EXPECT_FALSE(isWellFormed(cut)) << length;
  }
}

TEST_F(RecordTest, DeltaTurnsOneIntoTheOther) {
  RecordBuilder before;
  before.addString(mail, "a@x");
  before.addInteger(uac, 512);
  RecordBuilder after;
  after.addString(mail, "b@x");
  after.add(proxy, ValueType::kString, true, "SMTP:b@x");
  const std::string one = before.finish();
  const std::string two = after.finish();
  const std::string delta = computeDelta(one, two);
  EXPECT_EQ(applyDelta(one, delta), two);
  EXPECT_EQ(findAttribute(delta, uac)->count(), 0u);
  EXPECT_TRUE(isEmptyDelta(computeDelta(two, two)));
}

TEST(Dn, EscapesRoundTrip) {
  const auto dn = Dn::parse(R"(CN=Müller\, Jörg \#1\ ,OU=R\26D + L=x,DC=example)");
  ASSERT_TRUE(dn.ok()) << dn.error().message();
  ASSERT_EQ(dn.value().rdns().size(), 3u);
  EXPECT_EQ(dn.value().rdns()[0][0].value, "Müller, Jörg #1 ");
  EXPECT_EQ(dn.value().rdns()[1].size(), 2u);
  EXPECT_EQ(dn.value().toText(), R"(CN=Müller\, Jörg #1\ ,OU=R&D+L=x,DC=example)");
}

TEST(Dn, ANameThatStartsWithANumberSignIsNoHexValue) {
  for (const char* text : {"OU=\\#1 \\ ,DC=x", "CN=\\#beef", "CN=#04024869"}) {
    const Result<Dn> dn = Dn::parse(text);
    ASSERT_TRUE(dn.ok()) << text;
    EXPECT_EQ(dn.value().toText(), text);
  }
}

TEST(Dn, KeysIgnoreCaseBlanksAndTheWayOfEscaping) {
  EXPECT_EQ(dnKey("CN=Ärzte , OU=Süd"), dnKey("cn=ärzte,ou=SÜD"));
  EXPECT_EQ(dnKey("CN=a\\2Cb,DC=x"), dnKey("cn=A\\,B,dc=X"));
  EXPECT_EQ(dnKey("CN=A,DC=x"), Dn::parse("cn=a,dc=X").value().key());
  EXPECT_EQ(dnKey("UID=b+CN=a,DC=x"), dnKey("cn=a+uid=b,DC=x"));
  EXPECT_NE(dnKey("CN=a,DC=x"), dnKey("CN=ab,DC=x"));
}

// dnKey() has short cuts for what needs no parsing; they must not be seen.
TEST(Dn, AKeyIsThatOfTheParsedNameWhateverItHolds) {
  for (const char* text : {"",
                           "CN=A",
                           "uid=ada,OU=People & Culture,OU=\xC4\xB0zmir,OU=T\xC3\xBCrkiye,DC=x",
                           "CN=\xC3\x84rzte,OU=S\xC3\x9C"
                           "D,DC=Example",
                           "CN=\xC3\x84 B,DC=x",
                           "CN=a  b,DC=x",
                           " CN=a,DC=x",
                           "CN=a ,DC=x",
                           "CN = a,DC=x",
                           "CN=,DC=x",
                           "CN=a=b,DC=x",
                           "CN=broken \xC3,DC=\xC3",
                           "CN=\xE2\x80\xA8x,DC=x"}) {
    const Result<Dn> dn = Dn::parse(text);
    ASSERT_TRUE(dn.ok()) << text;
    EXPECT_EQ(dnKey(text), dn.value().key()) << text;
  }
  EXPECT_EQ(dnKey("\xC3\x84=x,DC=y"), foldCase("\xC3\x84=x,DC=y"));  // no DN
}

TEST(Dn, ConflictAndTombstoneNamesOfActiveDirectoryParse) {
  const auto dn = Dn::parse("CN=Jo\\0ACNF:6cf906fc-acbb-4200-a225-9fd4478b0798,OU=x,DC=y");
  ASSERT_TRUE(dn.ok());
  EXPECT_EQ(dn.value().rdns()[0][0].value, "Jo\nCNF:6cf906fc-acbb-4200-a225-9fd4478b0798");
  EXPECT_NE(dn.value().toText().find("\\0ACNF:"), std::string::npos);
}

TEST(Dn, KnowsItsAncestors) {
  const Dn user = Dn::parse("CN=a,OU=b,DC=c").value();
  EXPECT_TRUE(user.isUnder(Dn::parse("ou=B,dc=C").value()));
  EXPECT_TRUE(user.isUnder(user));
  EXPECT_FALSE(user.parent().isUnder(user));
  EXPECT_TRUE(user.isUnder(Dn()));
}

TEST(Dn, SaysWhereItIsWrong) {
  EXPECT_NE(Dn::parse("CN=a,,DC=x").error().message().find("position 6"), std::string::npos);
  for (const char* text : {"CN", "=a", "CN=a\\", "CN=a<b", "CN=#1", "CN=a,"}) {
    EXPECT_FALSE(Dn::parse(text).ok()) << text;
  }
}

TEST(ValueText, GuidsSidsAndNumbersAreReadAsTheyAreShown) {
  const std::string guid = "00112233-4455-6677-8899-aabbccddeeff";
  for (const char* const name : {"objectGUID", "mS-DS-ConsistencyGuid", "entryUUID"}) {
    const auto bytes = parseValueText(name, ValueType::kBinary, guid);
    ASSERT_TRUE(bytes) << name;
    EXPECT_EQ(valueText(name, ValueType::kBinary, *bytes), guid) << name;
  }
  EXPECT_EQ(toHex(parseValueText("objectGUID", ValueType::kBinary, guid).value()),
            "33221100554477668899aabbccddeeff");
  EXPECT_EQ(toHex(parseValueText("entryUUID", ValueType::kBinary, guid).value()),
            "00112233445566778899aabbccddeeff");
  const auto sid = parseValueText("objectSid", ValueType::kBinary, "S-1-5-32-544");
  EXPECT_EQ(valueText("objectSid", ValueType::kBinary, sid.value()), "S-1-5-32-544");
  EXPECT_EQ(parseValueText("x", ValueType::kBinary, "base64:AAE="), std::string("\0\1", 2));
  EXPECT_EQ(parseValueText("x", ValueType::kBinary, "00ff"), std::string("\0\xff", 2));
  EXPECT_FALSE(parseValueText("x", ValueType::kBinary, "xyz"));
  EXPECT_EQ(
      valueText("n", ValueType::kInteger, parseValueText("n", ValueType::kInteger, "-7").value()),
      "-7");
  EXPECT_FALSE(parseValueText("n", ValueType::kInteger, "7x"));
  EXPECT_EQ(
      valueText("b", ValueType::kBoolean, parseValueText("b", ValueType::kBoolean, "TRUE").value()),
      "True");
  EXPECT_FALSE(parseValueText("b", ValueType::kBoolean, "yes"));
}

}  // namespace
}  // namespace tandem::directory
