// SPDX-License-Identifier: Apache-2.0
#include "run/import_run.h"

#include <thread>

#include <fmt/format.h>

#include "run/catching_up.h"
#include "run/clock_check.h"
#include "run/import_queue.h"
#include "sync/stager.h"

namespace tandem::run {
namespace {

using connectors::ImportOutcome;
using connectors::ImportRequest;

// For connectors that ask what is known already. Lives on the connector's thread, so it reads
// through a connection of its own.
class StoredObjects : public connectors::KnownObjects {
 public:
  StoredObjects(store::Store& reader, directory::ConnectorId connector)
      : reader_(&reader), connector_(connector) {}
  std::optional<std::string> dnOf(std::string_view anchor) const override {
    const auto id = reader_->space().findByAnchor(connector_, anchor);
    if (!id) return std::nullopt;
    const auto row = reader_->space().find(*id);
    if (!row || !row->has_image) return std::nullopt;
    return row->dn;
  }

 private:
  store::Store* reader_;
  directory::ConnectorId connector_;
};

class Import {
 public:
  Import(Server& server,
         ServerConnector& connector,
         const sync::Engine& engine,
         const RunOptions& options,
         StepRecord& record)
      : server_(server),
        connector_(connector),
        options_(options),
        record_(record),
        stager_(std::make_unique<sync::Stager>(engine, connector.id, record)),
        engine_(engine) {}

  Result<StepEnd> run(bool full);

 private:
  Result<void> readPartition(const std::string& partition, bool full, bool only_one);
  Result<void> drain(ImportQueue& queue, const std::string& partition, bool only_one);
  std::vector<directory::AttributeId> attributes();
  sync::AbsenceGuard guard() const;

  Server& server_;
  ServerConnector& connector_;
  const RunOptions& options_;
  StepRecord& record_;
  std::unique_ptr<sync::Stager> stager_;
  const sync::Engine& engine_;
  std::vector<std::pair<std::string, ImportOutcome>> outcomes_;
  std::string why_full_;
  std::uint64_t expected_ = 0;
};

std::vector<directory::AttributeId> Import::attributes() {
  std::vector<directory::AttributeId> wanted = engine_.rules->attributesRead(connector_.id);
  const std::vector<directory::AttributeId> written =
      engine_.rules->attributesWritten(connector_.id);
  wanted.insert(wanted.end(), written.begin(), written.end());
  for (const std::string& name : connector_.policy->extra_attributes) {
    wanted.push_back(server_.store().names().attributes().intern(name));
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

sync::AbsenceGuard Import::guard() const {
  const policy::AbsenceGuard& from = server_.policy().thresholds.absence;
  sync::AbsenceGuard guard;
  guard.enabled = from.enabled && !options_.ignore_absence_guard;
  guard.percent = static_cast<int>(from.percent);
  guard.percent_from = from.percent_applies_above;
  return guard;
}

Result<void> Import::drain(ImportQueue& queue, const std::string& partition, bool only_one) {
  while (std::optional<ImportQueue::Batch> batch = queue.next()) {
    if (batch->becomes_full) {
      why_full_ = *batch->becomes_full;
      if (stager_->isFull()) continue;
      // With several partitions only a full import of all of them can tell what is gone.
      if (!only_one) return Error(ErrorCode::kFullImportRequired, why_full_);
      TRY(stager_->beginFull());
      continue;
    }
    TRY(stager_->stage(batch->items, partition, batch->reached));
    queue.recycle(std::move(batch->items));
    expected_ = std::max(expected_, queue.expected());
    record_.progress(stager_->staged(), static_cast<std::int64_t>(expected_));
  }
  return {};
}

Result<void> Import::readPartition(const std::string& partition, bool full, bool only_one) {
  ImportRequest request;
  request.partition = partition;
  request.from = server_.store().space().watermark(connector_.id, partition);
  request.full = full;
  request.attributes = attributes();
  const std::unique_ptr<store::Store> reader =
      TRY(store::Store::openReader(server_.store().path()));
  const StoredObjects known(*reader, connector_.id);
  request.known = &known;
  ImportQueue queue([this] { return record_.isCancelled(); });
  std::optional<Result<ImportOutcome>> outcome;
  std::thread reading([&] {
    outcome.emplace(connector_.connector->import(request, queue));
    queue.close();
  });
  // Loading what is known takes its time; the directory is read meanwhile.
  Result<void> staged = full && !stager_->isFull() ? stager_->beginFull() : Result<void>();
  if (staged.ok()) staged = drain(queue, partition, only_one);
  if (!staged.ok()) {
    queue.fail(staged.error());
    while (queue.next()) {
    }
  }
  reading.join();
  record_.countOnly("filtered-objects", static_cast<std::int64_t>(queue.filteredObjects()));
  record_.countOnly("filtered-deletions", static_cast<std::int64_t>(queue.filteredDeletions()));
  TRY(std::move(staged));
  outcomes_.emplace_back(partition, TRY(std::move(*outcome)));
  return {};
}

Result<StepEnd> Import::run(bool full) {
  const std::uint64_t epoch = epochInForce(server_);
  const std::vector<std::string> partitions = TRY(connector_.connector->partitions());
  const bool only_one = partitions.size() == 1;
  for (const std::string& partition : partitions) {
    if (full || server_.store().space().watermark(connector_.id, partition)) continue;
    full = true;
    why_full_ = "there is no watermark of an earlier import";
  }
  if (full && partitions.empty()) TRY(stager_->beginFull());
  for (const std::string& partition : partitions) {
    TRY_DOING(readPartition(partition, full, only_one), fmt::format("importing {}", partition));
  }
  const bool complete = std::all_of(
      outcomes_.begin(), outcomes_.end(), [](const auto& one) { return one.second.complete; });
  TRY(stager_->finish(complete, guard()));
  store::Transaction transaction = TRY(store::Transaction::begin(server_.store().database()));
  StepEnd end;
  end.result = record_.problems() > 0 ? "completed-discovery-errors" : "success";
  for (const auto& [partition, outcome] : outcomes_) {
    // An incomplete reading must not be built upon: the next import reads everything again.
    if (outcome.watermark && complete) {
      server_.store().space().setWatermark(connector_.id, partition, *outcome.watermark);
    }
    if (!outcome.full_import_reason.empty()) why_full_ = outcome.full_import_reason;
    for (const std::string& warning : outcome.warnings) {
      if (end.result == "success") end.result = "completed-warnings";
      end.message += (end.message.empty() ? "" : "; ") + warning;
    }
  }
  if (const std::string clocks = noteClock(server_.store(), connector_); !clocks.empty()) {
    if (end.result == "success") end.result = "completed-warnings";
    end.message += (end.message.empty() ? "" : "; ") + clocks;
  }
  if (complete) {
    noteImported(server_, connector_, epoch);
  } else {
    if (end.result == "success") end.result = "completed-warnings";
    end.message += (end.message.empty() ? "" : "; ") +
                   std::string("not everything could be read, so nothing was taken for deleted");
  }
  if (!why_full_.empty()) {
    end.message =
        "everything was imported: " + why_full_ + (end.message.empty() ? "" : "; " + end.message);
  }
  TRY(transaction.commit());
  return end;
}

}  // namespace

Result<StepEnd> runImport(Server& server,
                          ServerConnector& connector,
                          bool full,
                          const RunOptions& options,
                          StepRecord& record) {
  // The tenant's domains may change at any time, and are one small request; a directory's schema is
  // large and changes with installations.
  if (full || !connector.isSource()) TRY(server.refreshFacts(connector));
  sync::Engine engine = TRY(server.engine());
  {
    Import import(server, connector, engine, options, record);
    Result<StepEnd> end = import.run(full);
    if (end.ok() || full || end.error().code() != ErrorCode::kFullImportRequired) return end;
    const std::string why = end.error().message();
    Import again(server, connector, engine, options, record);
    end = again.run(/*full=*/true);
    if (!end.ok()) return end;
    end.value().message = "everything was imported: " + why +
                          (end.value().message.empty() ? "" : "; ") + end.value().message;
    return end;
  }
}

}  // namespace tandem::run
