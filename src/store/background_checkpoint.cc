// SPDX-License-Identifier: Apache-2.0
#include "store/background_checkpoint.h"

#include <filesystem>

namespace tandem::store {
namespace {

// The log starts anew only when nobody reads from it, which evaluating threads always do. At this
// size the writer waits for a moment without them.
constexpr std::uintmax_t kLogBytesMax = 1ULL << 29;

constexpr const char* kLoose = "PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=NORMAL";
constexpr const char* kDurable = "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8000";

}  // namespace

BackgroundCheckpoint::BackgroundCheckpoint(Store& store, std::unique_ptr<Database> own)
    : store_(&store), own_(std::move(own)) {
  if (own_ != nullptr) thread_ = std::jthread([this] { work(); });
}

Result<std::unique_ptr<BackgroundCheckpoint>> BackgroundCheckpoint::start(Store& store) {
  std::unique_ptr<Database> own;
  if (store.path() != ":memory:") {
    own = TRY(Database::open(store.path(), Database::Mode::kWriter));
    TRY(store.database().execute(kLoose));
  }
  return std::unique_ptr<BackgroundCheckpoint>(new BackgroundCheckpoint(store, std::move(own)));
}

BackgroundCheckpoint::~BackgroundCheckpoint() {
  if (own_ == nullptr) return;
  stop();
  // Left by an error: the settings must not outlive it, and whoever reports has another one.
  const Result<void> restored = store_->database().execute(kDurable);
  static_cast<void>(restored.ok());
}

void BackgroundCheckpoint::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void BackgroundCheckpoint::work() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return is_wanted_ || is_stopping_; });
      if (is_stopping_) return;
      is_wanted_ = false;
    }
    Result<void> folded = own_->execute("PRAGMA wal_checkpoint(PASSIVE)");
    if (folded.ok()) continue;
    const std::lock_guard lock(mutex_);
    failure_ = std::move(folded);
    return;
  }
}

Result<void> BackgroundCheckpoint::committed() {
  if (own_ == nullptr) return {};
  {
    const std::lock_guard lock(mutex_);
    if (!failure_.ok()) return failure_;
    is_wanted_ = true;
  }
  wake_.notify_one();
  std::error_code none;
  const std::uintmax_t bytes = std::filesystem::file_size(store_->path() + "-wal", none);
  if (none || bytes < kLogBytesMax) return {};
  return store_->checkpoint();
}

Result<void> BackgroundCheckpoint::end() {
  if (own_ == nullptr) return {};
  stop();
  if (!failure_.ok()) return failure_;
  return store_->database().execute(kDurable);
}

}  // namespace tandem::store
