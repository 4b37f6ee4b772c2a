// SPDX-License-Identifier: Apache-2.0
#include "store/database.h"

#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/check.h"

namespace tandem::store {
namespace {

// Measured choices: 16 KiB pages halve the cost of loading and reading records of about 1 KB; FULL
// costs nothing at 10,000 objects a transaction and makes a commit survive a power loss.
// Patience comes first: whoever opens the file after a crash recovers its log, and others wait.
constexpr const char* kWriterSettings =
    "PRAGMA busy_timeout=10000; PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA "
    "synchronous=FULL;"
    "PRAGMA wal_autocheckpoint=8000; PRAGMA cache_size=-65536; PRAGMA foreign_keys=ON;"
    "PRAGMA temp_store=MEMORY;";
constexpr const char* kReaderSettings =
    "PRAGMA busy_timeout=10000; PRAGMA query_only=ON; PRAGMA cache_size=-32768;"
    "PRAGMA mmap_size=1073741824; PRAGMA temp_store=MEMORY;";

// The log's index is in memory only if that is asked for before anything else.
constexpr const char* kCopySettings =
    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
    "PRAGMA cache_size=-65536; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;";

const char* settingsFor(Database::Mode mode) {
  switch (mode) {
    case Database::Mode::kWriter:
      return kWriterSettings;
    case Database::Mode::kReader:
      return kReaderSettings;
    case Database::Mode::kCopy:
      return kCopySettings;
  }
  return kReaderSettings;
}

std::string adviceFor(int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return "the disk is full: free space on its file system, then run the same command again; "
             "nothing of the unfinished step was kept";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "the file is damaged: restore it from a backup, or start from an empty home and run "
             "an "
             "initial cycle";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return "check that the file and its folder exist and that this user may write there";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process holds the file: stop it, or wait until it has finished";
    case SQLITE_IOERR:
      return "the disk reported an error: look at the kernel log, then run the command again";
    default:
      return "run the command again; if it persists, report it with this message";
  }
}

}  // namespace

Statement::Statement(Database& database, std::string_view sql) : database_(&database) {
  const int code = sqlite3_prepare_v3(database.handle_,
                                      sql.data(),
                                      static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT,
                                      &statement_,
                                      nullptr);
  if (code != SQLITE_OK) database.remember(code);
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Statement::Statement(Statement&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)),
      statement_(std::exchange(other.statement_, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(database_, other.database_);
  std::swap(statement_, other.statement_);
  return *this;
}

Statement& Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_, index, value);
  return *this;
}

Statement& Statement::bindText(int index, std::string_view value) {
  sqlite3_bind_text(statement_, index, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bindBlob(int index, std::string_view value) {
  // A null pointer would bind NULL, and an empty record is not "no record".
  const char* bytes = value.data() == nullptr ? "" : value.data();
  sqlite3_bind_blob(statement_, index, bytes, static_cast<int>(value.size()), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bindNull(int index) {
  sqlite3_bind_null(statement_, index);
  return *this;
}

bool Statement::step() {
  // After a failure nothing more is done until somebody has taken the error: SQLite may have rolled
  // back the transaction by itself, and what followed would be committed piece by piece.
  if (statement_ == nullptr || database_->error_) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) database_->remember(code);
  return false;
}

void Statement::reset() {
  sqlite3_reset(statement_);
}

Result<void> Statement::run() {
  while (step()) {
  }
  reset();
  return database_->takeError();
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::text(int column) const {
  const auto* bytes = sqlite3_column_text(statement_, column);
  return {reinterpret_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::string_view Statement::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::isNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path,
                                                 Mode mode,
                                                 MayCommit may_commit,
                                                 const std::string& files) {
  // Counting allocations takes a lock that all evaluating threads would share.
  static std::once_flag configured;
  std::call_once(configured, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE |
                    (mode == Mode::kWriter ? SQLITE_OPEN_CREATE : 0);
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, flags, files.empty() ? nullptr : files.c_str());
  std::unique_ptr<Database> database(new Database(handle, path));
  if (code != SQLITE_OK) return database->describe(code);
  sqlite3_extended_result_codes(handle, 1);
  if (may_commit) {
    database->may_commit_ = std::move(may_commit);
    sqlite3_commit_hook(
        handle,
        [](void* hook) { return (*static_cast<MayCommit*>(hook))() ? 0 : 1; },
        &database->may_commit_);
  }
  TRY(database->execute(settingsFor(mode)));
  return database;
}

Database::~Database() {
  sqlite3_close_v2(handle_);
}

Result<void> Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return describe(code);
  return {};
}

Result<void> Database::begin() {
  return execute("BEGIN IMMEDIATE");
}

Result<void> Database::commit() {
  TRY(takeError());
  return execute("COMMIT");
}

void Database::rollback() {
  error_.reset();
  if (isInTransaction()) sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
}

bool Database::isInTransaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

std::int64_t Database::lastInsertId() const {
  return sqlite3_last_insert_rowid(handle_);
}

std::int64_t Database::totalChanges() const {
  return sqlite3_total_changes64(handle_);
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_);
}

std::optional<std::int64_t> Database::queryInteger(std::string_view sql) {
  Statement statement(*this, sql);
  if (!statement.step() || statement.isNull(0)) return std::nullopt;
  return statement.integer(0);
}

Result<void> Database::takeError() {
  if (!error_) return {};
  Error error = *std::move(error_);
  error_.reset();
  return error;
}

Error Database::describe(int code) const {
  const int kind = code & 0xFF;
  const bool damaged = kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB;
  return Error(damaged               ? ErrorCode::kCorruption
               : kind == SQLITE_FULL ? ErrorCode::kStorageFull
                                     : ErrorCode::kUnavailable,
               fmt::format("{}: {}; {}", path_, sqlite3_errmsg(handle_), adviceFor(code)));
}

void Database::remember(int code) {
  if (!error_) error_ = describe(code);
}

Result<Transaction> Transaction::begin(Database& database) {
  TRY(database.begin());
  return Transaction(database);
}

Result<Transaction> Transaction::beginReading(Database& database) {
  TRY(database.execute("BEGIN DEFERRED"));
  Transaction transaction(database);
  // The snapshot is that of the first read, not of BEGIN.
  database.queryInteger("SELECT 1 FROM setting LIMIT 1");
  TRY(database.takeError());
  return transaction;
}

Transaction::~Transaction() {
  if (database_ != nullptr) database_->rollback();
}

Result<void> Transaction::commit() {
  TRY(database_->commit());
  database_ = nullptr;
  return {};
}

std::string databaseLibraryVersion() {
  return sqlite3_libversion();
}

}  // namespace tandem::store
