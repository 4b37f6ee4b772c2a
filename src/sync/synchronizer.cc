// SPDX-License-Identifier: Apache-2.0
#include "sync/synchronizer.h"

#include "sync/full_synchronizer.h"
#include "sync/object_sync.h"

namespace tandem::sync {
namespace {

constexpr std::size_t kBatch = 500;
const Error kCancelled(ErrorCode::kCancelled,
                       "stopped on request; what was finished is kept, the next run goes on");

}  // namespace

Result<void> Synchronizer::synchronizePending(ConnectorId connector) {
  store::Store& store = *engine_->store;
  ObjectSync objects(*engine_, *recorder_, /*revisit_referrers=*/true);
  ConnectorObjectId after;
  std::int64_t done = 0;
  const std::int64_t total = store.space().pendingImportCount(connector, ~0U);
  for (;;) {
    const std::vector<store::PendingImportRow> rows =
        store.space().pendingImports(connector, after, kBatch);
    TRY(store.database().takeError());
    if (rows.empty()) break;
    if (recorder_->isCancelled()) return kCancelled;
    store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
    for (const store::PendingImportRow& row : rows) {
      const store::FromChange from(store.changeTimes(), row.changed_at);
      objects.synchronize(row.id, row.what);
    }
    TRY_DOING(transaction.commit(), "synchronizing");
    after = rows.back().id;
    done += static_cast<std::int64_t>(rows.size());
    recorder_->progress(done, std::max(total, done));
  }
  return finishReferences();
}

Result<void> Synchronizer::synchronizeAll(ConnectorId connector) {
  TRY(FullSynchronizer(*engine_, *recorder_, connector).run());
  return finishReferences();
}

Result<void> Synchronizer::finishReferences() {
  store::Store& store = *engine_->store;
  ObjectSync objects(*engine_, *recorder_, /*revisit_referrers=*/true);
  store::Statement list(store.database(),
                        "SELECT object, what, changed_at FROM cs_pending_import WHERE object > ?1 "
                        "AND (what & ?2) <> 0 "
                        "ORDER BY object LIMIT ?3");
  ConnectorObjectId after;
  for (;;) {
    std::vector<store::PendingImportRow> rows;
    list.bind(1, after.raw())
        .bind(2, store::PendingImport::kReferences | kAllReferences)
        .bind(3, kBatch);
    while (list.step()) {
      rows.push_back({ConnectorObjectId(list.integer(0)),
                      static_cast<std::uint32_t>(list.integer(1)),
                      list.integer(2)});
    }
    list.reset();
    TRY(store.database().takeError());
    if (rows.empty()) return {};
    if (recorder_->isCancelled()) return kCancelled;
    store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
    constexpr std::uint32_t kOnlyReferences =
        store::PendingImport::kReferences | kAllReferences | store::PendingImport::kRetry;
    for (const store::PendingImportRow& row : rows) {
      // Attributes first: an object of another connector that has more to do waits for its own run.
      if ((row.what & ~kOnlyReferences) != 0) continue;
      const store::FromChange from(store.changeTimes(), row.changed_at);
      objects.synchronizeReferences(row.id, row.what);
    }
    TRY_DOING(transaction.commit(), "synchronizing references");
    after = rows.back().id;
  }
}

}  // namespace tandem::sync
