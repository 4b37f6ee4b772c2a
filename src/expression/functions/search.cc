// SPDX-License-Identifier: Apache-2.0
#include "expression/functions/search.h"

#include <cstring>
#include <string>

namespace tandem::expression {

std::size_t findText(std::string_view text, std::string_view match, std::size_t from) {
  if (from > text.size()) return std::string_view::npos;
  if (match.empty()) return from;
  const void* const found =
      memmem(text.data() + from, text.size() - from, match.data(), match.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

std::size_t findLastText(std::string_view text, std::string_view match) {
  const std::string reversed(text.rbegin(), text.rend());
  const std::size_t found = findText(reversed, std::string(match.rbegin(), match.rend()));
  return found == std::string_view::npos ? found : text.size() - found - match.size();
}

}  // namespace tandem::expression
