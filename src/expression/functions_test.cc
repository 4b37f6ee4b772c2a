// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "expression/function.h"
#include "expression/object_for_test.h"

namespace tandem::expression {
namespace {

struct Example {
  const char* expression;
  const char* expected;
};

void PrintTo(const Example& example, std::ostream* out) {
  *out << example.expression;
}

class FunctionExample : public testing::TestWithParam<Example> {};

TEST_P(FunctionExample, GivesWhatTheReferenceSays) {
  ObjectForTest object;
  object.texts("addresses", {"SMTP:b@x", "smtp:B@X", "smtp:a@x"});
  object.define("absent", directory::ValueType::kString);
  object.define("none", directory::ValueType::kInteger);
  object.define("octets", directory::ValueType::kBinary);
  object.bytes("sid", std::string("\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0", 16));
  object.bytes(
      "guid",
      "\x33\x22\x11" + std::string(1, '\0') + "\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff");
  EXPECT_EQ(object.evaluate(GetParam().expression), GetParam().expected);
}

const Example kText[] = {
    {"Trim(\"  a b \")", "a b"},
    {"Trim([absent])", "NULL"},
    {"LTrim(\"  a \")", "a "},
    {"LTrim(\"  \")", ""},
    {"RTrim(\" a  \")", " a"},
    {"LCase(\"ÄBc\")", "äbc"},
    {"UCase(\"äbC\")", "ÄBC"},
    {"PCase(\"joHN van der\")", "John Van Der"},
    {"Left(\"John Doe\",3)", "Joh"},
    {"Left(\"abc\",0)", ""},
    {"Left(\"abc\",-1)", "abc"},
    {"Left(NULL,2)", ""},
    {"Left(\"abc\",9)", "abc"},
    {"Left(\"äöü\",2)", "äö"},
    {"Right(\"John Doe\",3)", "Doe"},
    {"Right(\"äöü\",1)", "ü"},
    {"Right(\"abc\",-1)", "abc"},
    {"Right(NULL,1)", ""},
    {"Mid(\"John Doe\",3,5)", "hn Do"},
    {"Mid(\"abc\",9,1)", "abc"},
    {"Mid(\"abc\",0,1)", "abc"},
    {"Mid(\"abc\",2,0)", ""},
    {"Mid(\"abc\",2,-1)", "abc"},
    {"Mid(\"abc\",2,99)", "bc"},
    {"Mid(\"äöü\",2,1)", "ö"},
    {"Mid([absent],1,2)", ""},
    {"Mid([guid],1,2)", "#3322"},
    {"Len(\"äb\")", "2"},
    {"Len([absent])", "0"},
    {"Len([guid])", "16"},
    {"InStr(\"The quick brown fox\",\"quick\")", "5"},
    {"InStr(\"abc\",\"x\")", "0"},
    {"InStr(NULL,\"x\")", "0"},
    {"InStr(\"repEated\",\"e\",3)", "7"},
    {"InStr(\"repEated\",\"e\",3,vbTextCompare)", "4"},
    {"InStr(\"äx\",\"x\")", "2"},
    {"InStrRev(\"abbcdbbbef\",\"bb\")", "7"},
    {"InStrRev(\"abbcdbbbef\",\"bb\",6)", "2"},
    {"InStrRev(\"abc\",\"x\")", "0"},
    {"PadLeft(\"7\",3,\"0\")", "007"},
    {"PadLeft(\"1234\",3,\"0\")", "1234"},
    {"PadLeft([absent],3,\"0\")", "000"},
    {"PadRight(\"7\",3,\"0\")", "700"},
    {"PadLeft(\"7\",99999999,\"0\")", "error: pads by more than 10000 characters"},
    {"Replace(\"a-b-c\",\"-\",\"+\")", "a+b+c"},
    {"Replace(\"a\",\"\",\"+\")", "a"},
    {"Replace(\"a b\",\" \",\"\\n\")", "a\nb"},
    {"ReplaceChars(\"Räksm-Å\",\"ä:a, Å:A,-:\")", "RaksmA"},
    {"Word(\"User_1234\",1,\"_\")", "User"},
    {"Word(\"The quick brown fox\",3,\" \")", "brown"},
    {"Word(\"This,string!has&many separators\",3,\",!&#\")", "has"},
    {"Word(\"a b\",3,\" \")", ""},
    {"Word(\"a b\",0,\" \")", ""},
    {"Word([absent],1,\" \")", ""},
};
INSTANTIATE_TEST_SUITE_P(Text, FunctionExample, testing::ValuesIn(kText));

const Example kConversion[] = {
    {"CBool(1)", "True"},
    {"CBool(0)", "False"},
    {"CBool(\"true\")", "True"},
    {"CBool(\"maybe\")", "error: CBool: this text is neither True, False nor a number"},
    {"CBool(NULL)", "NULL"},
    {"CBool(BitAnd(-2147483646,-2147483648))", "True"},
    {"CBool(BitAnd(2,-2147483648))", "False"},
    {"CNum(\" 12 \")", "12"},
    {"CNum(\"x\")", "error: CNum: this text is no whole number"},
    {"CNum([absent])", "NULL"},
    {"CNum(CBin(513,2))", "513"},
    {"CBin(513,3)", "#010200"},
    {"CBin(1,9)", "error: CBin: the size is 1 to 8 octets"},
    {"CStr(12)", "12"},
    {"CStr(True)", "True"},
    {"CStr(CRef(\"CN=a\"))", "CN=a"},
    {"CStr([guid])", "error: CStr: octets are no text; use ConvertToBase64() or StringFromGuid()"},
    {"CRef(\"CN=Joe,DC=x\")", "CN=Joe,DC=x"},
    {"CRef(\"\")", "NULL"},
    {"CGuid(\"{00112233-4455-6677-8899-aabbccddeeff}\")", "#33221100554477668899aabbccddeeff"},
    {"CGuid(\"x\")", "error: CGuid: this text is no GUID"},
    {"StringFromGuid([guid])", "00112233-4455-6677-8899-aabbccddeeff"},
    {"StringFromSid([sid])", "S-1-5-32-544"},
    {"StringFromSid([guid])", "error: StringFromSid: this is no security identifier"},
    {"StringFromSid([octets])", "NULL"},
    {"ConvertToBase64(\"Hello world!\")", "SABlAGwAbABvACAAdwBvAHIAbABkACEA"},
    {"ConvertToBase64([guid])", "MyIRAFVEd2aImaq7zN3u/w=="},
    {"ConvertFromBase64(\"SABlAGwAbABvACAAdwBvAHIAbABkACEA\")", "Hello world!"},
    {"ConvertFromBase64(\"SGVsbG8gd29ybGQh\",UTF8)", "Hello world!"},
    {"ConvertFromBase64(\"*\")", "error: ConvertFromBase64: this text is not base64"},
    {"ConvertToUTF8Hex(\"Hello world!\")", "48656C6C6F20776F726C6421"},
    {"ConvertFromUTF8Hex(\"48656C6C6F20776F726C6421\")", "Hello world!"},
    {"\"CN={\" & ConvertToUTF8Hex(ConvertToBase64([guid])) & \"}\"",
     "CN={4D7949524146564564326149"
     "6D617137"
     "7A4E33752F773D3D}"},
    {"Thumbprint(CBin(97,1))", "#ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"},
};
INSTANTIATE_TEST_SUITE_P(Conversion, FunctionExample, testing::ValuesIn(kConversion));

const Example kEvaluation[] = {
    {"IsNull([absent])", "True"},
    {"IsNull(\"\")", "False"},
    {"IsNullOrEmpty(\"\")", "True"},
    {"IsNullOrEmpty(0)", "False"},
    {"IsPresent([absent])", "False"},
    {"IsPresent([addresses])", "True"},
    {"IsPresent(False)", "True"},
    {"IsEmpty(\"\")", "True"},
    {"IsEmpty(NULL)", "False"},
    {"IsString([guid])", "False"},
    {"IsString(\"x\")", "True"},
    {"IsString([absent])", "False"},
    {"IsNumeric(\"12\")", "True"},
    {"IsNumeric(\"x\")", "False"},
    {"IsGuid(\"{00112233-4455-6677-8899-aabbccddeeff}\")", "True"},
    {"IsGuid(\"x\")", "False"},
    {"IsDate(\"2013-01-10\")", "True"},
    {"IsDate(\"2013-02-30\")", "False"},
    {"IsBitSet(&HF,4)", "True"},
    {"IsBitSet(1,4)", "False"},
    {"IsBitSet([none],4)", "NULL"},
    {"BitAnd(6,3)", "2"},
    {"BitAnd([none],3)", "NULL"},
    {"BitOr(6,3)", "7"},
    {"Switch(False,1,True,2,True,3)", "2"},
    {"Switch(False,1)", "NULL"},
    {"Switch(False,1,True)", "error: Switch: takes pairs of a condition and a value"},
};
INSTANTIATE_TEST_SUITE_P(Evaluation, FunctionExample, testing::ValuesIn(kEvaluation));

const Example kMany[] = {
    {"Contains([addresses],\"smtp:\")", "2"},
    {"Contains([addresses],\"SMTP:A\",CaseInsensitive)", "3"},
    {"Contains([addresses],\"x400\")", "0"},
    {"Contains([absent],\"x\")", "0"},
    {"Contains(Split(\"smtp:a@x;SMTP:b@x\",\";\"),\"SMTP:\")", "2"},
    {"Count([addresses])", "3"},
    {"Count([absent])", "0"},
    {"ValueCount(\"addresses\")", "3"},
    {"Item([addresses],1)", "SMTP:b@x"},
    {"Item([addresses],4)", "error: Item: there is no value 4, the attribute has 3"},
    {"Item([absent],1)", "error: Item: there is no value 1, the attribute has 0"},
    {"ItemOrNull([addresses],9)", "NULL"},
    {"Join([addresses],\",\")", "SMTP:b@x,smtp:B@X,smtp:a@x"},
    {"Join(Split(\"a b\",\" \"))", "a b"},
    {"Split(\"a,b,c\",\",\")", "{a;b;c}"},
    {"Split(\"a,b,c\",\",\",2)", "{a;b,c}"},
    {"RemoveDuplicates([addresses])", "{SMTP:b@x;smtp:a@x}"},
    {"RemoveDuplicates([absent])", "NULL"},
};
INSTANTIATE_TEST_SUITE_P(Many, FunctionExample, testing::ValuesIn(kMany));

const Example kDates[] = {
    {"DateFromNum(129699324000000000)", "2012-01-01 23:00:00"},
    {"NumFromDate(DateFromNum(129699324000000000))", "129699324000000000"},
    {"DateFromNum(-1)", "error: DateFromNum: -1 is no time between 1601 and 9999"},
    {"FormatDateTime(DateFromNum(129699324000000000),\"yyyyMMddHHmmss.0Z\")", "20120101230000.0Z"},
    {"FormatDateTime(CDate(\"2013-03-04 15:06:07\"),\"dddd d MMM yy h:m:s tt\")",
     "Monday 4 Mar 13 3:6:7 PM"},
    {"FormatDateTime(CDate(\"2013-03-04\"),\"'day' dd\\\\h\")", "day 04h"},
    {"CDate(\"2013-01-10 4:00 PM -8\")", "2013-01-11 00:00:00"},
    {"CDate(\"20130110160000.0Z\")", "2013-01-10 16:00:00"},
    {"CDate(\"2013-01-10T16:00:00+01:00\")", "2013-01-10 15:00:00"},
    {"CDate(\"x\")", "error: CDate: this text is no date and time"},
    {"DateAdd(\"m\",1,CDate(\"2013-01-31\"))", "2013-02-28 00:00:00"},
    {"DateAdd(\"yyyy\",-1,CDate(\"2012-02-29\"))", "2011-02-28 00:00:00"},
    {"DateAdd(\"h\",-24,CDate(\"2013-01-01\"))", "2012-12-31 00:00:00"},
    {"DateAdd(\"x\",1,CDate(\"2013-01-01\"))",
     "error: DateAdd: the interval is one of yyyy, q, m, y, d, w, ww, h, n, s"},
    {"DateAdd(\"d\",9223372036854775807,CDate(\"2013-01-01\"))",
     "error: DateAdd: the result lies outside of the years 1601 to 9999"},
};
INSTANTIATE_TEST_SUITE_P(Dates, FunctionExample, testing::ValuesIn(kDates));

const Example kDirectory[] = {
    {"DNComponent(CRef(\"CN=Joe,OU=x,DC=corp\"),1)", "Joe"},
    {"DNComponent(CRef(\"CN=Doe\\\\, Joe,OU=x\"),1)", "Doe\\, Joe"},
    {"DNComponent(CRef(\"CN=Joe,OU=x\"),3)", ""},
    {"DNComponentRev(CRef(\"CN=Joe,OU=x,DC=corp\"),1)", "corp"},
    {"DNComponentRev(CRef(\"CN=Joe,OU=x,DC=corp,DC=com\"),1,\"DC\")", "x"},
    {"DNComponentRev(CRef(\"CN=Joe\"),2)", ""},
    {"EscapeDNComponent(\"Doe, Joe\")", "Doe\\, Joe"},
};
INSTANTIATE_TEST_SUITE_P(Directory, FunctionExample, testing::ValuesIn(kDirectory));

// Each function of the library has an example above or a test in expression_test.cc.
std::string referencePage() {
  std::string page =
      "# Functions of the expression language\n\n"
      "Made from the library itself (`src/expression/functions/`). To write this page anew after a "
      "change there, run\n"
      "`TANDEM_WRITE_PAGES=1 expression_test --gtest_filter='Library.*'`.\n\n"
      "How expressions are written and evaluated, and what the types mean, is in\n"
      "[expression-language.md](expression-language.md). Unless a function says otherwise, it "
      "gives "
      "NULL when an\nargument is NULL, and a function that takes one value is applied to each "
      "value "
      "of a multi-valued attribute.\n";
  for (const Theme& theme : library()) {
    page += "\n## " + std::string(theme.title) + "\n";
    for (const Function& function : theme.functions) {
      page += "\n### " + std::string(function.name) + "\n\n`" + std::string(function.signature) +
              "`\n\n" + std::string(function.summary) + "\n";
    }
  }
  return page;
}

TEST(Library, TheReferencePageIsUpToDate) {
  const std::string path = TANDEM_SOURCE_DIR "/docs/reference/functions.md";
  if (std::getenv("TANDEM_WRITE_PAGES") != nullptr) std::ofstream(path) << referencePage();
  std::ifstream file(path);
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_EQ(page, referencePage());
}

TEST(Library, EveryEntryIsWhole) {
  for (const Theme& theme : library()) {
    for (const Function& function : theme.functions) {
      EXPECT_TRUE(function.form != Form::kPlain || function.evaluate != nullptr) << function.name;
      EXPECT_LE(function.required, function.allowed) << function.name;
      EXPECT_TRUE(function.summary.ends_with(".") || function.summary.ends_with("…"))
          << function.name;
      EXPECT_EQ(findFunction(function.name), &function);
      EXPECT_FALSE(isPlannedFunction(function.name)) << function.name;
    }
  }
}

}  // namespace
}  // namespace tandem::expression
