// SPDX-License-Identifier: Apache-2.0
//
// For work that writes very much and can be done again when it is interrupted. Folding the
// write-ahead log into the file, and waiting for the disk, take as long as the writing itself; here
// a thread and a connection of their own do both while the writer goes on.
//
// Commits meanwhile keep their order and stay whole, but the last ones can be lost when the power
// goes: the work must have left a mark, committed before, by which it is started again.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "store/store.h"

namespace tandem::store {

class BackgroundCheckpoint {
 public:
  // A store that lives in memory has no log, and then nothing is done.
  static Result<std::unique_ptr<BackgroundCheckpoint>> start(Store& store);
  ~BackgroundCheckpoint();
  // After each commit. Reports what went wrong in the background.
  Result<void> committed();
  // Every commit from now on is durable when it returns, and so is all before it.
  Result<void> end();

 private:
  BackgroundCheckpoint(Store& store, std::unique_ptr<Database> own);
  void work();
  void stop();

  Store* store_;
  std::unique_ptr<Database> own_;  // the thread's
  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_wanted_ = false;  // these three are guarded by mutex_
  bool is_stopping_ = false;
  Result<void> failure_;
  std::jthread thread_;
};

}  // namespace tandem::store
