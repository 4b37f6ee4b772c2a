// SPDX-License-Identifier: Apache-2.0
//
// Expressions of a real server. They are not part of the project: the folder that TANDEM_SAMPLES
// names holds them, and without it these tests are skipped.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include <gmock/gmock.h>

#include "expression/parser.h"

namespace tandem::expression {
namespace {

TEST(Samples, EveryExpressionOfARealServerParses) {
  const char* const folder = std::getenv("TANDEM_SAMPLES");
  if (folder == nullptr) GTEST_SKIP() << "TANDEM_SAMPLES is not set";
  std::ifstream file(std::string(folder) + "/derived/distinct_expressions.json");
  if (!file) GTEST_SKIP() << "no derived/distinct_expressions.json in " << folder;
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const nlohmann::json expressions = nlohmann::json::parse(text);
  EXPECT_GE(expressions.size(), 86U);
  for (const nlohmann::json& expression : expressions) {
    std::vector<Finding> findings;
    EXPECT_TRUE(parse(expression.get<std::string>(), findings)) << expression;
    EXPECT_TRUE(findings.empty()) << expression;
  }
}

}  // namespace
}  // namespace tandem::expression
