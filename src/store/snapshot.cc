// SPDX-License-Identifier: Apache-2.0
#include "store/snapshot.h"

#include "store/overlay_files.h"

namespace tandem::store {

Snapshot::Snapshot(std::unique_ptr<Database> reader, Transaction reading, std::string path)
    : reader_(std::move(reader)), reading_(std::move(reading)), path_(std::move(path)) {}

Snapshot::~Snapshot() = default;

Result<std::unique_ptr<Snapshot>> Snapshot::take(const std::string& path) {
  std::unique_ptr<Database> reader = TRY(Database::open(path, Database::Mode::kReader));
  Transaction reading = TRY(Transaction::beginReading(*reader));
  std::unique_ptr<Snapshot> snapshot(new Snapshot(std::move(reader), std::move(reading), path));
  snapshot->files_ = TRY(OverlayFiles::over(path));
  return snapshot;
}

Result<std::unique_ptr<Store>> Snapshot::copy() {
  return Store::openCopy(path_, files_->name());
}

}  // namespace tandem::store
