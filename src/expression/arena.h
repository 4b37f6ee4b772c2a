// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "expression/value.h"

namespace tandem::expression {

// Memory that is given out piece by piece and taken back all at once. After the first few objects
// it has the blocks it needs and asks for no more.
class Arena {
 public:
  // Eight-byte aligned, not initialised.
  char* allocate(std::size_t bytes) {
    const std::size_t rounded = (bytes + 7) & ~std::size_t{7};
    if (rounded > static_cast<std::size_t>(end_ - at_)) nextBlock(rounded);
    char* const piece = at_;
    at_ += rounded;
    return piece;
  }

  std::string_view copy(std::string_view text) {
    char* const piece = allocate(text.size());
    if (!text.empty()) std::memcpy(piece, text.data(), text.size());
    return {piece, text.size()};
  }

  Value* values(std::size_t count) {
    if (count == 0) return nullptr;  // of a call without arguments
    char* const piece = allocate(count * sizeof(Value));
    return new (piece) Value[count];
  }

  // All that was given out becomes invalid.
  void reset() {
    current_ = 0;
    at_ = blocks_.empty() ? nullptr : blocks_[0].bytes.get();
    end_ = blocks_.empty() ? nullptr : at_ + blocks_[0].size;
  }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };

  void nextBlock(std::size_t needed);

  std::vector<Block> blocks_;
  std::size_t current_ = 0;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace tandem::expression
