// SPDX-License-Identifier: Apache-2.0
// The references of a full synchronization, all at once. See full_synchronizer.h.
#include <algorithm>

#include "sync/full_synchronizer.h"

namespace tandem::sync {

namespace {

constexpr std::size_t kChainsPerCommit = 50'000;

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
  store.metaverse().scanLinks([&](const store::Link& link) {
    const EngineConnector* connector = engine_->find(link.connector);
    if (connector == nullptr || !connector->has_outbound_rules ||
        leaving_.contains(static_cast<std::uint32_t>(link.object.raw())))
      return;
    of_mv[static_cast<std::size_t>(link.mv.raw())] = static_cast<std::uint32_t>(link.object.raw());
  });
  store.metaverse().scanLinks([&](const store::Link& link) {
    counterpart_[static_cast<std::size_t>(link.object.raw())] =
        of_mv[static_cast<std::size_t>(link.mv.raw())];
  });
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
  // With the objects that were decided one by one, links have changed.
  links_ = std::make_unique<LinkSnapshot>(store, *engine_->rules, connector_);
  loadCounterparts();
  store::Statement owners(store.database(), "SELECT DISTINCT owner FROM export_reference");
  while (owners.step())
    pending_owners_.insert(static_cast<std::uint32_t>(owners.integer(0)));
  for (std::size_t at = 0; at < chains_.size(); at += kChainsPerCommit) {
    store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
    for (std::size_t i = at; i < std::min(chains_.size(), at + kChainsPerCommit); ++i)
      compareReferences(chains_[i]);
    TRY_DOING(transaction.commit(), "synchronizing references");
  }
  return {};
}

void FullSynchronizer::compareReferences(const Chain& chain) {
  const auto of = [](std::span<const LinkSnapshot::Target> all, std::uint32_t attribute) {
    const auto first = std::lower_bound(all.begin(), all.end(), LinkSnapshot::Target{attribute, 0});
    const auto last = std::lower_bound(first, all.end(), LinkSnapshot::Target{attribute + 1, 0});
    return std::span(first, last);
  };
  const ConnectorObjectId owner(chain.target_owner);
  std::vector<std::uint32_t> wanted;
  for (const auto& target :
       of(links_->references(ConnectorObjectId(chain.source)), chain.source_attribute)) {
    if (target.object < counterpart_.size() && counterpart_[target.object] != 0) {
      wanted.push_back(counterpart_[target.object]);
    }
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  const auto known = of(links_->references(owner), chain.target_attribute);
  const bool same =
      std::equal(wanted.begin(),
                 wanted.end(),
                 known.begin(),
                 known.end(),
                 [](std::uint32_t a, const LinkSnapshot::Target& b) { return a == b.object; });
  const bool has_pending = pending_owners_.contains(chain.target_owner);
  if (same && !has_pending) return;
  store::Exports& exports = engine_->store->exports();
  bool changed = false;
  const auto set = [&](std::uint32_t target, bool added) {
    if (leaving_.contains(target)) return;  // its references go with it
    const auto row =
        exports.reference(owner, AttributeId(chain.target_attribute), ConnectorObjectId(target));
    if (row && row->added == added) return;
    exports.setReference(
        owner, {AttributeId(chain.target_attribute), ConnectorObjectId(target), added, false});
    changed = true;
  };
  auto is = known.begin();
  for (const std::uint32_t want : wanted) {
    while (is != known.end() && is->object < want)
      set((is++)->object, false);
    if (is != known.end() && is->object == want) {
      ++is;
    } else {
      set(want, true);
    }
  }
  while (is != known.end())
    set((is++)->object, false);
  if (has_pending)
    changed = dropSettled(owner, AttributeId(chain.target_attribute), wanted, known) || changed;
  if (changed) targets_.refreshPending(owner);
}

// Rows that ask for what is already so, or no longer wanted.
bool FullSynchronizer::dropSettled(ConnectorObjectId owner,
                                   AttributeId attribute,
                                   const std::vector<std::uint32_t>& wanted,
                                   std::span<const LinkSnapshot::Target> known) {
  bool changed = false;
  for (const store::ExportReferenceRow& row : engine_->store->exports().references(owner)) {
    if (row.attribute != attribute) continue;
    const auto id = static_cast<std::uint32_t>(row.target.raw());
    const bool is_wanted = std::binary_search(wanted.begin(), wanted.end(), id);
    const bool is_known =
        std::binary_search(known.begin(), known.end(), LinkSnapshot::Target{attribute.raw(), id});
    if (is_wanted != is_known) continue;
    engine_->store->exports().removeReference(owner, attribute, row.target);
    changed = true;
  }
  return changed;
}

}  // namespace tandem::sync
