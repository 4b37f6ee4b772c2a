// SPDX-License-Identifier: Apache-2.0
//
// A server's durable state in one SQLite file. One thread writes, through the one Store opened as
// writer; any number of readers see the last commit. What is durable when is decided above, in
// sync/ and run/: a transaction is a page of import with its watermark, a batch of synchronized
// objects, or the answers of an export batch.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/change_times.h"
#include "store/checks.h"
#include "store/connector_space.h"
#include "store/database.h"
#include "store/departures.h"
#include "store/exports.h"
#include "store/history.h"
#include "store/metaverse.h"
#include "store/names.h"

namespace tandem::store {

class Store {
 public:
  // Creates the file when it is not there, and brings an older one up to date.
  static Result<std::unique_ptr<Store>> open(const std::string& path, MayCommit may_commit = {});
  static Result<std::unique_ptr<Store>> openReader(const std::string& path);
  // For Snapshot. Its path() is that of a store in memory: it has one connection.
  static Result<std::unique_ptr<Store>> openCopy(const std::string& path, const std::string& files);

  Database& database() { return *database_; }
  Names& names() { return *names_; }
  ConnectorSpace& space() { return *space_; }
  Metaverse& metaverse() { return *metaverse_; }
  Exports& exports() { return *exports_; }
  Checks& checks() { return *checks_; }
  ChangeTimes& changeTimes() { return *change_times_; }
  RunHistory& history() { return *history_; }
  Departures& departures() { return *departures_; }
  const std::string& path() const { return path_; }

  std::optional<std::string> setting(std::string_view name);
  void setSetting(std::string_view name, std::string_view value);
  void clearSetting(std::string_view name);

  // Around work that adds very many rows: drops the secondary indexes, and builds them again. Only
  // look-ups by id may be used in between. finishBulkLoad() is also done by open(), so a bulk load
  // that was killed leaves no trace.
  Result<void> beginBulkLoad();
  // The same for a load that provisions and links objects, but imports none: indexes that it adds
  // nothing to stay, as building them means reading every object.
  Result<void> beginBulkLinking();
  Result<void> finishBulkLoad();
  Result<void> checkpoint();  // folds the write-ahead log into the file

 private:
  Store(std::unique_ptr<Database> database, std::string path);
  Result<void> createOrMigrate();
  Result<void> refuseOlder();
  Result<void> load();

  std::unique_ptr<Database> database_;
  std::string path_;
  std::unique_ptr<Names> names_;
  std::unique_ptr<Checks> checks_;
  std::unique_ptr<ChangeTimes> change_times_;
  std::unique_ptr<ConnectorSpace> space_;
  std::unique_ptr<Metaverse> metaverse_;
  std::unique_ptr<Exports> exports_;
  std::unique_ptr<RunHistory> history_;
  std::unique_ptr<Departures> departures_;
};

}  // namespace tandem::store
