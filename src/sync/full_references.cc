// SPDX-License-Identifier: Apache-2.0
#include "sync/full_references.h"

#include <algorithm>
#include <thread>

#include "sync/read_together.h"

namespace tandem::sync {

namespace {

constexpr std::size_t kChainsPerCommit = 50'000;
constexpr std::size_t kAloneBelow = 1024;  // fewer chains are not worth a thread

using Target = LinkSnapshot::Target;

std::span<const Target> ofAttribute(std::span<const Target> all, std::uint32_t attribute) {
  const auto first = std::lower_bound(all.begin(), all.end(), Target{attribute, 0});
  const auto last = std::lower_bound(first, all.end(), Target{attribute + 1, 0});
  return {first, last};
}

}  // namespace

// Where every object of any connector is represented in the target space, as one array.
void FullReferences::loadCounterparts(store::Store& store) {
  store.exports().scanPending(store::PendingOperation::kDelete, [this](ConnectorObjectId object) {
    leaving_.insert(static_cast<std::uint32_t>(object.raw()));
  });
  std::vector<std::uint32_t> of_mv(static_cast<std::size_t>(store.metaverse().maxId()) + 1, 0);
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

void FullReferences::loadRows(store::Store& store) {
  store.exports().scanReferences(
      [this](ConnectorObjectId owner, const store::ExportReferenceRow& row) {
        rows_.push_back({static_cast<std::uint32_t>(owner.raw()),
                         row.attribute.raw(),
                         static_cast<std::uint32_t>(row.target.raw()),
                         row.added});
      });
}

Result<void> FullReferences::synchronize(std::vector<ReferenceChain> chains,
                                         ConnectorObjectId first_new) {
  first_new_ = first_new;
  store::Store& store = *engine_->store;
  counterpart_.assign(static_cast<std::size_t>(store.space().maxId()) + 1, 0);
  TRY(readTogether(
      store,
      [this](store::Store& here) { loadCounterparts(here); },
      [this](store::Store& beside) { loadRows(beside); }));
  if (!std::is_sorted(chains.begin(), chains.end())) std::sort(chains.begin(), chains.end());
  std::vector<ReferenceChain> different;
  if (chains.size() < kAloneBelow) {
    findDifferent(chains, different);
  } else {
    const std::span<const ReferenceChain> all(chains);
    std::vector<ReferenceChain> second;
    {
      const std::jthread beside([&] { findDifferent(all.subspan(all.size() / 2), second); });
      findDifferent(all.first(all.size() / 2), different);
    }
    different.insert(different.end(), second.begin(), second.end());
  }
  Comparison comparison;
  for (std::size_t at = 0; at < different.size(); at += kChainsPerCommit) {
    store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
    for (std::size_t i = at; i < std::min(different.size(), at + kChainsPerCommit); ++i) {
      if (differs(different[i], comparison)) write(different[i], comparison);
    }
    TRY_DOING(transaction.commit(), "synchronizing references");
  }
  return {};
}

void FullReferences::findDifferent(std::span<const ReferenceChain> chains,
                                   std::vector<ReferenceChain>& different) const {
  Comparison comparison;
  if (!chains.empty()) {
    const ReferenceChain& first = chains.front();
    const auto row = std::lower_bound(
        rows_.begin(), rows_.end(), Row{first.target_owner, first.target_attribute, 0, false});
    comparison.at = static_cast<std::size_t>(row - rows_.begin());
  }
  for (const ReferenceChain& chain : chains) {
    if (differs(chain, comparison)) different.push_back(chain);
  }
}

void FullReferences::findWanted(const ReferenceChain& chain,
                                std::vector<std::uint32_t>& wanted) const {
  wanted.clear();
  for (const Target& target :
       ofAttribute(links_->references(ConnectorObjectId(chain.source)), chain.source_attribute)) {
    const std::uint32_t there =
        target.object < counterpart_.size() ? counterpart_[target.object] : 0;
    if (there != 0) wanted.push_back(there);
  }
  if (wanted.size() < 2) return;
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
}

// What has to be sent is wanted minus known. Chains come in rising order.
bool FullReferences::differs(const ReferenceChain& chain, Comparison& comparison) const {
  findWanted(chain, comparison.wanted);
  const std::uint32_t owner = chain.target_owner;
  const std::uint32_t attribute = chain.target_attribute;
  std::vector<Row>& needed = comparison.needed;
  needed.clear();
  const auto remove =
      [&](std::uint32_t target) {  // an object that leaves takes its references along
        if (!leaving_.contains(target)) needed.push_back({owner, attribute, target, false});
      };
  const std::span<const Target> known =
      ofAttribute(links_->references(ConnectorObjectId(owner)), attribute);
  auto is = known.begin();
  for (const std::uint32_t want : comparison.wanted) {
    while (is != known.end() && is->object < want)
      remove((is++)->object);
    if (is != known.end() && is->object == want) {
      ++is;
    } else {
      needed.push_back({owner, attribute, want, true});
    }
  }
  while (is != known.end())
    remove((is++)->object);
  const Row from{owner, attribute, 0, false};
  while (comparison.at < rows_.size() && rows_[comparison.at] < from)
    ++comparison.at;
  std::size_t end = comparison.at;
  while (end < rows_.size() && rows_[end].owner == owner && rows_[end].attribute == attribute)
    ++end;
  comparison.known = std::span(rows_).subspan(comparison.at, end - comparison.at);
  return !std::equal(
      comparison.known.begin(), comparison.known.end(), needed.begin(), needed.end());
}

// Rows that say what is needed already are left as they are: some have been sent.
void FullReferences::write(const ReferenceChain& chain, const Comparison& comparison) {
  const ConnectorObjectId owner(chain.target_owner);
  const AttributeId attribute(chain.target_attribute);
  store::Exports& exports = engine_->store->exports();
  for (const Row& row : comparison.known) {
    if (std::binary_search(comparison.needed.begin(), comparison.needed.end(), row)) continue;
    exports.removeReference(owner, attribute, ConnectorObjectId(row.target));
  }
  for (const Row& row : comparison.needed) {
    if (std::binary_search(comparison.known.begin(), comparison.known.end(), row)) continue;
    exports.setReference(owner,
                         {attribute, ConnectorObjectId(row.target), row.added, /*sent=*/false});
  }
  if (owner < first_new_) targets_.refreshPending(owner);
}

}  // namespace tandem::sync
