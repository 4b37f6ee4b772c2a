// SPDX-License-Identifier: Apache-2.0
#include "run/import_queue.h"

namespace tandem::run {
namespace {

// Deep enough that reading goes on while the store's thread waits for the disk at a checkpoint, and
// shallow enough in octets that entries with pictures do not pile up.
constexpr std::size_t kBatchesMax = 32;
constexpr std::size_t kOctetsMax = 24 * 1024 * 1024;
constexpr std::size_t kSpareMax = 4;

std::size_t octetsOf(const std::vector<connectors::ImportItem>& items) {
  std::size_t octets = 0;
  for (const connectors::ImportItem& item : items) {
    octets += sizeof item + item.dn.size() + item.image.size();
    // A reference is a name of about this length.
    octets += item.references.size() * (sizeof(connectors::ImportedReference) + 64);
  }
  return octets;
}

}  // namespace

Result<void> ImportQueue::take(std::vector<connectors::ImportItem>& items,
                               connectors::Watermark reached) {
  Batch batch;
  batch.octets = octetsOf(items);
  std::unique_lock lock(mutex_);
  not_full_.wait(lock, [this] { return failure_ || mayTake(); });
  if (failure_) return *failure_;
  batch.reached = std::move(reached);
  batch.items.swap(items);
  octets_ += batch.octets;
  batches_.push_back(std::move(batch));
  if (!spare_.empty()) {
    items.swap(spare_.back());
    spare_.pop_back();
  }
  not_empty_.notify_one();
  return {};
}

bool ImportQueue::mayTake() const {
  return batches_.empty() || (batches_.size() < kBatchesMax && octets_ < kOctetsMax);
}

void ImportQueue::countFiltered(std::uint64_t objects, std::uint64_t deletions) {
  const std::lock_guard lock(mutex_);
  filtered_objects_ += objects;
  filtered_deletions_ += deletions;
}

void ImportQueue::expect(std::uint64_t objects) {
  const std::lock_guard lock(mutex_);
  expected_ += objects;
}

bool ImportQueue::isCancelled() const {
  return is_cancelled_();
}

void ImportQueue::becomesFull(const std::string& reason) {
  const std::lock_guard lock(mutex_);
  Batch batch;
  batch.becomes_full = reason;
  batches_.push_back(std::move(batch));
  not_empty_.notify_one();
}

void ImportQueue::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  not_empty_.notify_one();
}

std::optional<ImportQueue::Batch> ImportQueue::next() {
  std::unique_lock lock(mutex_);
  not_empty_.wait(lock, [this] { return closed_ || !batches_.empty(); });
  if (batches_.empty()) return std::nullopt;
  Batch batch = std::move(batches_.front());
  batches_.pop_front();
  octets_ -= batch.octets;
  not_full_.notify_one();
  return batch;
}

void ImportQueue::recycle(std::vector<connectors::ImportItem> items) {
  items.clear();
  const std::lock_guard lock(mutex_);
  if (spare_.size() < kSpareMax) spare_.push_back(std::move(items));
}

void ImportQueue::fail(const Error& error) {
  const std::lock_guard lock(mutex_);
  failure_ = error;
  batches_.clear();
  octets_ = 0;
  not_full_.notify_all();
}

std::uint64_t ImportQueue::filteredObjects() const {
  const std::lock_guard lock(mutex_);
  return filtered_objects_;
}

std::uint64_t ImportQueue::filteredDeletions() const {
  const std::lock_guard lock(mutex_);
  return filtered_deletions_;
}

std::uint64_t ImportQueue::expected() const {
  const std::lock_guard lock(mutex_);
  return expected_;
}

}  // namespace tandem::run
