// SPDX-License-Identifier: Apache-2.0
//
// One server as of one commit, ready to be compared: a hash tree over each of its spaces, and the
// identities that all servers share in the place of this server's numbers. About 70 bytes an
// object.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "compare/hash_tree.h"
#include "compare/object_digest.h"
#include "compare/setting_items.h"
#include "policy/policy_document.h"
#include "store/store.h"
#include "sync/engine.h"

namespace tandem::compare {

using directory::ConnectorObjectId;
using directory::MetaverseObjectId;

// A server that was opened for reading. Whoever opens it (run/) must open the store before it
// compiles rules: names that compiling adds then cannot stand for something else in the store.
struct OpenedServer {
  std::string label;  // for people: the home folder, or the host
  std::unique_ptr<store::Store> store;
  policy::PolicyDocument policy;
  sync::Engine engine;  // over that store; for what its connectors can write
};

enum class SpaceKind : std::uint8_t {
  kSettings = 1,  // the policy and the rules in force
  kConnectorSpace = 2,
  kMetaverse = 3,
  kPendingExports = 4,
};

struct Space {
  SpaceKind kind = SpaceKind::kSettings;
  std::string connector;  // empty for settings and metaverse
  ConnectorId connector_id;
  HashTree tree;
};

// When a server last read a connected directory to the end. 0: never.
struct LastImport {
  std::string connector;
  std::int64_t at = 0;
};

class ServerSnapshot {
 public:
  // Reads the whole store once, on this thread, from one commit.
  static Result<std::unique_ptr<ServerSnapshot>> build(OpenedServer server);

  const std::string& label() const { return server_.label; }
  store::Store& store() const { return *server_.store; }
  const sync::Engine& engine() const { return server_.engine; }
  const std::vector<SettingItem>& settings() const { return settings_; }
  std::vector<Space>& spaces() { return spaces_; }
  Space* find(SpaceKind kind, std::string_view connector);
  const std::vector<LastImport>& lastImports() const { return last_imports_; }
  NameHashes& names() { return *names_; }

  // What stands for an object on every server: its anchor, or its DN while it has none.
  std::uint64_t identityOf(ConnectorObjectId id) const;
  // The smallest identity of the objects that it was made of. 0: no such object.
  std::uint64_t metaverseKey(MetaverseObjectId id) const;

 private:
  friend class SnapshotBuilder;
  explicit ServerSnapshot(OpenedServer server) : server_(std::move(server)) {}

  OpenedServer server_;
  std::unique_ptr<store::Transaction> reading_;  // ends before the store does
  std::unique_ptr<NameHashes> names_;
  std::vector<SettingItem> settings_;
  std::vector<Space> spaces_;
  std::vector<LastImport> last_imports_;
  std::vector<std::uint64_t> identities_;      // by object id
  std::vector<std::uint64_t> metaverse_keys_;  // by metaverse id
};

}  // namespace tandem::compare
