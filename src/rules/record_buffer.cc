// SPDX-License-Identifier: Apache-2.0
#include "rules/record_buffer.h"

#include <algorithm>

namespace tandem::rules {

void RecordBuffer::addAll(const directory::AttributeDefinition& attribute,
                          std::vector<std::string_view>& values) {
  if (values.size() > 1) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }
  std::size_t bytes = 0;
  for (const std::string_view value : values)
    bytes += kVarintBytesMax + value.size();
  char* at = head(attribute, static_cast<std::uint32_t>(values.size()), bytes);
  for (const std::string_view value : values)
    at = copy(writeVarint(at, value.size()), value);
  size_ = static_cast<std::size_t>(at - bytes_.get());
}

void RecordBuffer::grow(std::size_t needed) {
  const std::size_t capacity = std::max<std::size_t>(needed, capacity_ * 2);
  std::unique_ptr<char[]> bytes(new char[capacity]);  // make_unique would fill it first
  copy(bytes.get(), view());
  bytes_.swap(bytes);
  capacity_ = capacity;
}

}  // namespace tandem::rules
