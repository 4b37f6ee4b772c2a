// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <random>
#include <span>

#include <fmt/format.h>

#include "base/embedded_file.h"

namespace tandem::store {

std::span<const EmbeddedFile> schemaFiles();     // sql/schema, in order
std::span<const EmbeddedFile> migrationFiles();  // sql/migrations: 002-….sql brings version 1 to 2
std::span<const EmbeddedFile> indexFiles();

namespace {

constexpr std::int64_t kSchemaVersion = 5;

}  // namespace

Store::Store(std::unique_ptr<Database> database, std::string path)
    : database_(std::move(database)), path_(std::move(path)) {}

Result<std::unique_ptr<Store>> Store::open(const std::string& path, MayCommit may_commit) {
  std::unique_ptr<Store> store(
      new Store(TRY(Database::open(path, Database::Mode::kWriter, std::move(may_commit))), path));
  TRY(store->createOrMigrate());
  TRY(store->finishBulkLoad());
  TRY(store->load());
  return store;
}

Result<std::unique_ptr<Store>> Store::openReader(const std::string& path) {
  std::unique_ptr<Store> store(new Store(TRY(Database::open(path, Database::Mode::kReader)), path));
  TRY(store->refuseOlder());
  TRY(store->load());
  return store;
}

Result<std::unique_ptr<Store>> Store::openCopy(const std::string& path, const std::string& files) {
  std::unique_ptr<Store> store(
      new Store(TRY(Database::open(path, Database::Mode::kCopy, {}, files)), ":memory:"));
  TRY(store->createOrMigrate());
  TRY(store->finishBulkLoad());
  TRY(store->load());
  return store;
}

Result<void> Store::load() {
  names_ = std::make_unique<Names>(*database_);
  TRY(names_->load());
  const std::uint64_t seed = std::stoull(setting("hash_seed").value_or("0"));
  checks_ = std::make_unique<Checks>(*database_);
  change_times_ = std::make_unique<ChangeTimes>(*database_);
  space_ = std::make_unique<ConnectorSpace>(*database_, *checks_, *change_times_, seed);
  metaverse_ = std::make_unique<Metaverse>(*database_);
  exports_ = std::make_unique<Exports>(*database_, *checks_, *change_times_);
  history_ = std::make_unique<RunHistory>(*database_);
  departures_ = std::make_unique<Departures>(*database_);
  return database_->takeError();
}

// A reader cannot bring a file up to date, and would look for tables that are not there.
Result<void> Store::refuseOlder() {
  const std::int64_t version = database_->queryInteger("PRAGMA user_version").value_or(0);
  TRY(database_->takeError());
  if (version >= kSchemaVersion) return {};
  // The first writer is between making the file and its first commit.
  if (version == 0) {
    return Error(ErrorCode::kUnavailable,
                 fmt::format("{} is only just being made: ask again in a second", path_));
  }
  return Error(ErrorCode::kInvalidArgument,
               fmt::format("{} was written by an older version and has not been brought up to date "
                           "yet; 'tandem serve', or 'tandem cycle', does so when it starts",
                           path_));
}

Result<void> Store::createOrMigrate() {
  const std::int64_t version = database_->queryInteger("PRAGMA user_version").value_or(0);
  TRY(database_->takeError());
  if (version > kSchemaVersion) {
    return Error(
        ErrorCode::kInvalidArgument,
        fmt::format("{} was written by a newer version (store format {}, this one reads up to {}); "
                    "install that version, or start with an empty home",
                    path_,
                    version,
                    kSchemaVersion));
  }
  if (version == kSchemaVersion) return {};
  Transaction transaction = TRY(Transaction::begin(*database_));
  if (version == 0) {
    for (const EmbeddedFile& file : schemaFiles()) {
      TRY_DOING(database_->execute(std::string(file.content)), file.name);
    }
    std::random_device random;
    const std::uint64_t seed = static_cast<std::uint64_t>(random()) << 32 | random();
    setSetting("hash_seed", std::to_string(seed));
  } else {
    for (const EmbeddedFile& file : migrationFiles()) {
      const std::int64_t to = std::stoll(std::string(file.name.substr(0, 3)));
      if (to > version) TRY_DOING(database_->execute(std::string(file.content)), file.name);
    }
  }
  TRY(database_->execute(fmt::format("PRAGMA user_version={}", kSchemaVersion)));
  return transaction.commit();
}

std::optional<std::string> Store::setting(std::string_view name) {
  Statement statement(*database_, "SELECT value FROM setting WHERE name = ?1");
  statement.bindText(1, name);
  if (!statement.step()) return std::nullopt;
  return std::string(statement.text(0));
}

void Store::setSetting(std::string_view name, std::string_view value) {
  Statement statement(*database_, "INSERT OR REPLACE INTO setting VALUES (?1, ?2)");
  statement.bindText(1, name).bindText(2, value).step();
}

void Store::clearSetting(std::string_view name) {
  Statement statement(*database_, "DELETE FROM setting WHERE name = ?1");
  statement.bindText(1, name).step();
}

Result<void> Store::beginBulkLoad() {
  checks_->forgetAll();
  return database_->execute(
      "DROP INDEX IF EXISTS cs_object_anchor; DROP INDEX IF EXISTS cs_object_dn;"
      "DROP INDEX IF EXISTS cs_reference_target; DROP INDEX IF EXISTS link_mv;");
}

Result<void> Store::beginBulkLinking() {
  checks_->forgetAll();
  return database_->execute("DROP INDEX IF EXISTS cs_object_dn; DROP INDEX IF EXISTS link_mv;");
}

Result<void> Store::finishBulkLoad() {
  return database_->execute(std::string(indexFiles().front().content));
}

Result<void> Store::checkpoint() {
  return database_->execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace tandem::store
