// SPDX-License-Identifier: Apache-2.0
//
// A rule is written by a person and an attribute by anybody: neither may make a run hang, or take
// all memory.
#include <chrono>

#include <gmock/gmock.h>

#include "expression/function.h"
#include "expression/functions/x509.h"
#include "expression/object_for_test.h"
#include "expression/parser.h"

namespace tandem::expression {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kTooMuch =
    "error: takes too much work: is there a Select or Where over long lists within another?";

ObjectForTest objectWithMany(std::size_t count) {
  ObjectForTest object;
  std::vector<std::string> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back("value " + std::to_string(100'000 + i));
  object.texts("many", values);
  return object;
}

TEST(Limits, AListWithinAListWithinAListEnds) {
  ObjectForTest object = objectWithMany(5'000);
  EXPECT_EQ(object.evaluate("Count(Select($a,[many],UCase($a)))"), "5000");
  EXPECT_EQ(object.evaluate("Count(Where($a,[many],Count(Where($b,[many],Count(Where($c,[many],"
                            "$a=$b && $b=$c))>0))>0))"),
            kTooMuch);
}

TEST(Limits, WorkIsCountedAnewForEachExpression) {
  ObjectForTest object = objectWithMany(100);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(object.evaluate("Count(Where($a,[many],Count(Where($b,[many],$a=$b))>0))"), "100");
}

TEST(Limits, ManyLongTextsTakeNoMoreMemoryThanAllowed) {
  ObjectForTest object = objectWithMany(20'000);
  EXPECT_EQ(object.evaluate("Count(PadLeft([many],10000,\"x\"))"), kTooMuch);
}

TEST(Limits, ReferencesWithinReferencesEnd) {
  ObjectForTest object;
  object.references("member", std::vector<std::string>(9'000, "CN=somebody,DC=x"));
  EXPECT_EQ(object.evaluate("Count(Where($a,[member],Count(Where($b,[member],$a=$b))>0))"),
            kTooMuch);
}

TEST(Limits, MoreReferencesThanCanBeReadAreNotRead) {
  ObjectForTest object;
  object.references("member", std::vector<std::string>(kLinkValuesMax + 1, "CN=a"));
  EXPECT_EQ(object.evaluate("ValueCount(\"member\")"), "10001");
  EXPECT_THAT(object.evaluate("Item([member],1)"), HasSubstr("at most 10000 can be"));
}

TEST(Limits, NoResultIsLongerThanAMebibyte) {
  ObjectForTest object;
  object.text("long", std::string(kTextBytesMax, 'a'));
  EXPECT_EQ(object.evaluate("Len([long])"), "1048576");
  const std::string too_long = "error: the text grows longer than 1 MiB";
  EXPECT_EQ(object.evaluate("Replace([long],\"a\",\"aa\")"), too_long);
  EXPECT_EQ(object.evaluate("ReplaceChars([long],\"a:bc\")"), too_long);
  EXPECT_EQ(object.evaluate("ConvertToBase64([long])"), too_long);
  EXPECT_EQ(object.evaluate("ConvertToUTF8Hex([long])"), too_long);
  EXPECT_EQ(object.evaluate("Join(Split([long] & \",b\",\",\"))"),
            "error: &: the result grows longer than 1 MiB");
  EXPECT_EQ(object.evaluate("PadLeft([long],10001,\"x\")"),
            "error: PadLeft: pads to at most 10000 characters");
}

TEST(Limits, JoinAndFormatEndToo) {
  ObjectForTest object = objectWithMany(20'000);
  object.text("letters", std::string(kTextBytesMax, 'd'));
  EXPECT_EQ(object.evaluate("Join([many],PadLeft(\"\",1000,\"-\"))"),
            "error: the text grows longer than 1 MiB");
  ObjectForTest other;
  other.surroundings(0, 0);
  std::string format;
  for (int i = 0; i < 200'000; ++i)
    format += "dddd ";
  other.text("format", format);
  EXPECT_EQ(other.evaluate("FormatDateTime(Now(),[format])"),
            "error: the text grows longer than 1 MiB");
}

// These took the product of two lengths: minutes for what an attribute may hold.
TEST(Limits, SearchingTakesTimeInProportionToTheText) {
  ObjectForTest object;
  object.text("long", std::string(500'000, 'a'));
  object.text("match", std::string(250'000, 'a') + "b");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(object.evaluate("InStr([long],[match])"), "0");
  EXPECT_EQ(object.evaluate("InStrRev([long],\"b\" & [match])"), "0");
  EXPECT_EQ(object.evaluate("Contains([long],[match])"), "0");
  EXPECT_EQ(object.evaluate("Count(Split([long],[match]))"), "1");
  EXPECT_EQ(object.evaluate("Len(Replace([long],[match],\"x\"))"), "500000");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Limits, AMapOfManyCharactersIsNotSearchedForEach) {
  ObjectForTest object;
  object.text("long", std::string(500'000, 'z'));
  std::string map;
  for (int i = 0; i < 100'000; ++i)
    map += "y:x,";
  object.text("map", map);
  EXPECT_EQ(object.evaluate("Left(ReplaceChars([long],[map]),3)"), "zzz");
}

TEST(Limits, ManyValuesOfAnyKindAreComparedInOneGo) {
  ObjectForTest object;
  std::vector<std::string> values;
  for (int i = 0; i < 30'000; ++i)
    values.push_back(std::to_string(i));
  object.manyBytes("keys", values);
  EXPECT_EQ(object.evaluate("Count(RemoveDuplicates([keys]))"), "30000");
}

TEST(Limits, ErrorsAreCutShortBetweenCharacters) {
  ObjectForTest object;
  std::string text;
  for (std::size_t i = 0; i < kErrorBytesMax; ++i)
    text += "ä";
  object.text("long", text);
  const std::string error = object.evaluate("Error(\"x\" & [long])");
  EXPECT_LT(error.size(), kErrorBytesMax + 20);
  EXPECT_THAT(error, EndsWith("ä…"));
  EXPECT_THAT(error, StartsWith("error: xä"));
}

TEST(Limits, OctetsLongerThanAnyCertificateAreNoCertificate) {
  ObjectForTest object;
  object.bytes("octets", std::string(kCertificateBytesMax + 1, '\x30'));
  EXPECT_EQ(object.evaluate("IsCert([octets])"), "False");
}

TEST(Errors, SayWhereInTheExpressionTheyHappened) {
  ObjectForTest object;
  object.text("name", "x");
  object.texts("names", {"a", "b"});
  const auto position = [&](std::string_view expression) {
    EXPECT_THAT(object.evaluate(expression), StartsWith("error: ")) << expression;
    const auto at = object.workspace().errorPosition().value_or(Position{0, 0});
    return std::to_string(at.line) + ":" + std::to_string(at.column);
  };
  EXPECT_EQ(position("IIF(True,\n  IIF(CNum([name]) = 1,\"ä\",2),2)"), "2:7");
  EXPECT_EQ(position("CNum([name])"), "1:1");
  EXPECT_EQ(position("\"ä\" & Item([name],2)"), "1:7");
  EXPECT_EQ(position("With($x,Select($y,[names],CNum($y)),$x)"), "1:27");
  EXPECT_EQ(position("[names] = \"a\""), "1:9");
  EXPECT_EQ(position("IIF(False,1,Error(\"no\"))"), "1:13");
}

}  // namespace
}  // namespace tandem::expression
