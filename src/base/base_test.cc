// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/accents.h"
#include "base/bytes.h"
#include "base/csv.h"
#include "base/hash.h"
#include "base/log_fields.h"
#include "base/result.h"
#include "base/text.h"

namespace tandem {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return Error(ErrorCode::kInvalidArgument, "odd");
  return value / 2;
}

Result<int> quarter(int value) {
  const int once = TRY_DOING(half(value), "first half");
  return TRY_DOING(half(once), "second half");
}

TEST(Result, TryReturnsTheErrorWithItsContextOutermostFirst) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).error().message(), "second half: odd");
}

TEST(Bytes, Base64MatchesRfc4648Vectors) {
  EXPECT_EQ(toBase64(""), "");
  EXPECT_EQ(toBase64("f"), "Zg==");
  EXPECT_EQ(toBase64("foob"), "Zm9vYg==");
  EXPECT_EQ(fromBase64("Zm9vYmE="), "fooba");
  EXPECT_EQ(fromBase64("Zm9v YmE="), std::nullopt);
  EXPECT_EQ(fromBase64("Z"), std::nullopt);
  EXPECT_EQ(fromBase64Url(toBase64Url("\xff\xfe\xfd")), "\xff\xfe\xfd");
}

TEST(Bytes, HexReadsBothCasesAndRefusesOddLength) {
  EXPECT_EQ(toHex("\x0f\xa0"), "0fa0");
  EXPECT_EQ(fromHex("0FA0"), "\x0f\xa0");
  EXPECT_EQ(fromHex("0FA"), std::nullopt);
}

TEST(Bytes, Utf16RoundTripsBeyondTheBasicPlane) {
  const std::string text = "Zo\xC3\xAB \xF0\x9F\x98\x80";
  EXPECT_EQ(utf16LeToUtf8(utf8ToUtf16Le(text)), text);
  EXPECT_TRUE(isValidUtf8(text));
  EXPECT_FALSE(isValidUtf8("\xC0\xAF"));
  EXPECT_FALSE(isValidUtf8("\xED\xA0\x80"));
}

TEST(Bytes, VarintsRoundTrip) {
  for (const std::uint64_t value : {0ULL, 127ULL, 128ULL, 300ULL, ~0ULL}) {
    std::string out;
    appendVarint(out, value);
    std::string_view in = out;
    EXPECT_EQ(readVarint(in), value);
    EXPECT_TRUE(in.empty());
  }
  std::string_view cut = "\x80";
  EXPECT_EQ(readVarint(cut), std::nullopt);
  EXPECT_EQ(unzigzag(zigzag(INT64_MIN)), INT64_MIN);
}

TEST(Text, FoldsCaseBeyondAscii) {
  EXPECT_EQ(foldCase("\xC3\x84rzte"), "\xC3\xA4rzte");
  EXPECT_EQ(foldCase("ABC"), "abc");
  EXPECT_EQ(foldCase("A\xFF"), "a\xFF");
}

TEST(Text, SplitsTrimsAndParses) {
  EXPECT_THAT(split("a,,b", ','), testing::ElementsAre("a", "", "b"));
  EXPECT_EQ(trimAscii(" \tx y\n"), "x y");
  EXPECT_EQ(parseInteger("-2147483646"), -2147483646);
  EXPECT_EQ(parseInteger("12x"), std::nullopt);
}

TEST(Accents, LatinLettersLoseThemAndAllElseStays) {
  EXPECT_EQ(withoutAccents("S\u00f8ren M\u00fcller-Wei\u00df \u0141\u00f3d\u017a"),
            "Soren Muller-Weiss Lodz");
  EXPECT_EQ(withoutAccents("\u00c6ther e\u0301t\u00e9 \u1ebf"), "AEther ete e");
  EXPECT_EQ(withoutAccents("\u0410\u0434\u0430 a\xff@x.com"), "\u0410\u0434\u0430 a\xff@x.com");
  EXPECT_EQ(withoutAccents(""), "");
}

TEST(Csv, QuotesWhatNeedsIt) {
  std::string out;
  appendCsvRow(out, {"a", "", "b, c", "say \"hi\"", "two\nlines"});
  appendCsvRow(out, {"last"});
  EXPECT_EQ(out, "a,,\"b, c\",\"say \"\"hi\"\"\",\"two\nlines\"\r\nlast\r\n");
}

TEST(Hash, IsStableAcrossBuilds) {
  // The store keeps these hashes, so another value would look as if every object had changed.
  EXPECT_EQ(Hash128::fromBytes(hash128("tandem").bytes()), hash128("tandem"));
  EXPECT_EQ(hash64(""), 0x2d06800538d394c2ULL);
}

TEST(Journal, AnEntryHasFieldsAndKeepsItsLines) {
  EXPECT_EQ(journalEntry(LogLevel::kWarning, "corp: failed", {17, "corp"}),
            "MESSAGE=corp: failed\nPRIORITY=4\nSYSLOG_IDENTIFIER=tandem\nTANDEM_RUN=17\n"
            "TANDEM_CONNECTOR=corp\n");
  const std::string two_lines = journalEntry(LogLevel::kInfo, "a\nPRIORITY=0", {});
  EXPECT_EQ(two_lines,
            std::string("MESSAGE\n\x0c\0\0\0\0\0\0\0", 16) +
                "a\nPRIORITY=0\nPRIORITY=6\nSYSLOG_IDENTIFIER=tandem\n");
}

TEST(Journal, IsUsedOnlyWhereStandardErrorLeadsThere) {
  EXPECT_FALSE(isJournalStream(2, ""));
  EXPECT_FALSE(isJournalStream(2, "1:1"));
}

}  // namespace
}  // namespace tandem
