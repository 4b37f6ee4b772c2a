// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "base/varint.h"
#include "directory/schema.h"

namespace tandem::rules {

// A record in canonical form while flows write it, ascending by attribute. Every attribute of every
// object passes through here, so room is made once an attribute, and then bytes go to their place:
// appending them to a std::string piece by piece took a tenth of a full synchronization.
class RecordBuffer {
 public:
  void clear() { size_ = 0; }
  std::string_view view() const { return {bytes_.get(), size_}; }

  // count values as a record holds them. None at all: the attribute is to be absent.
  void add(const directory::AttributeDefinition& attribute,
           std::uint32_t count,
           std::string_view encoded) {
    char* at = head(attribute, count, encoded.size());
    at = copy(at, encoded);
    size_ = static_cast<std::size_t>(at - bytes_.get());
  }

  void addOne(const directory::AttributeDefinition& attribute, std::string_view value) {
    char* at = head(attribute, 1, kVarintBytesMax + value.size());
    at = writeVarint(at, value.size());
    at = copy(at, value);
    size_ = static_cast<std::size_t>(at - bytes_.get());
  }

  // Sorts the values and drops repeats.
  void addAll(const directory::AttributeDefinition& attribute,
              std::vector<std::string_view>& values);

 private:
  static constexpr unsigned char kMultiFlag = 0x80;

  static char* copy(char* to, std::string_view from) {
    if (!from.empty()) std::memcpy(to, from.data(), from.size());
    return to + from.size();
  }

  // The place behind the attribute's head, with room for so many bytes.
  char* head(const directory::AttributeDefinition& attribute,
             std::uint32_t count,
             std::size_t bytes) {
    const std::size_t needed = size_ + 2 * kVarintBytesMax + 1 + bytes;
    if (needed > capacity_) grow(needed);
    char* at = writeVarint(bytes_.get() + size_, attribute.id.raw());
    const auto code = static_cast<unsigned char>(attribute.type);
    *at++ = static_cast<char>(attribute.multi || count > 1 ? code | kMultiFlag : code);
    return writeVarint(at, count);
  }

  void grow(std::size_t needed);

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace tandem::rules
