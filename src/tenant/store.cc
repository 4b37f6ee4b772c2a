// SPDX-License-Identifier: Apache-2.0
#include "tenant/store.h"

#include <algorithm>
#include <condition_variable>
#include <future>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <sqlite3.h>
#include <sys/stat.h>

#include "base/log.h"
#include "tenant/schema.h"

namespace tandem::tenant {
namespace {

struct Operation {
  enum class Type : std::uint8_t {
    kPutObject,
    kAddMember,
    kRemoveMember,
    kPutRemoval,
    kPutSetting,
    kRemoveSetting,
    kForgetRemovals,
  };
  Type type;
  std::int64_t a = 0;
  std::int64_t b = 0;
  std::int64_t c = 0;
  std::string key = {};
  std::string bytes = {};
};

constexpr const char* kStatements[] = {
    "INSERT OR REPLACE INTO objects VALUES(?1, ?2)",
    "INSERT OR REPLACE INTO members VALUES(?1, ?2, ?3)",
    "DELETE FROM members WHERE group_number = ?1 AND change_number = ?2",
    "INSERT OR REPLACE INTO removed_members VALUES(?1, ?2, ?3)",
    "INSERT OR REPLACE INTO settings VALUES(?1, ?2)",
    "DELETE FROM settings WHERE key = ?1",
    "DELETE FROM removed_members WHERE change_number <= ?1",
};
constexpr std::size_t kStatementCount = std::size(kStatements);

constexpr const char* kForgottenKey = "removals-forgotten";

constexpr const char* kPragmas =
    "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA wal_autocheckpoint = 4000;"
    "PRAGMA cache_size = -65536;";

Error sqliteError(sqlite3* db, const std::string& doing) {
  return Error(ErrorCode::kUnavailable,
               doing + ": " + sqlite3_errmsg(db) +
                   "; is the disk full, or another tandem-tenant on the same folder?");
}

void bindBlob(sqlite3_stmt* statement, int index, const std::string& bytes) {
  sqlite3_bind_blob64(statement, index, bytes.data(), bytes.size(), SQLITE_STATIC);
}

void bindText(sqlite3_stmt* statement, int index, const std::string& text) {
  sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void bindOperation(sqlite3_stmt* statement, const Operation& operation) {
  using Type = Operation::Type;
  switch (operation.type) {
    case Type::kPutObject:
      sqlite3_bind_int64(statement, 1, operation.a);
      bindBlob(statement, 2, operation.bytes);
      break;
    case Type::kAddMember:
    case Type::kPutRemoval:
      sqlite3_bind_int64(statement, 3, operation.c);
      [[fallthrough]];
    case Type::kRemoveMember:
      sqlite3_bind_int64(statement, 1, operation.a);
      sqlite3_bind_int64(statement, 2, operation.b);
      break;
    case Type::kPutSetting:
      bindText(statement, 2, operation.bytes);
      [[fallthrough]];
    case Type::kRemoveSetting:
      bindText(statement, 1, operation.key);
      break;
    case Type::kForgetRemovals:
      sqlite3_bind_int64(statement, 1, operation.a);
      break;
  }
}

}  // namespace

struct Store::State {
  sqlite3* db = nullptr;
  sqlite3_stmt* statements[kStatementCount] = {};

  std::mutex mutex;
  std::condition_variable work;  // the writer waits for it
  std::vector<Operation> pending;
  std::uint64_t put = 0;        // operations ever put
  std::uint64_t committed = 0;  // operations on disk
  struct Waiter {
    std::uint64_t wanted = 0;  // a value of `put`
    Durable then;
  };
  std::vector<Waiter> waiters;  // ascending by `wanted`
  bool failed = false;
  bool stopping = false;
  std::thread writer;

  ~State() {
    for (auto* statement : statements)
      sqlite3_finalize(statement);
    sqlite3_close(db);
  }

  Result<void> execute(const char* sql, const std::string& doing) {
    if (sqlite3_exec(db, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
      return sqliteError(db, doing);
    }
    return {};
  }

  Result<void> prepareAll() {
    for (std::size_t i = 0; i < kStatementCount; ++i) {
      if (sqlite3_prepare_v2(db, kStatements[i], -1, &statements[i], nullptr) != SQLITE_OK) {
        return sqliteError(db, "preparing the tenant's store");
      }
    }
    return {};
  }

  Result<void> applySchema() {
    std::int64_t version = 0;
    sqlite3_exec(
        db,
        "PRAGMA user_version",
        [](void* out, int, char** values, char**) {
          *static_cast<std::int64_t*>(out) = std::atoll(values[0]);
          return 0;
        },
        &version,
        nullptr);
    const auto files = schemaFiles();
    if (version > static_cast<std::int64_t>(files.size())) {
      return Error(ErrorCode::kInvalidArgument,
                   "the tenant's data folder was written by a newer tandem-tenant; use that one");
    }
    for (auto i = static_cast<std::size_t>(version); i < files.size(); ++i) {
      const std::string sql = "BEGIN;" + std::string(files[i].content) +
                              ";PRAGMA user_version = " + std::to_string(i + 1) + ";COMMIT;";
      TRY(execute(sql.c_str(), "making the tenant's tables"));
    }
    return {};
  }

  bool commit(const std::vector<Operation>& batch) {
    bool good = execute("BEGIN", "begin").ok();
    for (const auto& operation : batch) {
      if (!good) break;
      sqlite3_stmt* statement = statements[static_cast<std::size_t>(operation.type)];
      bindOperation(statement, operation);
      good = sqlite3_step(statement) == SQLITE_DONE;
      sqlite3_reset(statement);
    }
    good = good && execute("COMMIT", "commit").ok();
    if (!good) logError("the tenant's store failed: " + std::string(sqlite3_errmsg(db)));
    return good;
  }

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      work.wait(lock, [this] { return stopping || !pending.empty(); });
      if (pending.empty()) return;
      std::vector<Operation> batch;
      batch.swap(pending);
      const std::uint64_t upto = put;
      lock.unlock();
      const bool good = commit(batch);
      lock.lock();
      if (good) {
        committed = upto;
      } else {
        failed = true;
      }
      tellWaiters(lock);
    }
  }

  void tellWaiters(std::unique_lock<std::mutex>& lock) {
    const auto left = std::find_if(waiters.begin(), waiters.end(), [this](const Waiter& waiter) {
      return !failed && waiter.wanted > committed;
    });
    const std::vector<Waiter> told(std::move_iterator(waiters.begin()), std::move_iterator(left));
    waiters.erase(waiters.begin(), left);
    const bool good = !failed;
    lock.unlock();
    for (const Waiter& waiter : told)
      waiter.then(good);
    lock.lock();
  }

  void add(Operation operation) {
    if (!db) return;
    const std::lock_guard lock(mutex);
    pending.push_back(std::move(operation));
    ++put;
  }
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}

Store::~Store() {
  if (state_->writer.joinable()) {
    {
      const std::lock_guard lock(state_->mutex);
      state_->stopping = true;
    }
    state_->work.notify_all();
    state_->writer.join();
  }
}

Result<std::unique_ptr<Store>> Store::open(const std::string& path) {
  auto state = std::make_unique<State>();
  if (path.empty()) return std::unique_ptr<Store>(new Store(std::move(state)));
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path.c_str(), &state->db, flags, nullptr) != SQLITE_OK) {
    return sqliteError(state->db, "opening " + path);
  }
  ::chmod(path.c_str(), 0600);
  sqlite3_busy_timeout(state->db, 2000);
  TRY(state->execute(kPragmas, "opening " + path));
  TRY(state->applySchema());
  TRY(state->prepareAll());
  // The exclusive lock is taken by the first write: take it now, so that a second tenant on the
  // same folder fails at its start and not later.
  TRY(state->execute("BEGIN EXCLUSIVE; COMMIT", "locking " + path));
  state->writer = std::thread([raw = state.get()] { raw->run(); });
  return std::unique_ptr<Store>(new Store(std::move(state)));
}

void Store::putObject(const Object& object) {
  if (!state_->db) return;
  Operation operation{Operation::Type::kPutObject};
  operation.a = object.number;
  operation.bytes = encodeObject(object);
  state_->add(std::move(operation));
}

void Store::addMember(ObjectNumber group, ChangeNumber change, ObjectNumber member) {
  Operation operation{Operation::Type::kAddMember};
  operation.a = group;
  operation.b = static_cast<std::int64_t>(change);
  operation.c = member;
  state_->add(std::move(operation));
}

void Store::removeMember(ObjectNumber group,
                         ChangeNumber added,
                         ChangeNumber removed,
                         ObjectNumber member) {
  Operation operation{Operation::Type::kRemoveMember};
  operation.a = group;
  operation.b = static_cast<std::int64_t>(added);
  state_->add(operation);
  if (removed == 0) return;  // the group went with it
  operation.type = Operation::Type::kPutRemoval;
  operation.a = static_cast<std::int64_t>(removed);
  operation.b = group;
  operation.c = member;
  state_->add(std::move(operation));
}

void Store::forgetRemovals(ChangeNumber up_to) {
  Operation operation{Operation::Type::kForgetRemovals};
  operation.a = static_cast<std::int64_t>(up_to);
  state_->add(std::move(operation));
  putSetting(kForgottenKey, std::to_string(up_to));
}

void Store::putSetting(const std::string& key, const std::string& value) {
  Operation operation{Operation::Type::kPutSetting};
  operation.key = key;
  operation.bytes = value;
  state_->add(std::move(operation));
}

void Store::removeSetting(const std::string& key) {
  Operation operation{Operation::Type::kRemoveSetting};
  operation.key = key;
  state_->add(std::move(operation));
}

void Store::whenDurable(Durable then) {
  bool good = true;
  if (state_->db) {
    const std::lock_guard lock(state_->mutex);
    good = !state_->failed;
    if (good && state_->committed < state_->put) {
      state_->waiters.push_back({state_->put, std::move(then)});
      state_->work.notify_one();
      return;
    }
  }
  then(good);
}

bool Store::waitDurable() {
  std::promise<bool> durable;
  whenDurable([&durable](bool good) { durable.set_value(good); });
  return durable.get_future().get();
}

namespace {

// Runs a query and hands each row to `row`; false when the database could not be read.
template <class Row>
bool forEachRow(sqlite3* db, const char* sql, Row row) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) != SQLITE_OK) return false;
  int step = 0;
  while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
    if (!row(statement)) break;
  }
  sqlite3_finalize(statement);
  return step == SQLITE_DONE;
}

std::string_view bytesAt(sqlite3_stmt* row, int column) {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(row, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(row, column))};
}

ObjectNumber numberAt(sqlite3_stmt* row, int column) {
  return static_cast<ObjectNumber>(sqlite3_column_int64(row, column));
}

ChangeNumber changeAt(sqlite3_stmt* row, int column) {
  return static_cast<ChangeNumber>(sqlite3_column_int64(row, column));
}

}  // namespace

Result<void> Store::load(Directory& directory) {
  if (!state_->db) return {};
  bool good = forEachRow(
      state_->db, "SELECT number, record FROM objects ORDER BY number", [&](sqlite3_stmt* row) {
        auto object = decodeObject(bytesAt(row, 1));
        if (!object || numberAt(row, 0) != directory.lastNumber() + 1) return false;
        object->number = numberAt(row, 0);
        directory.load(std::move(*object));
        return true;
      });
  const ObjectNumber last = directory.lastNumber();
  const auto known = [last](ObjectNumber number) { return number >= 1 && number <= last; };
  good = good &&
         forEachRow(state_->db,
                    "SELECT group_number, change_number, member_number FROM members "
                    "ORDER BY change_number",
                    [&](sqlite3_stmt* row) {
                      if (!known(numberAt(row, 0)) || !known(numberAt(row, 2))) return false;
                      directory.loadMember(numberAt(row, 0), changeAt(row, 1), numberAt(row, 2));
                      return true;
                    });
  good = good &&
         forEachRow(state_->db,
                    "SELECT group_number, change_number, member_number "
                    "FROM removed_members ORDER BY change_number",
                    [&](sqlite3_stmt* row) {
                      if (!known(numberAt(row, 0))) return false;
                      directory.loadRemoval(numberAt(row, 0), changeAt(row, 1), numberAt(row, 2));
                      return true;
                    });
  good = good && forEachRow(state_->db,
                            "SELECT CAST(value AS INTEGER) FROM settings WHERE key = "
                            "'removals-forgotten'",
                            [&](sqlite3_stmt* row) {
                              directory.loadForgotten(changeAt(row, 0));
                              return true;
                            });
  directory.finishLoading();
  if (good) return {};
  return Error(ErrorCode::kCorruption,
               "the tenant's store cannot be read; restore the data folder from a copy, or start "
               "with an empty one");
}

Result<std::map<std::string, std::string>> Store::loadSettings() {
  std::map<std::string, std::string> settings;
  if (!state_->db) return settings;
  const bool good =
      forEachRow(state_->db, "SELECT key, value FROM settings", [&](sqlite3_stmt* row) {
        settings.emplace(bytesAt(row, 0), bytesAt(row, 1));
        return true;
      });
  if (!good) return sqliteError(state_->db, "reading the tenant's settings");
  return settings;
}

}  // namespace tandem::tenant
