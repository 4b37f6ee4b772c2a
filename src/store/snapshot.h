// SPDX-License-Identifier: Apache-2.0
//
// One commit of a store, kept while others go on writing, and private copies of it that can be
// changed at will. A copy costs what is changed in it, not what the store holds: it reads the
// store's own file, and what it writes goes into a file without a name.
//
// So the engine itself answers "what would happen if": it works on a copy, and the store never
// hears of it. docs/internals/preview.md says why the file may be read like this.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace tandem::store {

class OverlayFiles;

class Snapshot {
 public:
  static Result<std::unique_ptr<Snapshot>> take(const std::string& path);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  // A store of its own with this content, for one thread. The snapshot must outlive it. All copies
  // of a snapshot begin alike.
  Result<std::unique_ptr<Store>> copy();

 private:
  Snapshot(std::unique_ptr<Database> reader, Transaction reading, std::string path);

  std::unique_ptr<Database> reader_;
  Transaction reading_;  // while it lasts nobody folds the log over what we read
  std::string path_;
  std::unique_ptr<OverlayFiles> files_;
};

}  // namespace tandem::store
