// SPDX-License-Identifier: Apache-2.0
//
// Every bound of the language. A rule is written by a person, an attribute by anybody: neither may
// make a run hang or take all memory. docs/reference/functions.md lists them, limits_test.cc
// reaches each.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem::expression {

constexpr std::size_t kExpressionBytesMax = 32 * 1024;
// Levels of nesting. Parsing, compiling and evaluating recurse that deep and no deeper.
constexpr std::uint32_t kDepthMax = 150;

// No attribute of a directory is longer; without a bound, a rule that doubles a text a few dozen
// times would take all memory.
constexpr std::size_t kTextBytesMax = 1024 * 1024;
// What PadLeft() and PadRight() fill up to.
constexpr std::int64_t kPadMax = 10'000;
// More references than this are not read into an expression: flow them directly.
constexpr std::uint32_t kLinkValuesMax = 10'000;
// Larger certificates exist in tests of parsers only.
constexpr std::size_t kCertificateBytesMax = 64 * 1024;
// Messages go into tables and tickets; Error() could be given a whole attribute.
constexpr std::size_t kErrorBytesMax = 1024;

// What one evaluation may cost: about one unit for each octet that is read or made, and a few for
// each step. A list within a list within a list would otherwise take hours. All shipped rules
// together stay below a thousandth of it; all of it takes in the order of a second, and not many
// more octets of memory.
constexpr std::size_t kWorkMax = std::size_t{32} * 1024 * 1024;
constexpr std::size_t kWorkOfStep = 16;

}  // namespace tandem::expression
