// SPDX-License-Identifier: Apache-2.0
#include "web/rule_places.h"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

namespace tandem::web {
namespace {

using Json = nlohmann::ordered_json;

TEST(RulePlaces, EachLineOfADumpHasItsPlace) {
  const Json json = Json::parse(R"({"a":1,"b":[{"c":[],"d":"x"},2],"e":{}})");
  const std::string text = json.dump(2);
  const auto places = placesByLine(json);
  const std::string expected[] = {
      "", "a", "b", "b[0]", "b[0].c", "b[0].d", "b[0]", "b[1]", "b", "e", ""};
  EXPECT_EQ(places.size(), std::size(expected));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n') + 1, std::ssize(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i)
    EXPECT_EQ(places.at(i + 1), expected[i]) << i + 1;
}

TEST(RulePlaces, AnExpressionsErrorIsAtItsCharacter) {
  const Json document = Json::parse(R"json({"rules":[{"name":"n"},
      {"name":"m","attributeFlowMappings":[
          {"destination":"x","expression":["Trim(","[y])"]}]}]})json");
  const auto places = placesByLine(document);
  std::size_t line = 0;
  for (const auto& [number, place] : places) {
    if (place == "rules[1].attributeFlowMappings[0]" && line == 0) line = number;
  }
  const Problems problems = {{Problem::Severity::kError,
                              "policy.json:" + std::to_string(line) + ":9",
                              "rule \"m\": target x: expression 2:2: there is no attribute [y]"},
                             {Problem::Severity::kError, "policy.json:4:1", "elsewhere"}};
  const Json found = problemsIn(document, "rules[1]", problems);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]["place"], "attributeFlowMappings[0].expression");
  EXPECT_EQ(found[0]["offset"], 7);
  EXPECT_EQ(found[0]["message"], "there is no attribute [y]");
}

}  // namespace
}  // namespace tandem::web
