// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/connector.h"

namespace tandem::connectors::ldap {

// Collects items and passes them on by the thousand.
class ItemBatch {
 public:
  explicit ItemBatch(ImportSink& sink) : sink_(sink) { items_.reserve(kSize); }

  ImportItem& add() { return items_.emplace_back(); }
  void dropLast() { items_.pop_back(); }
  void countFiltered(std::uint64_t objects, std::uint64_t deletions) {
    filtered_ += objects;
    filtered_deletions_ += deletions;
  }
  Result<void> passWhenFull() { return items_.size() < kSize ? Result<void>() : pass(); }
  Result<void> pass() {
    if (filtered_ + filtered_deletions_ > 0) sink_.countFiltered(filtered_, filtered_deletions_);
    filtered_ = 0;
    filtered_deletions_ = 0;
    if (sink_.isCancelled()) return Error(ErrorCode::kCancelled, "the import was cancelled");
    return items_.empty() ? Result<void>() : sink_.take(items_, std::nullopt);
  }
  Result<void> put(ImportItem item) {
    items_.push_back(std::move(item));
    return passWhenFull();
  }
  ImportSink& sink() { return sink_; }

 private:
  static constexpr std::size_t kSize = 1000;
  ImportSink& sink_;
  std::vector<ImportItem> items_;
  std::uint64_t filtered_ = 0;
  std::uint64_t filtered_deletions_ = 0;
};

}  // namespace tandem::connectors::ldap
