// SPDX-License-Identifier: Apache-2.0
#include "expression/arena.h"

#include <algorithm>

namespace tandem::expression {

void Arena::nextBlock(std::size_t needed) {
  constexpr std::size_t kBlockBytes = 16 * 1024;
  // Blocks from an earlier object are used again; one that is too small now is passed over.
  std::size_t next = at_ == nullptr ? 0 : current_ + 1;
  while (next < blocks_.size() && blocks_[next].size < needed)
    ++next;
  if (next >= blocks_.size()) {
    const std::size_t size = std::max(needed, kBlockBytes);
    blocks_.push_back({std::make_unique<char[]>(size), size});
    next = blocks_.size() - 1;
  }
  current_ = next;
  at_ = blocks_[next].bytes.get();
  end_ = at_ + blocks_[next].size;
}

}  // namespace tandem::expression
