// SPDX-License-Identifier: Apache-2.0
//
// What the functions give, edge by edge: functions_test.cc runs them all, and the reference page
// shows the first of each function.
#pragma once

#include <span>
#include <string_view>

namespace tandem::expression {

struct Example {
  std::string_view expression;
  std::string_view expected;  // as ObjectForTest::evaluate() writes it
};

struct ExampleTheme {
  std::string_view title;
  std::span<const Example> examples;
};

std::span<const ExampleTheme> functionExamples();

}  // namespace tandem::expression
