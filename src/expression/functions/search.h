// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace tandem::expression {

// Where match stands in text, at from or behind it, or npos. In linear time whatever the two are:
// std::string_view::find() takes the product of the lengths for "aaa…" in "aaa…ab", and a rule must
// not be slow because somebody has an odd description.
std::size_t findText(std::string_view text, std::string_view match, std::size_t from = 0);
// The last occurrence.
std::size_t findLastText(std::string_view text, std::string_view match);

}  // namespace tandem::expression
