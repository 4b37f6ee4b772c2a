// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tandem::directory {

// The engine's five attribute types. The codes are written to disk: do not change them.
enum class ValueType : std::uint8_t {
  kReference = 1,
  kBinary = 2,
  kString = 3,
  kInteger = 4,
  kBoolean = 5,
};

std::string_view toString(ValueType type);

// A value as a record holds it: always bytes.
//   kString    UTF-8             kBinary    octets          kReference  DN text
//   kInteger   8 bytes, big-endian, sign bit flipped (bytes sort as numbers do)
//   kBoolean   one byte, 0 or 1
std::string encodeInteger(std::int64_t value);
std::int64_t decodeInteger(std::string_view bytes);
inline std::string_view encodeBoolean(bool value) {
  using std::string_view_literals::operator""sv;
  return value ? "\x01"sv : "\x00"sv;
}
inline bool decodeBoolean(std::string_view bytes) {
  return !bytes.empty() && bytes[0] != 0;
}

// For people: numbers in decimal, booleans as True/False, octets as hex, text as it is.
std::string toDisplayText(ValueType type, std::string_view bytes);

}  // namespace tandem::directory
