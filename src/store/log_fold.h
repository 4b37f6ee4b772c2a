// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <thread>

namespace tandem::store {

// Folds the write-ahead log into the file on a thread and a connection of its own, for as far as
// the log has got when it starts; the writer goes on meanwhile. Copying waits for the disk, and
// what an import does at its end (building indexes) does not: together they take as long as the
// longer one. It writes no row, so "one thread writes the store" holds. A failure is left to the
// writer's own next checkpoint, which does the same work again and reports it.
class LogFold {
 public:
  explicit LogFold(std::string path);
  ~LogFold();  // waits
  LogFold(const LogFold&) = delete;
  LogFold& operator=(const LogFold&) = delete;

 private:
  std::thread thread_;
};

}  // namespace tandem::store
