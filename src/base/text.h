// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem {

// ASCII only: LDAP attribute names, keywords, URL schemes. Values of people go through foldCase().
std::string toLowerAscii(std::string_view text);
void toLowerAsciiInto(std::string_view text, std::string& out);
bool equalsIgnoreCaseAscii(std::string_view a, std::string_view b);

// Unicode simple case folding (utf8proc), with a fast path for ASCII. Invalid UTF-8 is kept as it
// is.
std::string foldCase(std::string_view text);
// The same, into a buffer that the caller reuses.
void foldCaseInto(std::string_view text, std::string& out);
void appendFoldedCase(std::string_view text, std::string& out);

// Unicode simple upper case.
std::string toUpperCase(std::string_view text);

// Where the first character stands that a JSON string must escape; the text's size when none does.
// UTF-8 needs no escape.
std::size_t findJsonEscape(std::string_view text, std::size_t from = 0);

std::string_view trimAscii(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::optional<std::int64_t> parseInteger(std::string_view text);  // decimal, whole text, no blanks

}  // namespace tandem
