// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "connectors/connector.h"

namespace tandem::run {

// Between the thread on which a connector reads and the one thread that writes the store. Bounded:
// a reader that is faster than the store waits, so memory does not grow with the directory.
class ImportQueue : public connectors::ImportSink {
 public:
  explicit ImportQueue(std::function<bool()> is_cancelled)
      : is_cancelled_(std::move(is_cancelled)) {}

  // -- the connector's thread
  Result<void> take(std::vector<connectors::ImportItem>& items,
                    connectors::Watermark reached) override;
  void countFiltered(std::uint64_t objects, std::uint64_t deletions) override;
  void expect(std::uint64_t objects) override;
  bool isCancelled() const override;
  void becomesFull(const std::string& reason) override;
  void close();  // behind the last call

  // -- the writing thread
  struct Batch {
    std::vector<connectors::ImportItem> items;
    connectors::Watermark reached;
    std::optional<std::string> becomes_full;  // then there are no items
    std::size_t octets = 0;                   // that its items take, roughly
  };
  std::optional<Batch> next();  // nullopt: closed and drained
  void recycle(std::vector<connectors::ImportItem> items);
  // The connector's next call gets this error, and so its import ends.
  void fail(const Error& error);
  std::uint64_t filteredObjects() const;
  std::uint64_t filteredDeletions() const;
  std::uint64_t expected() const;

 private:
  bool mayTake() const;

  std::function<bool()> is_cancelled_;
  mutable std::mutex mutex_;
  std::condition_variable not_full_;
  std::condition_variable not_empty_;
  std::deque<Batch> batches_;
  std::size_t octets_ = 0;  // of batches_
  std::vector<std::vector<connectors::ImportItem>> spare_;
  std::optional<Error> failure_;
  bool closed_ = false;
  std::uint64_t filtered_objects_ = 0;
  std::uint64_t filtered_deletions_ = 0;
  std::uint64_t expected_ = 0;
};

}  // namespace tandem::run
