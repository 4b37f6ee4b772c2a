// SPDX-License-Identifier: Apache-2.0
//
// The files of a private copy of a database, as SQLite sees them (a "VFS"):
//
//   NAME       pages of the real file, until they are written; then those of a scratch file
//   NAME-wal   a copy of the real log as it was when this was made
//
// Nothing is ever written to the real files, and nothing of the copy is locked: it has one
// connection, which keeps the log's index to itself (locking_mode=EXCLUSIVE).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/scratch_file.h"

struct sqlite3_file;
struct sqlite3_vfs;

namespace tandem::store {

class OverlayFiles {
 public:
  // The caller holds a reading transaction on the database until this is gone.
  static Result<std::unique_ptr<OverlayFiles>> over(const std::string& path);
  ~OverlayFiles();
  OverlayFiles(const OverlayFiles&) = delete;
  OverlayFiles& operator=(const OverlayFiles&) = delete;

  const std::string& name() const { return name_; }  // for Database::open()

 private:
  explicit OverlayFiles(ScratchFile log);
  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file*, int flags, int* out);
  Result<void> copyLog(const std::string& path);
  Result<bool> tryCopyLog(const std::string& path);

  ScratchFile log_;
  std::int64_t log_bytes_ = 0;
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace tandem::store
