// SPDX-License-Identifier: Apache-2.0
#include "directory/value.h"

#include "base/bytes.h"
#include "base/check.h"

namespace tandem::directory {

std::string_view toString(ValueType type) {
  switch (type) {
    case ValueType::kReference:
      return "reference";
    case ValueType::kBinary:
      return "binary";
    case ValueType::kString:
      return "string";
    case ValueType::kInteger:
      return "integer";
    case ValueType::kBoolean:
      return "boolean";
  }
  return "unknown";
}

std::string encodeInteger(std::int64_t value) {
  const std::uint64_t bits = static_cast<std::uint64_t>(value) ^ (1ULL << 63);
  std::string out(8, '\0');
  for (std::size_t i = 0; i < 8; ++i)
    out[i] = static_cast<char>(bits >> (56 - 8 * i) & 0xFF);
  return out;
}

std::int64_t decodeInteger(std::string_view bytes) {
  TANDEM_CHECK(bytes.size() == 8);
  std::uint64_t bits = 0;
  for (const char c : bytes)
    bits = bits << 8 | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(bits ^ (1ULL << 63));
}

std::string toDisplayText(ValueType type, std::string_view bytes) {
  switch (type) {
    case ValueType::kInteger:
      return std::to_string(decodeInteger(bytes));
    case ValueType::kBoolean:
      return decodeBoolean(bytes) ? "True" : "False";
    case ValueType::kBinary:
      return toHex(bytes);
    case ValueType::kReference:
    case ValueType::kString:
      return std::string(bytes);
  }
  return {};
}

}  // namespace tandem::directory
