// SPDX-License-Identifier: Apache-2.0
#include "sync/full_synchronizer.h"

#include <algorithm>

#include <fmt/format.h>

#include "sync/full_references.h"
#include "sync/join_key.h"

namespace tandem::sync {

using store::PendingImport;
using Kind = ObjectPlan::Kind;

namespace {

// Fewer metaverse objects than this and the space is filled as if it were empty.
constexpr std::int64_t kBulkBelow = 1000;
constexpr int kBatchesPerCommit = 8;

std::string unfinishedMark(ConnectorId connector) {
  return fmt::format("full_sync_unfinished:{}", connector.raw());
}

constexpr std::string_view kKeysStale = "metaverse_keys_stale";

}  // namespace

FullSynchronizer::FullSynchronizer(const Engine& engine,
                                   StepRecorder& recorder,
                                   ConnectorId connector)
    : engine_(&engine), recorder_(&recorder), connector_(connector), targets_(engine) {}

FullSynchronizer::~FullSynchronizer() = default;

bool FullSynchronizer::isUnfinished(store::Store& store, ConnectorId connector) {
  return store.setting(unfinishedMark(connector)).has_value();
}

Result<void> FullSynchronizer::run() {
  TRY(begin());
  TRY(applyAll());
  TRY(writeKeys());
  if (is_bulk_) TRY_DOING(engine_->store->finishBulkLoad(), "building the indexes");
  TRY(decide());
  if (checkpoint_ != nullptr) TRY(checkpoint_->end());
  TRY(synchronizeReferences());
  return finish();
}

Result<void> FullSynchronizer::begin() {
  store::Store& store = *engine_->store;
  total_ = store.space().countAll(connector_);
  if (store.setting(kKeysStale)) TRY(rebuildKeys(*engine_));
  {
    store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
    store.setSetting(unfinishedMark(connector_), "1");
    TRY(transaction.commit());
  }
  first_new_ = ConnectorObjectId(store.space().maxId() + 1);
  links_ = TRY(LinkSnapshot::load(store, *engine_->rules, connector_));
  is_bulk_ = store.metaverse().hasFewerThan(kBulkBelow);
  if (is_bulk_) {
    store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
    store.setSetting(kKeysStale, "1");
    TRY(transaction.commit());
    TRY(store.beginBulkLinking());
  }
  return store.database().takeError();
}

Result<void> FullSynchronizer::applyAll() {
  EvaluationPool pool(*engine_, *links_, connector_);
  TRY(pool.start());
  Result<void> applied = applyBatches(pool);
  if (!applied.ok()) engine_->store->database().rollback();
  return applied;
}

Result<void> FullSynchronizer::applyBatches(EvaluationPool& pool) {
  int in_transaction = 0;
  bool has_written = false;
  while (EvaluationPool::Batch* batch = pool.next()) {
    TRY(batch->error);
    if (recorder_->isCancelled()) {
      return Error(ErrorCode::kCancelled,
                   "stopped on request; the next synchronization starts over with all objects");
    }
    if (in_transaction == 0) TRY(engine_->store->database().begin());
    TRY(applyBatch(*batch));
    has_written = has_written || batch->plan_count > 0;
    if (++in_transaction == kBatchesPerCommit) {
      TRY(commit(has_written));
      in_transaction = 0;
      has_written = false;
    }
    done_ += batch->object_count;
    recorder_->progress(done_, std::max(done_, total_));
    pool.recycle(batch);
  }
  if (in_transaction > 0) TRY(commit(has_written));
  return {};
}

Result<void> FullSynchronizer::applyBatch(EvaluationPool::Batch& batch) {
  store::ConnectorSpace& space = engine_->store->space();
  const std::size_t undecided_before = undecided_.size();
  for (ObjectPlan& plan : batch.planned())
    apply(plan);
  chains_.insert(chains_.end(), batch.unchanged_chains.begin(), batch.unchanged_chains.end());
  if (batch.unchanged_count > 0) recorder_->countOnly("connector-no-flow", batch.unchanged_count);
  // Their queue is done, but for those that are decided later.
  for (std::size_t i = undecided_before; i < undecided_.size(); ++i) {
    undecided_[i].second = space.pendingImport(undecided_[i].first) | kAllReferences;
  }
  space.clearPendingImports(connector_, batch.first, batch.last);
  for (std::size_t i = undecided_before; i < undecided_.size(); ++i) {
    space.addPendingImport(undecided_[i].first, connector_, undecided_[i].second);
  }
  space.clearPendingReferences(batch.first, batch.last, connector_);
  return engine_->store->database().takeError();
}

void FullSynchronizer::apply(ObjectPlan& plan) {
  switch (plan.kind) {
    case Kind::kSkip:
    case Kind::kUnchanged:
      return;  // not kept in a batch
    case Kind::kNew:
      if (!applyNew(plan)) decideLater(plan.object);
      return;
    case Kind::kChanged:
      applyChanged(plan);
      plan.appendChains(chains_);
      return;
    case Kind::kDecide:
      decideLater(plan.object);
      return;
  }
}

void FullSynchronizer::decideLater(ConnectorObjectId id) {
  undecided_.emplace_back(id, 0);
}

// Needed only when something new appears, which in most runs nothing does.
void FullSynchronizer::loadNames() {
  store::Store& store = *engine_->store;
  keys_ = std::make_unique<KeyIndex>(store.metaverse());
  for (const EngineConnector& connector : engine_->connectors) {
    if (!connector.has_outbound_rules) continue;
    store.space().scanIdentities(
        connector.id,
        [this](ConnectorObjectId,
               std::string_view,
               const Hash128&,
               std::int64_t dn_hash,
               std::uint32_t) { target_names_.insert(static_cast<std::uint64_t>(dn_hash)); });
  }
}

bool FullSynchronizer::applyNew(ObjectPlan& plan) {
  store::Store& store = *engine_->store;
  if (keys_ == nullptr) loadNames();
  for (const auto& [attribute, hash] : plan.join_hashes) {
    if (keys_->contains(attribute, hash)) return false;  // somebody it may have to join
  }
  for (std::size_t i = 0; i < plan.out_count; ++i) {
    if (target_names_.contains(static_cast<std::uint64_t>(plan.out[i].dn_hash))) return false;
  }
  plan.mv = store.metaverse().insert(plan.mv_type, plan.record, plan.lineage);
  store.metaverse().setLink({plan.object, connector_, plan.mv, plan.rule, RuleId()},
                            engine_->now());
  for (const auto& [attribute, hash] : plan.keys) {
    keys_->add(attribute, hash);
    if (is_bulk_) {
      new_keys_.push_back({{attribute.raw(), hash}, plan.mv.raw()});
    } else {
      store.metaverse().addKey(attribute, hash, plan.mv);
    }
  }
  recorder_->count("disconnector-projected-flow", plan.object, plan.dn);
  for (std::size_t i = 0; i < plan.out_count; ++i) {
    OutboundPlan& out = plan.out[i];
    out.object = store.space().insert({out.connector->id,
                                       out.type,
                                       store::ObjectState::kProvisioned,
                                       {},
                                       out.dn,
                                       std::nullopt,
                                       {},
                                       out.dn_hash});
    target_names_.insert(static_cast<std::uint64_t>(out.dn_hash));
    store.metaverse().setLink({out.object, out.connector->id, plan.mv, RuleId(), out.rule},
                              engine_->now());
    store.exports().setWanted(out.object, out.image, out.lineage);
    store.exports().setPending(out.object, out.connector->id, store::PendingOperation::kAdd);
    ++outbound_[out.connector].provisioned;
  }
  plan.appendChains(chains_);
  has_new_ = true;
  return true;
}

void FullSynchronizer::applyChanged(ObjectPlan& plan) {
  store::Store& store = *engine_->store;
  if (plan.is_record_changed) {
    store.metaverse().update(plan.mv, plan.record, plan.lineage);
    recorder_->count("connector-flow", plan.object, plan.dn);
  } else {
    recorder_->countOnly("connector-no-flow", 1);
  }
  for (std::size_t i = 0; i < plan.out_count; ++i) {
    const OutboundPlan& out = plan.out[i];
    if (!out.is_changed) continue;
    store.exports().setWanted(out.object, out.image, out.lineage);
    targets_.refreshPending(out.object);
    ++outbound_[out.connector].changed;
  }
}

void FullSynchronizer::reportOutbound() {
  for (auto& [connector, counts] : outbound_) {
    const std::string prefix = "outbound/" + connector->name + "/";
    if (counts.provisioned > 0)
      recorder_->countOnly(prefix + "provisioned-add-flow", counts.provisioned);
    if (counts.changed > 0) recorder_->countOnly(prefix + "connector-flow", counts.changed);
    counts = {};
  }
}

// What is lost when the power goes is done again: the mark of begin() is durable.
Result<void> FullSynchronizer::commit(bool has_written) {
  TRY_DOING(engine_->store->database().commit(), "synchronizing");
  if (!has_written) return {};
  if (checkpoint_ == nullptr)
    checkpoint_ = TRY(store::BackgroundCheckpoint::start(*engine_->store));
  return checkpoint_->committed();
}

Result<void> FullSynchronizer::writeKeys() {
  if (!is_bulk_) return {};
  std::sort(new_keys_.begin(), new_keys_.end());
  store::Store& store = *engine_->store;
  store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
  for (const auto& [key, mv] : new_keys_) {
    store.metaverse().addKey(AttributeId(key.first), key.second, MetaverseObjectId(mv));
  }
  store.clearSetting(kKeysStale);
  new_keys_.clear();
  return transaction.commit();
}

Result<void> FullSynchronizer::decide() {
  store::Store& store = *engine_->store;
  ObjectSync objects(*engine_, *recorder_, /*revisit_referrers=*/true);
  constexpr std::size_t kPerCommit = 500;
  for (std::size_t at = 0; at < undecided_.size(); at += kPerCommit) {
    if (recorder_->isCancelled()) {
      return Error(ErrorCode::kCancelled,
                   "stopped on request; the next synchronization starts over with all objects");
    }
    store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
    for (std::size_t i = at; i < std::min(undecided_.size(), at + kPerCommit); ++i) {
      objects.synchronize(undecided_[i].first, undecided_[i].second);
    }
    TRY_DOING(transaction.commit(), "synchronizing");
  }
  return {};
}

Result<void> FullSynchronizer::synchronizeReferences() {
  std::size_t targets = 0;
  for (const EngineConnector& connector : engine_->connectors)
    targets += connector.has_outbound_rules ? 1 : 0;
  store::Store& store = *engine_->store;
  if (targets != 1) {  // one by one; several tenants are rare
    store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
    for (const ReferenceChain& chain : chains_) {
      store.space().addPendingImport(ConnectorObjectId(chain.source), connector_, kAllReferences);
    }
    return transaction.commit();
  }
  if (has_new_ || !undecided_.empty()) {  // links have changed since the start
    links_ = TRY(LinkSnapshot::load(store, *engine_->rules, connector_));
  }
  return FullReferences(*engine_, *links_).synchronize(std::move(chains_), first_new_);
}

Result<void> FullSynchronizer::finish() {
  store::Store& store = *engine_->store;
  store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
  store.clearSetting(unfinishedMark(connector_));
  TRY(transaction.commit());
  return store.checkpoint();  // readers are quicker when the log is short
}

Result<void> rebuildKeys(const Engine& engine) {
  store::Store& store = *engine.store;
  store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
  store.metaverse().clearKeys();
  const std::vector<AttributeId> attributes = engine.rules->joinAttributes();
  std::vector<std::int64_t> hashes;
  store.metaverse().scan(MetaverseObjectId(), [&](const store::MetaverseRow& row) {
    for (const AttributeId attribute : attributes) {
      const auto values = directory::findAttribute(row.record, attribute);
      if (!values) continue;
      joinHashesInto(*values, hashes);
      for (const std::int64_t hash : hashes)
        store.metaverse().addKey(attribute, hash, row.id);
    }
    return true;
  });
  store.clearSetting(kKeysStale);
  return transaction.commit();
}

}  // namespace tandem::sync
