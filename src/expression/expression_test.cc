// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "expression/function.h"
#include "expression/object_for_test.h"
#include "expression/parser.h"

namespace tandem::expression {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string evaluated(std::string_view expression) {
  return ObjectForTest().evaluate(expression);
}

TEST(Lexer, ReadsNumbersTextsAndNames) {
  EXPECT_EQ(evaluated("42"), "42");
  EXPECT_EQ(evaluated("-2147483648"), "-2147483648");
  EXPECT_EQ(evaluated("&HFF"), "255");
  EXPECT_EQ(evaluated("&H21C07000"), "566259712");
  EXPECT_EQ(evaluated(R"("a\\b")"), "a\\b");
  EXPECT_EQ(evaluated(R"("say \"x\"")"), "say \"x\"");
  EXPECT_EQ(evaluated(R"("\n")"), "\\n");
  EXPECT_EQ(evaluated("Len(CRLF)"), "2");
  EXPECT_EQ(evaluated("true"), "True");
}

TEST(Lexer, RefusesTypographicQuotesAndSaysWhatToUse) {
  EXPECT_EQ(evaluated("Trim(\u201Cx\u201D)"),
            "refused: 1:6: the typographic quote \u201C does not begin a text; use the straight "
            "quote \"");
}

TEST(Lexer, SaysWhereATextOrAttributeIsNotClosed) {
  EXPECT_THAT(evaluated("Trim(\n  \"abc)"), StartsWith("refused: 2:3: this text has no closing"));
  EXPECT_THAT(evaluated("Trim([mail)"), StartsWith("refused: 1:6: this attribute name"));
  EXPECT_THAT(evaluated("%Domain.FQDN & 1"), StartsWith("refused: 1:1: this parameter"));
}

TEST(Lexer, CountsColumnsInCharacters) {
  EXPECT_THAT(evaluated("\"äöü\" ? 1"), StartsWith("refused: 1:7:"));
}

TEST(Parser, NamesWhatItExpected) {
  EXPECT_EQ(evaluated(""), "refused: 1:1: the expression is empty");
  EXPECT_EQ(evaluated("1 +"), "refused: 1:4: the expression ends where a value was expected");
  EXPECT_EQ(evaluated("IIF(True 1, 2)"),
            "refused: 1:10: found a number where ',' or ')' was expected");
  EXPECT_EQ(evaluated("(1"), "refused: 1:3: the expression ends where ')' was expected");
}

TEST(Parser, ComparisonsBindTighterThanAndAndOr) {
  EXPECT_EQ(evaluated("1 = 2 || 3 = 3"), "True");
  EXPECT_EQ(evaluated("1 = 1 && 3 = 4 || 2 = 2"), "True");
  EXPECT_EQ(evaluated("IsPresent(\"x\") = False || \"a\" = \"a\""), "True");
}

TEST(Parser, SumsGoFromLeftToRightAndWarnWhereThatSurprises) {
  ObjectForTest object;
  EXPECT_EQ(object.evaluate("2*5+3"), "13");
  EXPECT_EQ(object.evaluate("3+2*5"), "25");
  EXPECT_EQ(object.evaluate("3+(2*5)"), "13");
  EXPECT_EQ(object.evaluate("7-2-1"), "4");
  const Compilation compiled = compile("3+2*5", object);
  ASSERT_EQ(compiled.findings.size(), 1U);
  EXPECT_TRUE(compiled.findings[0].is_warning);
}

TEST(Parser, DeepNestingIsRefusedAndCannotExhaustTheStack) {
  const std::string many = std::string(30'000, '(');
  EXPECT_THAT(evaluated(many), HasSubstr("nested more than 150 levels"));
  EXPECT_THAT(evaluated(std::string(30'000, '-') + "1"), HasSubstr("nested more than 150"));
  std::string sums = "1";
  for (int i = 0; i < 10'000; ++i)
    sums += "+1";
  EXPECT_THAT(evaluated(sums), HasSubstr("nested more than 150"));
  std::string or_run = "False";
  for (int i = 0; i < 3'000; ++i)
    or_run += "||False";
  EXPECT_EQ(evaluated(or_run + "||True"), "True");
}

TEST(Parser, LongExpressionsAreRefused) {
  EXPECT_THAT(evaluated("\"" + std::string(kExpressionBytesMax, 'x') + "\""),
              HasSubstr("longer than 32768 bytes"));
}

TEST(Compiler, UnknownNamesComeWithASuggestion) {
  ObjectForTest object;
  object.text("displayName", "x");
  object.parameter("Domain.FQDN", "corp");
  EXPECT_THAT(object.evaluate("[displyName]"), HasSubstr("(did you mean \"displayName\"?)"));
  EXPECT_THAT(object.evaluate("trim(1)"), HasSubstr("no function trim (did you mean \"Trim\"?)"));
  EXPECT_THAT(object.evaluate("%Domain.FQDM%"), HasSubstr("(did you mean \"Domain.FQDN\"?)"));
  EXPECT_THAT(object.evaluate("displayName"), HasSubstr("an attribute is written [displayName]"));
  EXPECT_THAT(object.evaluate("$x"), HasSubstr("$x is not defined"));
}

TEST(Compiler, ChecksArgumentsBeforeAnythingRuns) {
  ObjectForTest object;
  object.number("flags", 3);
  object.bytes("guid", "0123456789abcdef");
  EXPECT_THAT(object.evaluate("Left(\"a\")"),
              HasSubstr("Left has 1 arguments; expected str Left("));
  EXPECT_THAT(object.evaluate("Trim([flags])"),
              HasSubstr("Trim: argument 1 (text) needs string, and this is integer"));
  EXPECT_THAT(object.evaluate("[guid] = \"x\""), HasSubstr("compares binary with string"));
  EXPECT_THAT(object.evaluate("[flags] || True"), HasSubstr("|| needs boolean"));
  EXPECT_THAT(object.evaluate("IIF([flags],1,2)"), HasSubstr("IIF: the condition needs boolean"));
  EXPECT_THAT(object.evaluate("\"a\" + 1"), HasSubstr("+ needs integer"));
}

TEST(Compiler, ReportsSeveralMistakesAtOnce) {
  ObjectForTest object;
  const Compilation compiled = compile("[a] & [b] & Foo()", object);
  EXPECT_FALSE(compiled.program);
  EXPECT_EQ(compiled.findings.size(), 3U);
}

TEST(Compiler, KnowsWhatAnExpressionReads) {
  ObjectForTest object;
  object.text("mail", "x");
  object.texts("proxyAddresses", {"a"});
  const Compilation compiled =
      compile("IIF(IsPresent([mail]),ImportedValue(\"proxyAddresses\"),[mail])", object);
  ASSERT_TRUE(compiled.program);
  EXPECT_EQ(compiled.program->attributesRead().size(), 2U);
  EXPECT_TRUE(compiled.program->readsImported());
  EXPECT_TRUE(compiled.program->mayYieldMany());
}

TEST(Evaluation, IifEvaluatesOnlyTheChosenBranch) {
  EXPECT_EQ(evaluated("IIF(True,1,Error(\"no\"))"), "1");
  EXPECT_EQ(evaluated("IIF(False,Error(\"no\"),2)"), "2");
  EXPECT_EQ(evaluated("IIF(NULL,1,2)"), "2");
  EXPECT_EQ(evaluated("IIF(True,Error(\"no anchor\"),2)"), "error: no anchor");
}

TEST(Evaluation, AndAndOrStopAsSoonAsTheyKnow) {
  EXPECT_EQ(evaluated("False && Item(Split(\"a\",\",\"),5) = \"x\""), "False");
  EXPECT_EQ(evaluated("True || Item(Split(\"a\",\",\"),5) = \"x\""), "True");
  EXPECT_THAT(evaluated("True && Item(Split(\"a\",\",\"),5) = \"x\""), StartsWith("error: Item"));
}

TEST(Evaluation, NullComparesFalseAndCountsAsFalse) {
  ObjectForTest object;
  object.define("name", directory::ValueType::kString);
  EXPECT_EQ(object.evaluate("[name] = \"x\""), "False");
  EXPECT_EQ(object.evaluate("[name] <> \"x\""), "False");
  EXPECT_EQ(object.evaluate("NULL = NULL"), "False");
  EXPECT_EQ(object.evaluate("Left([name],14) = \"SystemMailbox{\""), "False");
  EXPECT_EQ(object.evaluate("CBool(NULL) || True"), "True");
  EXPECT_EQ(object.evaluate("CBool(NULL) || False"), "False");
  EXPECT_EQ(object.evaluate("[name] & \"@x\""), "@x");
  EXPECT_EQ(object.evaluate("[name] & NULL"), "NULL");
  EXPECT_EQ(object.evaluate("1 + NULL"), "NULL");
}

TEST(Evaluation, TextComparesWithoutRegardToCase) {
  EXPECT_EQ(evaluated("\"Ärger\" = \"äRGER\""), "True");
  EXPECT_EQ(evaluated("\"a\" <> \"A\""), "False");
  EXPECT_EQ(evaluated("\"a\" < \"B\""), "True");
  EXPECT_EQ(evaluated("\"mS-DS-ConsistencyGuid\"=\"mS-DS-ConsistencyGuid\""), "True");
  EXPECT_EQ(evaluated("ConvertToUTF8Hex(\"a\") = ConvertToUTF8Hex(\"A\")"), "False");
}

TEST(Evaluation, NumbersAndBooleansCompareAsSuch) {
  EXPECT_EQ(evaluated("9 < 10"), "True");
  EXPECT_EQ(evaluated("2 >= 2"), "True");
  EXPECT_EQ(evaluated("True = (1 = 1)"), "True");
  EXPECT_EQ(evaluated("9223372036854775807 + 1"), "error: the result does not fit into 64 bits");
}

TEST(Evaluation, ScalarFunctionsMapOverManyValues) {
  ObjectForTest object;
  object.texts("otherTelephone", {" 1 ", "2", " 3"});
  EXPECT_EQ(object.evaluate("Trim([otherTelephone])"), "{1;3;2}");
  EXPECT_EQ(object.evaluate("Left(Trim([otherTelephone]),1)"), "{1;3;2}");
  EXPECT_THAT(object.evaluate("[otherTelephone] = \"1\""), StartsWith("error: a comparison needs"));
}

TEST(Evaluation, OneValueOfAMultiValuedAttributeCountsAsTheValue) {
  ObjectForTest object;
  object.texts("description", {"x"});
  EXPECT_EQ(object.evaluate("[description] = \"x\""), "True");
  EXPECT_EQ(object.evaluate("\"<\" & [description] & \">\""), "<x>");
}

TEST(Evaluation, WordsOfFlowsPassThrough) {
  EXPECT_EQ(evaluated("IIF(True,IgnoreThisFlow,1)"), "IgnoreThisFlow");
  EXPECT_EQ(evaluated("AuthoritativeNull"), "AuthoritativeNull");
}

TEST(Evaluation, ReadsTheDnParametersAndWhatWasImported) {
  ObjectForTest object;
  object.dn("CN=Joe\\0ACNF:12,OU=x,DC=corp");
  object.parameter("Connector.ID", "7");
  object.text("mail", "new");
  object.imported("mail", "old");
  EXPECT_EQ(object.evaluate(R"(InStr(DNComponent(CRef([dn]),1),"\\0ACNF:")>0)"), "True");
  EXPECT_EQ(object.evaluate("%Connector.ID%"), "7");
  EXPECT_EQ(object.evaluate("[mail] & ImportedValue(\"mail\")"), "newold");
}

TEST(Evaluation, ReferencesAreCountedWithoutBeingRead) {
  ObjectForTest object;
  object.references("member", {"CN=a,DC=x", "CN=b,DC=x"});
  object.define("manager", directory::ValueType::kReference);
  EXPECT_EQ(object.evaluate("ValueCount(\"member\")"), "2");
  EXPECT_EQ(object.evaluate("IsPresent([member])"), "True");
  EXPECT_EQ(object.evaluate("IsPresent([manager])"), "False");
  EXPECT_EQ(object.evaluate("[member]"), "link to 2");
  EXPECT_EQ(object.evaluate("Contains([member],CRef(\"cn=B, dc=X\"))"), "2");
  EXPECT_EQ(object.evaluate("DNComponent(Item([member],1),1)"), "a");
}

TEST(Evaluation, VariablesHideOuterOnesOfTheSameName) {
  ObjectForTest object;
  object.texts("mails", {"a@x", "b@y"});
  EXPECT_EQ(object.evaluate("Select($m,[mails],UCase($m))"), "{A@X;B@Y}");
  EXPECT_EQ(object.evaluate("Where($m,[mails],InStr($m,\"@x\")>0)"), "{a@x}");
  EXPECT_EQ(object.evaluate("Where($m,[mails],False)"), "NULL");
  EXPECT_EQ(object.evaluate("With($x,\"a\",With($x,$x & \"b\",$x & \"c\") & $x)"), "abca");
}

TEST(Evaluation, ARuleCannotGrowATextWithoutEnd) {
  std::string doubling = "\"0123456789\"";
  std::string replacing = "\"0123456789\"";
  for (int i = 0; i < 40; ++i) {
    doubling = "With($x," + doubling + ",$x & $x)";
    replacing = "With($x," + replacing + ",Replace($x,\"0\",$x))";
  }
  EXPECT_EQ(evaluated(doubling), "error: &: the result grows longer than 1 MiB");
  EXPECT_EQ(evaluated(replacing), "error: the text grows longer than 1 MiB");
}

TEST(Evaluation, DevicesKeysAreTakenApart) {
  ObjectForTest object;
  object.bytes("key",
               std::string("\x00\x02\x00\x00\x03\x00\x01"
                           "abcREST",
                           14));
  EXPECT_EQ(object.evaluate("CNum(Mid([key],5,2))"), "3");
  EXPECT_EQ(object.evaluate("Mid([key],1,2) & CBin(258,2)"), "#00020201");
  EXPECT_EQ(object.evaluate("Len(Thumbprint([key]))"), "32");
}

}  // namespace
}  // namespace tandem::expression
