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

// 64 bits over the numbers from start to end. They do not divide evenly, so that some numbers come
// a little more often: for a range of a million, by less than one in ten million million.
Value randomNumber(std::span<const Value> arguments, Workspace& work) {
  const std::int64_t start = arguments[0].number;
  const std::int64_t end = arguments[1].number;
  if (start > end) return work.fail("RandomNum: the start lies above the end");
  const auto random = work.random();
  if (!random) return work.fail("RandomNum: nothing here gives random numbers");
  const std::uint64_t count =
      static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(start) + 1;  // 0: all of them
  const std::uint64_t offset = count == 0 ? *random : *random % count;
  return Value::integer(static_cast<std::int64_t>(static_cast<std::uint64_t>(start) + offset));
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
    {.name = "RandomNum",
     .signature = "num RandomNum(num start, num end)",
     .summary = "A number from start to end, both included, another one each time. In a mapping "
                "that is not executed once, each synchronization of the object gives a new value.",
     .parameters = {Parameter{"start", types::kInteger}, Parameter{"end", types::kInteger}},
     .required = 2,
     .allowed = 2,
     .returns = types::kInteger,
     .is_random = true,
     .evaluate = randomNumber},
};

}  // namespace

std::span<const Function> mathFunctions() {
  return kFunctions;
}

}  // namespace tandem::expression
