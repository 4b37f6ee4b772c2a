// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tandem::expression {

// Where in an expression something stands; both count from 1, columns in characters.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

// A remark about an expression.
struct Finding {
  Position position;
  std::string message;
  bool is_warning = false;
};

// "3:14: message"
std::string toString(const Finding& finding);

enum class SyntaxKind : std::uint8_t {
  kString,
  kInteger,
  kName,       // True, NULL, vbTextCompare, …
  kAttribute,  // [mail]
  kParameter,  // %Domain.FQDN%
  kVariable,   // $item
  kCall,       // text is the function's name
  kNegate,     // one child
  kOr,         // two or more children; also kAnd and kConcat
  kAnd,
  kConcat,
  kAdd,  // two children, as all that follow
  kSubtract,
  kMultiply,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
};

struct Syntax {
  SyntaxKind kind = SyntaxKind::kString;
  Position position;
  std::string text;  // string value, or the name
  std::int64_t integer = 0;
  std::vector<Syntax> children;
  std::uint32_t depth = 1;  // levels in this subtree
  bool in_parentheses = false;
};

}  // namespace tandem::expression
