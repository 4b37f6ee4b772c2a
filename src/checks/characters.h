// SPDX-License-Identifier: Apache-2.0
//
// Which characters an attribute takes. A set is of ASCII characters; what lies beyond ASCII is in
// or out as a whole.
#pragma once

#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>

namespace tandem::checks {

class CharacterSet {
 public:
  constexpr CharacterSet() = default;
  static CharacterSet of(std::string_view characters);
  static CharacterSet lettersAndDigits();
  CharacterSet with(std::string_view characters) const;
  // A blank, a tab, a line end …
  CharacterSet withSpaces() const { return with(" \t\n\v\f\r"); }
  CharacterSet withBeyondAscii() const;
  CharacterSet inverted() const;

  bool has(char c) const { return set_.test(static_cast<unsigned char>(c)); }
  bool hasAny(std::string_view text) const;

 private:
  std::bitset<256> set_;
};

// The text without the characters of the set.
std::string without(std::string_view text, const CharacterSet& set);
// As the tenant counts: characters.
std::size_t lengthOf(std::string_view text);
// Its first so many characters.
std::string cutTo(std::string_view text, std::size_t characters);

}  // namespace tandem::checks
