// SPDX-License-Identifier: Apache-2.0
#include "expression/function.h"

namespace tandem::expression {
namespace {

constexpr Parameter kFirst{"a", types::kInteger};
constexpr Parameter kSecond{"b", types::kInteger};

Value bitAnd(std::span<const Value> arguments, Workspace& /*work*/) {
  return Value::integer(arguments[0].number & arguments[1].number);
}

Value bitOr(std::span<const Value> arguments, Workspace& /*work*/) {
  return Value::integer(arguments[0].number | arguments[1].number);
}

const Function kFunctions[] = {
    {.name = "BitAnd",
     .signature = "num BitAnd(num a, num b)",
     .summary = "The bits that both numbers have.",
     .parameters = {kFirst, kSecond},
     .required = 2,
     .allowed = 2,
     .returns = types::kInteger,
     .evaluate = bitAnd},
    {.name = "BitOr",
     .signature = "num BitOr(num a, num b)",
     .summary = "The bits that either number has.",
     .parameters = {kFirst, kSecond},
     .required = 2,
     .allowed = 2,
     .returns = types::kInteger,
     .evaluate = bitOr},
};

}  // namespace

std::span<const Function> mathFunctions() {
  return kFunctions;
}

}  // namespace tandem::expression
