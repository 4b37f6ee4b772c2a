// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// The $filter language (OData 4.01 part 2, 5.1.1), as far as Graph's directory objects take it.
// Parsing is pure and bounded: it knows no property names.
namespace tandem::tenant {

struct FilterLiteral {
  enum class Type : std::uint8_t {
    kNull,
    kBool,
    kString,
    kNumber
  };  // dates and Guids: kNumber
  Type type = Type::kNull;
  std::string text;  // unquoted; "true" or "false" for a bool

  friend bool operator==(const FilterLiteral&, const FilterLiteral&) = default;
};

struct FilterNode {
  enum class Op : std::uint8_t {
    kAnd,  // children
    kOr,   // children
    kNot,  // one child
    kEq,   // path, one literal; as the next five
    kNe,
    kGt,
    kGe,
    kLt,
    kLe,
    kIn,          // path, literals
    kStartsWith,  // path, one literal; as the next two
    kEndsWith,
    kContains,
    kAny,      // path of a collection, one child over `variable`; no child: "is not empty"
    kCountEq,  // path/$count eq literal
    kCountNe,
  };
  Op op = Op::kAnd;
  std::string path;      // as written; inside any() the variable, or variable/path
  std::string variable;  // of any()
  std::vector<FilterLiteral> literals;
  std::vector<FilterNode> children;
};

// The error's message says what was expected and at which character (1-based). Texts longer than
// 8,192 bytes, nesting deeper than 32 and more than 512 terms are refused.
Result<FilterNode> parseFilter(std::string_view text);

}  // namespace tandem::tenant
