// SPDX-License-Identifier: Apache-2.0
//
// The grammar. Microsoft's page says that all operators have one priority; the shipped rules only
// make sense when comparisons bind tighter than && and ||. This is what reads both:
//
//   or    := and { '||' and }
//   and   := cmp { '&&' cmp }
//   cmp   := sum { ( '=' | '<>' | '<' | '<=' | '>' | '>=' ) sum }
//   sum   := unary { ( '+' | '-' | '*' | '&' ) unary }       one level, left to right
//   unary := '-' unary | primary
//   primary := '(' or ')' | text | number | NAME | [attribute] | %parameter% | $variable
//            | Name '(' [ or { ',' or } ] ')'
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "expression/limits.h"
#include "expression/syntax.h"

namespace tandem::expression {

// The tree, or nullopt with the first mistake in findings. Warnings come with a tree.
std::optional<Syntax> parse(std::string_view text, std::vector<Finding>& findings);

}  // namespace tandem::expression
