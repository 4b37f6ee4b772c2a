// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem {

// ASCII only: LDAP attribute names, keywords, URL schemes. Values of people go through foldCase().
std::string toLowerAscii(std::string_view text);
bool equalsIgnoreCaseAscii(std::string_view a, std::string_view b);

// Unicode simple case folding (utf8proc), with a fast path for ASCII. Invalid UTF-8 is kept as it
// is.
std::string foldCase(std::string_view text);
// The same, into a buffer that the caller reuses.
void foldCaseInto(std::string_view text, std::string& out);
void appendFoldedCase(std::string_view text, std::string& out);

// Unicode simple upper case.
std::string toUpperCase(std::string_view text);

std::string_view trimAscii(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::optional<std::int64_t> parseInteger(std::string_view text);  // decimal, whole text, no blanks

}  // namespace tandem
