// SPDX-License-Identifier: Apache-2.0
#include "checks/characters.h"

#include <algorithm>

#include "expression/functions/characters.h"

namespace tandem::checks {

CharacterSet CharacterSet::of(std::string_view characters) {
  return CharacterSet().with(characters);
}

CharacterSet CharacterSet::lettersAndDigits() {
  return of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}

CharacterSet CharacterSet::with(std::string_view characters) const {
  CharacterSet more = *this;
  for (const char c : characters)
    more.set_.set(static_cast<unsigned char>(c));
  return more;
}

CharacterSet CharacterSet::withBeyondAscii() const {
  CharacterSet more = *this;
  for (std::size_t c = 0x80; c < 0x100; ++c)
    more.set_.set(c);
  return more;
}

CharacterSet CharacterSet::inverted() const {
  CharacterSet other = *this;
  other.set_.flip();
  return other;
}

bool CharacterSet::hasAny(std::string_view text) const {
  return std::any_of(text.begin(), text.end(), [this](char c) { return has(c); });
}

std::string without(std::string_view text, const CharacterSet& set) {
  std::string out;
  std::copy_if(
      text.begin(), text.end(), std::back_inserter(out), [&](char c) { return !set.has(c); });
  return out;
}

std::size_t lengthOf(std::string_view text) {
  return static_cast<std::size_t>(expression::countCharacters(text));
}

std::string cutTo(std::string_view text, std::size_t characters) {
  return std::string(expression::leftCharacters(text, static_cast<std::int64_t>(characters)));
}

}  // namespace tandem::checks
