// SPDX-License-Identifier: Apache-2.0
#include "store/background_checkpoint.h"

#include <utility>

#include "store/database.h"

namespace tandem::store {
namespace {

void fold(const std::string& path) {
  const auto database = Database::open(path, Database::Mode::kReader);
  if (!database.ok()) return;
  // PASSIVE waits for nobody and holds up nobody.
  static_cast<void>(database.value()->execute("PRAGMA wal_checkpoint(PASSIVE)").ok());
}

}  // namespace

BackgroundCheckpoint::BackgroundCheckpoint(std::string path)
    : thread_([path = std::move(path)] { fold(path); }) {}

BackgroundCheckpoint::~BackgroundCheckpoint() {
  thread_.join();
}

}  // namespace tandem::store
