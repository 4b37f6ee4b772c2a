// SPDX-License-Identifier: Apache-2.0
#include "compare/wire.h"

#include <optional>

#include "base/bytes.h"

namespace tandem::compare {

void WireWriter::number(std::uint64_t value) {
  appendVarint(bytes_, value);
}

void WireWriter::fixed(std::uint64_t value) {
  for (unsigned shift = 0; shift < 64; shift += 8)
    bytes_ += static_cast<char>(value >> shift & 0xFF);
}

void WireWriter::text(std::string_view text) {
  number(text.size());
  bytes_.append(text);
}

void WireWriter::hash(const Hash128& hash) {
  fixed(hash.low);
  fixed(hash.high);
}

void WireReader::fail() {
  good_ = false;
  rest_ = {};
}

std::uint64_t WireReader::number(std::uint64_t at_most) {
  const std::optional<std::uint64_t> value = readVarint(rest_);
  if (value && *value <= at_most) return *value;
  fail();
  return 0;
}

std::size_t WireReader::count(std::size_t bytes_each) {
  const std::uint64_t value = number();
  if (value <= rest_.size() / bytes_each) return static_cast<std::size_t>(value);
  fail();
  return 0;
}

std::uint64_t WireReader::fixed() {
  if (rest_.size() < 8) {
    fail();
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;)
    value = value << 8U | static_cast<unsigned char>(rest_[i]);
  rest_.remove_prefix(8);
  return value;
}

std::string_view WireReader::text(std::size_t at_most) {
  const std::size_t length = count(1);
  if (length > at_most) fail();
  if (!good_) return {};
  const std::string_view text = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return text;
}

Hash128 WireReader::hash() {
  Hash128 hash;
  hash.low = fixed();
  hash.high = fixed();
  return hash;
}

}  // namespace tandem::compare
