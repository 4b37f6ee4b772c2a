// SPDX-License-Identifier: Apache-2.0
// The references of a full synchronization, all at once. See full_synchronizer.h.
#include <algorithm>

#include "sync/full_synchronizer.h"

namespace tandem::sync {

namespace {

constexpr std::size_t kChainsPerCommit = 50'000;

using Target = LinkSnapshot::Target;

std::span<const Target> ofAttribute(std::span<const Target> all, std::uint32_t attribute) {
  const auto first = std::lower_bound(all.begin(), all.end(), Target{attribute, 0});
  const auto last = std::lower_bound(first, all.end(), Target{attribute + 1, 0});
  return {first, last};
}

}  // namespace

// Where every object of any connector is represented in the target space, as one array.
void FullSynchronizer::loadCounterparts() {
  store::Store& store = *engine_->store;
  std::vector<std::uint32_t> of_mv(static_cast<std::size_t>(store.metaverse().maxId()) + 1, 0);
  counterpart_.assign(static_cast<std::size_t>(store.space().maxId()) + 1, 0);
  store::Statement deletes(store.database(),
                           "SELECT object FROM cs_pending_export WHERE operation = 3");
  while (deletes.step())
    leaving_.insert(static_cast<std::uint32_t>(deletes.integer(0)));
  for (const store::Link& link : links_->all()) {
    const EngineConnector* connector = engine_->find(link.connector);
    const auto object = static_cast<std::uint32_t>(link.object.raw());
    if (connector == nullptr || !connector->has_outbound_rules || leaving_.contains(object))
      continue;
    of_mv[static_cast<std::size_t>(link.mv.raw())] = object;
  }
  for (const store::Link& link : links_->all()) {
    counterpart_[static_cast<std::size_t>(link.object.raw())] =
        of_mv[static_cast<std::size_t>(link.mv.raw())];
  }
}

void FullSynchronizer::loadExportReferences() {
  store::Statement rows(engine_->store->database(),
                        "SELECT owner, attribute, target, added FROM export_reference "
                        "ORDER BY owner, attribute, target");
  while (rows.step()) {
    export_references_.push_back({static_cast<std::uint32_t>(rows.integer(0)),
                                  static_cast<std::uint32_t>(rows.integer(1)),
                                  static_cast<std::uint32_t>(rows.integer(2)),
                                  rows.integer(3) != 0});
  }
}

Result<void> FullSynchronizer::synchronizeReferences() {
  std::size_t targets = 0;
  for (const EngineConnector& connector : engine_->connectors)
    targets += connector.has_outbound_rules ? 1 : 0;
  store::Store& store = *engine_->store;
  if (targets != 1) {  // one by one; several tenants are rare
    store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
    for (const Chain& chain : chains_) {
      store.space().addPendingImport(ConnectorObjectId(chain.source), connector_, kAllReferences);
    }
    return transaction.commit();
  }
  if (has_new_ || !undecided_.empty()) {  // links have changed since the start
    links_ = std::make_unique<LinkSnapshot>(store, *engine_->rules, connector_);
  }
  loadCounterparts();
  loadExportReferences();
  for (std::size_t at = 0; at < chains_.size(); at += kChainsPerCommit) {
    store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
    for (std::size_t i = at; i < std::min(chains_.size(), at + kChainsPerCommit); ++i)
      compareReferences(chains_[i]);
    TRY_DOING(transaction.commit(), "synchronizing references");
  }
  return {};
}

// What has to be sent is wanted minus known; rows that say so already are left as they are.
void FullSynchronizer::compareReferences(const Chain& chain) {
  wanted_.clear();
  for (const Target& target :
       ofAttribute(links_->references(ConnectorObjectId(chain.source)), chain.source_attribute)) {
    const std::uint32_t there =
        target.object < counterpart_.size() ? counterpart_[target.object] : 0;
    if (there != 0) wanted_.push_back(there);
  }
  std::sort(wanted_.begin(), wanted_.end());
  wanted_.erase(std::unique(wanted_.begin(), wanted_.end()), wanted_.end());
  const std::uint32_t owner = chain.target_owner;
  const std::uint32_t attribute = chain.target_attribute;
  needed_.clear();
  const auto remove =
      [&](std::uint32_t target) {  // an object that leaves takes its references along
        if (!leaving_.contains(target)) needed_.push_back({owner, attribute, target, false});
      };
  const std::span<const Target> known =
      ofAttribute(links_->references(ConnectorObjectId(owner)), attribute);
  auto is = known.begin();
  for (const std::uint32_t want : wanted_) {
    while (is != known.end() && is->object < want)
      remove((is++)->object);
    if (is != known.end() && is->object == want) {
      ++is;
    } else {
      needed_.push_back({owner, attribute, want, true});
    }
  }
  while (is != known.end())
    remove((is++)->object);
  const auto first = std::lower_bound(export_references_.begin(),
                                      export_references_.end(),
                                      ExportReference{owner, attribute, 0, false});
  const auto last = std::lower_bound(
      first, export_references_.end(), ExportReference{owner, attribute + 1, 0, false});
  if (std::equal(first, last, needed_.begin(), needed_.end())) return;
  store::Exports& exports = engine_->store->exports();
  for (auto row = first; row != last; ++row) {
    if (std::binary_search(needed_.begin(), needed_.end(), *row)) continue;
    exports.removeReference(
        ConnectorObjectId(owner), AttributeId(attribute), ConnectorObjectId(row->target));
  }
  for (const ExportReference& row : needed_) {
    if (std::binary_search(first, last, row)) continue;
    exports.setReference(
        ConnectorObjectId(owner),
        {AttributeId(attribute), ConnectorObjectId(row.target), row.added, /*sent=*/false});
  }
  targets_.refreshPending(ConnectorObjectId(owner));
}

}  // namespace tandem::sync
