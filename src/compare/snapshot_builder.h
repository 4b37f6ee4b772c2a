// SPDX-License-Identifier: Apache-2.0
//
// Builds a ServerSnapshot: each table is read once, ascending, and what later tables need of
// earlier ones stands in dense arrays by id. Nothing is allocated for an object.
#pragma once

#include "compare/server_snapshot.h"
#include "connectors/confirmation.h"
#include "sync/lineage.h"

namespace tandem::compare {

class SnapshotBuilder {
 public:
  explicit SnapshotBuilder(ServerSnapshot& snapshot);
  Result<void> build();

 private:
  // What is known of a connector by its number in this store.
  struct Known {
    std::uint64_t hash = 0;
    std::uint32_t order = 0;  // sources first, then by name: the same on every server
    Space* imported = nullptr;
    Space* pending = nullptr;
  };
  struct LinkOf {
    std::uint32_t mv = 0;  // 0: not linked
    std::uint32_t in_rule = 0;
    std::uint32_t out_rule = 0;
  };

  void makeSpaces();
  void addSettings();
  void readLinks();
  void readObjects();
  void claimMetaverseKey(const store::ObjectView& object, const LinkOf& link, const Known& known);
  void readReferences();
  void fillConnectorSpaces();
  void addLineage(const std::vector<rules::Lineage>& values, Hash128& sum);
  void readMetaverse();
  void readPending();
  Hash128 pendingHash(const store::PendingExportView& row);
  bool isWritable(ConnectorId connector, ObjectTypeId type, AttributeId attribute);
  const Known* known(ConnectorId connector) const;

  ServerSnapshot& snapshot_;
  store::Store& store_;
  NameHashes& names_;
  std::vector<Known> known_;               // by connector id
  std::vector<LinkOf> links_;              // by object id
  std::vector<Hash128> objects_;           // by object id: the sum over its parts so far
  std::vector<std::uint16_t> connectors_;  // by object id; 0: never imported
  std::vector<std::uint32_t> key_orders_;  // by metaverse id: Known::order of the key's connector
  std::vector<Hash128> linked_;            // by metaverse id: the sum over its links
  std::vector<std::vector<std::int8_t>> writable_;  // by connector and type; -1: not asked yet
};

}  // namespace tandem::compare
