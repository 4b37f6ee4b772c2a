// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tandem::store {

class Database;

// Asked before each commit of a writer; false: it does not happen, and fails. Tests end a server
// with it at a chosen moment, as a killed process would.
using MayCommit = std::function<bool()>;

// A prepared statement, made once and used many times. Columns are views until the next step() or
// reset(). A failure of the database in mid-work (disk full, damaged file) is kept: step() then
// says "no row" and error() says why, so that loops stay readable; callers test error() once behind
// them.
class Statement {
 public:
  Statement() = default;
  Statement(Database& database, std::string_view sql);  // aborts on SQL that is wrong
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) noexcept;

  Statement& bind(int index, std::int64_t value);
  Statement& bindText(int index, std::string_view value);
  Statement& bindBlob(int index, std::string_view value);
  Statement& bindNull(int index);

  bool step();  // true: a row. false: done, or an error that the database remembers
  void reset();
  Result<void> run();  // step to the end and reset

  std::int64_t integer(int column) const;
  std::string_view text(int column) const;
  std::string_view blob(int column) const;
  bool isNull(int column) const;

 private:
  Database* database_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
};

// One connection to one SQLite file, for one thread. The writer's connection owns the file's one
// write lock for as long as the process holds the home folder's lock.
class Database {
 public:
  enum class Mode {
    kWriter,
    kReader,
    kCopy  // a private copy (store/snapshot.h): one connection, nothing needs to be durable
  };
  static Result<std::unique_ptr<Database>> open(const std::string& path,
                                                Mode mode,
                                                MayCommit may_commit = {},
                                                const std::string& files = {});
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Result<void> execute(const std::string& sql);  // statements without parameters
  Result<void> begin();
  Result<void> commit();
  void rollback();
  bool isInTransaction() const;
  std::int64_t lastInsertId() const;
  std::int64_t changes() const;       // of the last statement
  std::int64_t totalChanges() const;  // rows written since it was opened
  std::optional<std::int64_t> queryInteger(std::string_view sql);

  // The first failure since the last call of takeError(), or ok.
  Result<void> takeError();

 private:
  friend class Statement;
  Database(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  Error describe(int code) const;
  void remember(int code);

  sqlite3* handle_;
  std::string path_;
  std::optional<Error> error_;
  MayCommit may_commit_;
};

// Rolls back unless committed: what belongs together is written whole or not at all.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  // For a reader that must see one commit through several statements.
  static Result<Transaction> beginReading(Database& database);
  ~Transaction();
  Transaction(Transaction&& other) noexcept : database_(other.database_) {
    other.database_ = nullptr;
  }
  Transaction& operator=(Transaction&&) = delete;
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

// "3.40.1", as loaded.
std::string databaseLibraryVersion();

}  // namespace tandem::store
