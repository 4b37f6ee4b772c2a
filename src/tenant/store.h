// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "tenant/directory.h"

namespace tandem::tenant {

// The tenant on disk: SQLite, with one writer thread that commits whatever has gathered while it
// was busy (group commit). put…() only append to a buffer; whenDurable() calls back when all that
// this thread has put before is on disk. An answer is sent after that, so an acknowledged write
// survives a power cut; a read may see a write that is not yet on disk.
//
// put…() are called under the tenant's lock, so the order on disk is the order in memory and a
// crash leaves a state that the tenant once had. whenDurable() needs no lock.
class Store : public ChangeSink {
 public:
  // An empty path keeps nothing: waitDurable() returns at once.
  static Result<std::unique_ptr<Store>> open(const std::string& path);

  ~Store() override;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Once, before any put: fills the directory.
  Result<void> load(Directory& directory);
  Result<std::map<std::string, std::string>> loadSettings();

  void putObject(const Object& object) override;
  void addMember(ObjectNumber group, ChangeNumber change, ObjectNumber member) override;
  void removeMember(ObjectNumber group,
                    ChangeNumber added,
                    ChangeNumber removed,
                    ObjectNumber member) override;
  void forgetRemovals(ChangeNumber up_to) override;
  void putSetting(const std::string& key, const std::string& value);
  void removeSetting(const std::string& key);

  // False when the disk has failed (full, gone): nothing after that is durable, and the tenant
  // must refuse writes.
  using Durable = std::function<void(bool)>;
  // Calls `then` once: at once when nothing is waited for, else on the writer's thread, which must
  // not be held up.
  void whenDurable(Durable then);
  bool waitDurable();

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace tandem::tenant
