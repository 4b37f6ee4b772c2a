// SPDX-License-Identifier: Apache-2.0
#include "store/log_fold.h"

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

LogFold::LogFold(std::string path) : thread_([path = std::move(path)] { fold(path); }) {}

LogFold::~LogFold() {
  thread_.join();
}

}  // namespace tandem::store
