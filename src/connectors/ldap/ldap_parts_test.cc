// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/time_text.h"
#include "connectors/ldap/ber.h"
#include "connectors/ldap/connection_problem.h"
#include "connectors/ldap/container_moves.h"
#include "connectors/ldap/controls.h"
#include "connectors/ldap/ldap_schema.h"
#include "connectors/ldap/paged_search.h"
#include "connectors/ldap/root_dse.h"
#include "connectors/ldap/watermark.h"
#include "directory/dn.h"

namespace tandem::connectors::ldap {
namespace {

using directory::dnKey;
using testing::ElementsAre;

TEST(Ber, ReadsBackTheIntegersItWrites) {
  for (const std::int64_t value : {0LL,
                                   1LL,
                                   127LL,
                                   128LL,
                                   -1LL,
                                   -128LL,
                                   -129LL,
                                   65535LL,
                                   -2147483648LL,
                                   9223372036854775807LL}) {
    const std::string text = berInteger(value);
    EXPECT_EQ(BerReader(text).takeInteger(), value) << value;
  }
  EXPECT_EQ(toHex(berInteger(128)), "02020080");
  EXPECT_EQ(toHex(berInteger(-2147483648LL)), "020480000000");
}

TEST(Ber, LongElementsAndBrokenOnes) {
  const std::string octets(70000, 'x');
  const std::string text = berOctets(octets);
  EXPECT_EQ(BerReader(text).take(kBerOctets), octets);
  for (std::size_t cut = 0; cut < 6; ++cut)
    EXPECT_FALSE(BerReader(std::string_view(text).substr(0, cut)).take(kBerOctets));
  EXPECT_FALSE(BerReader("\x04\x80").take(kBerOctets));                      // indefinite length
  EXPECT_FALSE(BerReader("\x04\x85\x01\x01\x01\x01\x01").take(kBerOctets));  // longer than we read
  EXPECT_FALSE(BerReader(std::string_view("\x02\x00", 2)).takeInteger());
}

TEST(Controls, DirSyncAsksWithTheTopBitAsASign) {
  const Control control = dirSyncControl(kDirSyncIncrementalValues, "ck");
  EXPECT_EQ(toHex(control.value),
            "300d"
            "020480000000"
            "020100"
            "0402636b");
  EXPECT_TRUE(control.critical);
}

TEST(Controls, AnswersAreReadAndGarbageIsNot) {
  const auto answer = readDirSyncAnswer(
      berElement(kBerSequence, berInteger(1) + berInteger(0) + berOctets("next")));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->more);
  EXPECT_EQ(answer->cookie, "next");
  EXPECT_FALSE(readDirSyncAnswer("garbage"));
  EXPECT_FALSE(readPagedCookie(""));
  const std::string uuid(16, 'u');
  const auto state =
      readSyncState(berElement(kBerSequence, berInteger(2, kBerEnumerated) + berOctets(uuid)));
  ASSERT_TRUE(state);
  EXPECT_EQ(state->state, SyncState::kModify);
  EXPECT_FALSE(
      readSyncState(berElement(kBerSequence, berInteger(9, kBerEnumerated) + berOctets(uuid))));
  EXPECT_FALSE(
      readSyncState(berElement(kBerSequence, berInteger(1, kBerEnumerated) + berOctets("u"))));
  const auto done = readSyncDone(berElement(kBerSequence, berOctets("c") + "\x01\x01\xff"));
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->refresh_deletes);
  EXPECT_FALSE(readSyncDone("").value().refresh_deletes);
  const auto ids = readSyncInfo(
      berElement(0xA3, "\x01\x01\xff" + berElement(kBerSet, berOctets(uuid) + berOctets(uuid))));
  ASSERT_TRUE(ids);
  EXPECT_TRUE(ids->refresh_deletes);
  EXPECT_EQ(ids->entry_uuids.size(), 2U);
  EXPECT_TRUE(readSyncInfo(berElement(0x80, "cookie"))->entry_uuids.empty());
  EXPECT_FALSE(readSyncInfo(berElement(0xA3, berElement(kBerSet, berOctets("short")))));
}

TEST(Range, IsSplitFromTheNameOrLeftAlone) {
  const AttributeName middle = splitRange("member;range=0-1499");
  EXPECT_EQ(middle.name, "member");
  EXPECT_EQ(middle.last, 1499U);
  const AttributeName last = splitRange("member;Range=1500-*");
  EXPECT_TRUE(last.has_range);
  EXPECT_EQ(last.first, 1500U);
  EXPECT_FALSE(last.last);
  for (const char* odd : {"member",
                          "member;lang-de",
                          "member;range=",
                          "member;range=5-1",
                          "member;range=x-y",
                          "member;range=-1-2",
                          "member;range=1-99999999999"})
    EXPECT_FALSE(splitRange(odd).has_range) << odd;
  EXPECT_EQ(splitRange("userCertificate;binary").name, "userCertificate");
  EXPECT_EQ(splitRange("cn;lang-de").name, "cn;lang-de");
}

TEST(Watermark, ReadsBackEveryKindAndRefusesTheRest) {
  LdapWatermark mark;
  mark.fingerprint = "0123456789abcdef";
  EXPECT_EQ(LdapWatermark::parse(mark.toText())->method, LdapWatermark::Method::kNone);
  mark.method = LdapWatermark::Method::kDirSync;
  mark.dirsync_flags = 0x80000001;
  mark.cookie = std::string("MSDS\0x", 6);
  EXPECT_EQ(LdapWatermark::parse(mark.toText())->cookie, mark.cookie);
  EXPECT_EQ(LdapWatermark::parse(mark.toText())->dirsync_flags, 0x80000001U);
  mark.method = LdapWatermark::Method::kUsn;
  mark.invocation_id = "ff";
  mark.usn = 77;
  EXPECT_EQ(LdapWatermark::parse(mark.toText())->usn, 77U);
  for (const char* odd : {"",
                          "ldap 1 f",
                          "ldap 2 f none - -",
                          "ldap 1 f dirsync zz Zg==",
                          "ldap 1 f dirsync 1 ",
                          "ldap 1 f usn - x",
                          "ldap 1 f syncrepl - %%"})
    EXPECT_FALSE(LdapWatermark::parse(odd)) << odd;
}

ContainerMove move(const std::string& from, const std::string& to) {
  return {dnKey(from), dnKey(to), false};
}
ContainerMove leave(const std::string& from) {
  return {dnKey(from), "", true};
}

TEST(ContainerMoves, WhatTakesAFreedPlaceWaits) {
  EXPECT_THAT(*orderMoves({move("OU=X,DC=x", "OU=A,DC=x"), move("OU=A,DC=x", "OU=B,DC=x")}),
              ElementsAre(1, 0));
  EXPECT_THAT(*orderMoves({move("OU=X,DC=x", "OU=X,OU=A,DC=x"), leave("OU=A,DC=x")}),
              ElementsAre(1, 0));
}

TEST(ContainerMoves, WhatIsSavedFromALeavingSubtreeGoesFirst) {
  EXPECT_THAT(*orderMoves({leave("OU=A,DC=x"), move("OU=S,OU=A,DC=x", "OU=S,DC=x")}),
              ElementsAre(1, 0));
}

TEST(ContainerMoves, ALeavingSubtreeIsNamedBeforeItsParentChanges) {
  EXPECT_THAT(*orderMoves({move("OU=A,DC=x", "OU=B,DC=x"), leave("OU=S,OU=A,DC=x")}),
              ElementsAre(1, 0));
}

TEST(ContainerMoves, ExchangedNamesHaveNoOrder) {
  EXPECT_FALSE(orderMoves({move("OU=A,DC=x", "OU=B,DC=x"), move("OU=B,DC=x", "OU=A,DC=x")}));
}

TEST(RootDse, ReadsGeneralizedTime) {
  EXPECT_EQ(parseGeneralizedTime("19700101000000.0Z"), 0);
  EXPECT_EQ(parseGeneralizedTime("20261122120000.0Z"), 1795348800);
  EXPECT_EQ(parseGeneralizedTime("20240229235959Z"), 1709251199);
  for (const char* odd :
       {"", "2026", "20261322120000Z", "20230229000000Z", "20261122120000", "2026112212000xZ"})
    EXPECT_FALSE(parseGeneralizedTime(odd)) << odd;
}

TEST(RootDse, ClocksMayBeAMinuteApartAndNotFive) {
  const auto verdict = [](std::optional<std::int64_t> theirs, std::int64_t ours) {
    return compareClocks(theirs, ours, "the directory").verdict;
  };
  EXPECT_EQ(verdict(1000000, 1000059), TestVerdict::kOk);
  EXPECT_EQ(verdict(1000000, 1000060), TestVerdict::kWarning);
  EXPECT_EQ(verdict(1000000, 1000299), TestVerdict::kWarning);
  EXPECT_EQ(verdict(1000000, 1000300), TestVerdict::kRefused);
  EXPECT_EQ(verdict(1000000, 999700), TestVerdict::kRefused);
  EXPECT_EQ(verdict(std::nullopt, 0), TestVerdict::kOk);
}

TEST(AttributeTypes, AreReadAsTheyAreWritten) {
  const auto type = parseAttributeType(
      "( 2.5.4.4 NAME ( 'sn' 'surname' ) DESC 'RFC2256: it''s SUP name (s)' SUP name )");
  ASSERT_TRUE(type);
  EXPECT_THAT(type->names, ElementsAre("sn", "surname"));
  EXPECT_EQ(type->superior, "name");
  const auto single = parseAttributeType(
      "( 0.9 NAME 'uidNumber' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27{64} "
      "SINGLE-VALUE )");
  ASSERT_TRUE(single);
  EXPECT_EQ(single->syntax, "1.3.6.1.4.1.1466.115.121.1.27");
  EXPECT_TRUE(single->single);
  for (const char* odd : {"", "(", "( 1.2 )", "( 1 NAME", "( 1 NAME ( 'a", "sn"})
    parseAttributeType(odd);
}

TEST(Filter, EscapesEveryOctet) {
  EXPECT_EQ(escapeFilterOctets(std::string("\x00*\xff", 3)), "\\00\\2a\\ff");
  EXPECT_EQ(classFilter({"user", "group"}), "(|(objectClass=user)(objectClass=group))");
}

}  // namespace
}  // namespace tandem::connectors::ldap
