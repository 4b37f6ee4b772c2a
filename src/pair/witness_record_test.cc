// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "pair/witness.h"

namespace tandem::pair {
namespace {

TEST(WitnessRecord, ComesBackAsItWasWritten) {
  WitnessRecord record;
  record.epoch = 7;
  record.holder = "a";
  record.holder_name = "old.example.com \"quoted\"";
  record.successor = "b";
  record.generation = 12;
  record.since = 1'700'000'000;
  record.policy_digest = "d1";
  record.source_anchor = "objectGUID";
  record.retired = {"c", "d"};
  EXPECT_EQ(decodeRecord(encodeRecord(record)).value(), record);
}

TEST(WitnessRecord, AnEmptyObjectIsARecordOfNothing) {
  EXPECT_EQ(decodeRecord("{}").value(), WitnessRecord());
}

TEST(WitnessRecord, MembersThatItDoesNotKnowAreALaterReleasesBusiness) {
  EXPECT_EQ(decodeRecord(R"({"epoch":1,"colour":"blue"})").value().epoch, 1u);
}

TEST(WitnessRecord, WhatIsNoRecordIsRefused) {
  for (const char* text : {"",
                           "[]",
                           "{\"epoch\":\"7\"}",
                           "{\"epoch\":-1}",
                           "{\"epoch\":-4294967296}",
                           "{\"epoch\":1.5}",
                           "{\"holder\":3}",
                           "{\"retired\":\"a\"}",
                           "{\"retired\":[1]}",
                           "{\"epoch\":1"}) {
    EXPECT_FALSE(decodeRecord(text).ok()) << text;
  }
}

TEST(Standbys, SurviveBeingKept) {
  const std::vector<Standby> two{{"a", "sync01:/var/lib/tandem", "0123"}, {"b", "\xff", ""}};
  const auto kept = decodeStandbys(encodeStandbys(two));
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(kept.value().front(), two.front());
  EXPECT_EQ(kept.value().size(), 2u);
  for (const char* text : {"", "{}", "[1]", "[{\"id\":7}]", "[{}"}) {
    EXPECT_FALSE(decodeStandbys(text).ok()) << text;
  }
}

}  // namespace
}  // namespace tandem::pair
