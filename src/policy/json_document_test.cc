// SPDX-License-Identifier: Apache-2.0
#include "policy/json_document.h"

#include <string>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::policy {
namespace {

using ::testing::HasSubstr;

JsonNode parsed(std::string_view text) {
  auto result = parseJson(text);
  if (const auto* error = std::get_if<JsonSyntaxError>(&result)) {
    ADD_FAILURE() << error->message;
    return {};
  }
  return std::get<JsonNode>(std::move(result));
}

JsonSyntaxError errorOf(std::string_view text) {
  auto result = parseJson(text);
  const auto* error = std::get_if<JsonSyntaxError>(&result);
  if (error == nullptr) {
    ADD_FAILURE() << "no error in: " << text;
    return {};
  }
  return *error;
}

TEST(JsonDocument, KeepsValuesAndPlaces) {
  const JsonNode root = parsed("{\n  \"a\": [1, -2.5e3, true, null],\n  \"b\": \"x\"\n}");
  const JsonNode* const a = root.find("a");
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(a->at, (Position{2, 8}));
  ASSERT_EQ(a->items.size(), 4U);
  EXPECT_EQ(a->items[1].text, "-2.5e3");
  EXPECT_EQ(a->items[1].at, (Position{2, 12}));
  EXPECT_TRUE(a->items[2].boolean);
  EXPECT_EQ(root.members[1].at, (Position{3, 3}));
  EXPECT_EQ(root.find("none"), nullptr);
}

TEST(JsonDocument, ColumnsCountCharactersNotBytes) {
  EXPECT_EQ(parsed("[\"äöü\", 1]").items[1].at, (Position{1, 9}));
}

TEST(JsonDocument, DecodesEscapes) {
  EXPECT_EQ(parsed(R"("a\"\\\/\n\té😀")").text, "a\"\\/\n\té😀");
}

TEST(JsonDocument, SkipsAByteOrderMark) {
  EXPECT_EQ(parsed("\xEF\xBB\xBF[1]").items.size(), 1U);
}

TEST(JsonDocument, SaysWhereAndWhatIsExpected) {
  EXPECT_EQ(errorOf("{\n  \"a\": 1\n  \"b\": 2\n}").at, (Position{3, 3}));
  EXPECT_THAT(errorOf("{\n  \"a\": 1\n  \"b\": 2\n}").message,
              HasSubstr("',' or '}' is expected here (for the '{' of line 1), but there is '\"'"));
}

TEST(JsonDocument, NamesTheMistakesThatPeopleMake) {
  EXPECT_THAT(errorOf("[1, 2,]").message, HasSubstr("no comma before ']'"));
  EXPECT_THAT(errorOf("{\"a\": 1,}").message, HasSubstr("no comma before '}'"));
  EXPECT_THAT(errorOf("{ // x\n}").message, HasSubstr("JSON has no comments"));
  EXPECT_THAT(errorOf("{'a': 1}").message, HasSubstr("double quotes"));
  EXPECT_THAT(errorOf("[True]").message, HasSubstr("a value is expected here"));
  EXPECT_THAT(errorOf("[truth]").message, HasSubstr("did you mean true?"));
  EXPECT_THAT(errorOf("[\"C:\\Users\"]").message, HasSubstr("a backslash is written as \\\\"));
  EXPECT_THAT(errorOf("[\"a\n\"]").message, HasSubstr("does not end on its line"));
  EXPECT_THAT(errorOf("{\"a\": 1} x").message, HasSubstr("after the end"));
  EXPECT_THAT(errorOf("").message, HasSubstr("the end of the file"));
  EXPECT_THAT(errorOf("[01]").message, HasSubstr("does not begin with 0"));
  EXPECT_THAT(errorOf("{\"a\"").message, HasSubstr("':' is expected"));
}

TEST(JsonDocument, RefusesWhatCouldHurt) {
  EXPECT_THAT(errorOf(std::string(100000, '[')).message, HasSubstr("nested deeper than 64"));
  EXPECT_THAT(errorOf("[\"\xff\"]").message, HasSubstr("not valid UTF-8"));
  EXPECT_THAT(errorOf(R"(["\ud800"])").message, HasSubstr("surrogate"));
  EXPECT_THAT(errorOf(R"(["\udc00"])").message, HasSubstr("surrogate"));
  EXPECT_THAT(errorOf(R"(["\u12"])").message, HasSubstr("four hexadecimal digits"));
}

TEST(JsonDocument, EveryTruncationIsAnError) {
  const std::string text = R"({"a": [1.5, "x\u00e9", {"b": null}], "c": true})";
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_TRUE(std::holds_alternative<JsonSyntaxError>(parseJson(text.substr(0, length))))
        << length;
  }
}

}  // namespace
}  // namespace tandem::policy
