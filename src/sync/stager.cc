// SPDX-License-Identifier: Apache-2.0
#include "sync/stager.h"

#include <algorithm>

#include <fmt/format.h>

#include "directory/delta.h"
#include "directory/dn.h"
#include "store/log_fold.h"
#include "sync/departure_record.h"

namespace tandem::sync {

using connectors::ImportedReference;
using connectors::ImportItem;
using connectors::ImportKind;
using connectors::ReferenceChange;
using store::DepartureKind;
using store::ObjectRow;
using store::ObjectState;
using store::PendingImport;

namespace {

// A connector space with fewer rows than this is filled as if it were empty.
constexpr std::int64_t kBulkBelow = 1000;

// Over all that was read of the object. References are summed, so their order does not matter.
Hash128 stateHash(const ImportItem& item) {
  std::uint64_t references = 0;
  for (const ImportedReference& reference : item.references) {
    const std::string_view target =
        reference.target_anchor.empty() ? reference.target_dn : reference.target_anchor;
    references += hash64(target, reference.attribute.raw());
  }
  Hash128 hash = hash128(item.image);
  hash.low ^= hash64(item.dn, /*seed=*/1) + static_cast<std::uint64_t>(item.type.raw());
  hash.high += references * 0x9E3779B97F4A7C15ULL;
  return hash;
}

std::string unfinishedMark(ConnectorId connector) {
  return fmt::format("full_import_unfinished:{}", connector.raw());
}

}  // namespace

Stager::Stager(const Engine& engine, ConnectorId connector, StepRecorder& recorder)
    : engine_(&engine),
      connector_(connector),
      recorder_(&recorder),
      targets_(engine),
      stored_(std::make_unique<StoredIdentities>(engine.store->space(), connector)),
      identities_(stored_.get()) {
  const EngineConnector* self = engine.find(connector);
  is_target_ = self != nullptr && self->has_outbound_rules;
}

Stager::~Stager() = default;

Result<void> Stager::beginFull() {
  store::Store& store = *engine_->store;
  known_before_ = store.space().count(connector_);
  // References wait in memory for the end of the import. One that is killed before leaves objects
  // whose hash says more than the store holds, so the next one must not believe the hashes; and a
  // delta must not build on it.
  const std::string mark = unfinishedMark(connector_);
  const bool unfinished = store.setting(mark).has_value();
  {
    store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
    store.setSetting(mark, "1");
    store.space().clearWatermarks(connector_);
    TRY(transaction.commit());
  }
  index_ = std::make_unique<IdentityIndex>(store.space(), connector_, /*trust_hashes=*/!unfinished);
  identities_ = index_.get();
  is_bulk_ = known_before_ < kBulkBelow && store.space().maxId() < kBulkBelow;
  if (is_bulk_) TRY(store.beginBulkLoad());
  return store.database().takeError();
}

Result<void> Stager::stage(std::vector<ImportItem>& items,
                           std::string_view partition,
                           const connectors::Watermark& reached) {
  store::Database& database = engine_->store->database();
  store::Transaction transaction = TRY(store::Transaction::begin(database));
  engine_->store->names().save();
  findScopingGroups();
  for (ImportItem& item : items)
    stageItem(item);
  // New owners rise, so this appends; at the end of an import nobody would read meanwhile.
  TRY(flushReferences());
  engine_->store->changeTimes().flush();
  if (reached) engine_->store->space().setWatermark(connector_, partition, *reached);
  TRY_DOING(transaction.commit(), "staging what was read");
  staged_ += static_cast<std::int64_t>(items.size());
  return {};
}

// What a full import finds says nothing of when it came, unless the connector knows.
std::int64_t Stager::changeTime(const ImportItem& item) const {
  if (isFull() && item.changed_at == 0) return 0;
  const std::int64_t now = engine_->now();
  return item.changed_at > 0 && item.changed_at < now ? item.changed_at : now;
}

void Stager::stageItem(ImportItem& item) {
  const store::FromChange from(engine_->store->changeTimes(), changeTime(item));
  if (!item.error_type.empty()) {
    if (!item.anchor.empty()) identities_->markSeen(item.anchor);
    fail(item, item.error_type, item.error_message);
    return;
  }
  switch (item.kind) {
    case ImportKind::kFull:
      stageFull(item);
      return;
    case ImportKind::kPartial:
      stagePartial(item);
      return;
    case ImportKind::kDelete:
      if (const auto known = identities_->byAnchor(item.anchor))
        stageDelete(known->id, DepartureKind::kReportedDeleted);
      return;
    case ImportKind::kDeleteSubtree:
      for (const ConnectorObjectId id : engine_->store->space().findUnder(connector_, item.dn))
        stageDelete(id, DepartureKind::kReportedDeleted);
      if (const auto top = identities_->byDn(item.dn))
        stageDelete(*top, DepartureKind::kReportedDeleted);
      return;
    case ImportKind::kPresent:
      identities_->markSeen(item.anchor);
      recorder_->countOnly("stage-no-change", 1);
      return;
  }
}

void Stager::stageFull(ImportItem& item) {
  const Hash128 state_hash = stateHash(item);
  const std::optional<KnownIdentity> known = identities_->byAnchor(item.anchor);
  if (!known) {
    stageNew(item, state_hash);
    return;
  }
  identities_->markSeen(item.anchor);
  if (known->state_hash == state_hash) {
    recorder_->countOnly("stage-no-change", 1);
    return;
  }
  stageKnown(item, *known, state_hash);
}

void Stager::stageNew(ImportItem& item, const Hash128& state_hash) {
  store::ConnectorSpace& space = engine_->store->space();
  // While a first import fills an empty space nothing can be there under the same DN but what this
  // import itself has read.
  if (const std::optional<ConnectorObjectId> holder = identities_->byDn(item.dn)) {
    const std::optional<ObjectRow> row = space.find(*holder);
    if (row && row->anchor.empty()) {
      claim(item, *row, state_hash);
      return;
    }
    space.loseDn(*holder);
    displaced_by_[holder->raw()] = ConnectorObjectId();
  }
  const std::uint32_t state = item.is_container ? ObjectState::kContainer : 0;
  const ConnectorObjectId id =
      space.insert({connector_, item.type, state, item.anchor, item.dn, item.image, state_hash});
  for (auto& [transient, successor] : displaced_by_) {
    if (successor.raw() == 0) successor = id;
  }
  if (is_target_) engine_->store->checks().importedChanged(id);
  identities_->remember(item.anchor, item.dn, {id, state_hash});
  applyReferences(id, item, /*is_new=*/true);
  space.addPendingImport(id, connector_, PendingImport::kAdd);
  recorder_->count("stage-add", id, item.dn);
}

void Stager::claim(ImportItem& item, const ObjectRow& row, const Hash128& state_hash) {
  store::ConnectorSpace& space = engine_->store->space();
  const std::uint32_t state = item.is_container ? ObjectState::kContainer : 0;
  space.setIdentity(row.id, item.type, state, item.anchor);
  space.setImage(row.id, item.image, state_hash);
  if (is_target_) engine_->store->checks().importedChanged(row.id);
  if (row.dn != item.dn) space.setDn(row.id, item.dn);
  identities_->remember(item.anchor, item.dn, {row.id, state_hash});
  replaceReferences(row.id, item);
  space.addPendingImport(row.id, connector_, PendingImport::kAdd);
  recorder_->count("stage-add", row.id, item.dn);
  store::Exports& exports = engine_->store->exports();
  const std::optional<store::UnconfirmedRow> sent = exports.unconfirmed(row.id);
  confirm(row.id, {}, std::nullopt);
  // It was to be deleted and not found: the add without an answer has arrived behind that.
  if (sent && sent->operation == store::PendingOperation::kDelete && !exports.wanted(row.id)) {
    exports.setPending(row.id, connector_, store::PendingOperation::kDelete);
  }
}

void Stager::stageKnown(ImportItem& item, const KnownIdentity& known, const Hash128& state_hash) {
  store::ConnectorSpace& space = engine_->store->space();
  const std::optional<ObjectRow> row = space.find(known.id);
  if (!row) return;
  std::uint32_t what = 0;
  const bool was_deleted = (space.pendingImport(row->id) & PendingImport::kDelete) != 0;
  if (was_deleted) space.clearPendingImport(row->id);
  const bool first_image = !row->has_image;
  const bool retyped = row->type != item.type;
  const std::uint32_t state = item.is_container ? ObjectState::kContainer : 0;
  if (retyped || row->state != state) space.setIdentity(row->id, item.type, state, item.anchor);
  if (row->dn != item.dn) {
    // Syncrepl tells of a renamed container as a whole entry, and of nothing below it.
    rename(*row, item.dn, /*cascade=*/!isFull() && (row->state & ObjectState::kContainer) != 0);
    what |= PendingImport::kRename;
  }
  const bool changed = first_image || row->image != item.image;
  if (changed) {
    space.setImage(row->id, item.image, state_hash);
    if (is_target_) engine_->store->checks().importedChanged(row->id);
    what |= first_image ? PendingImport::kAdd : PendingImport::kUpdate;
  } else {
    space.setStateHash(row->id, state_hash);
  }
  identities_->remember(item.anchor, item.dn, {row->id, state_hash});
  if (replaceReferences(row->id, item)) what |= PendingImport::kReferences;
  if (retyped || was_deleted) what |= PendingImport::kUpdate;
  confirm(row->id, row->image, std::nullopt);
  if (what == 0) {
    recorder_->countOnly("stage-no-change", 1);
    return;
  }
  space.addPendingImport(row->id, connector_, what);
  const bool renamed = (what & PendingImport::kRename) != 0;
  recorder_->count(retyped   ? "stage-delete-add"
                   : renamed ? "stage-rename"
                             : "stage-update",
                   row->id,
                   item.dn);
}

void Stager::stagePartial(ImportItem& item) {
  store::ConnectorSpace& space = engine_->store->space();
  const std::optional<KnownIdentity> known = identities_->byAnchor(item.anchor);
  const std::optional<ObjectRow> row = known ? space.find(known->id) : std::nullopt;
  if (!row) {
    fail(item,
         "need-full-object",
         "the directory told of a change to an object that was never read; a full import repairs "
         "it");
    return;
  }
  std::uint32_t what = 0;
  if (!item.dn.empty() && item.dn != row->dn) {
    rename(*row, item.dn, /*cascade=*/(row->state & ObjectState::kContainer) != 0);
    what |= PendingImport::kRename;
  }
  const std::string image = directory::applyDelta(row->image, item.image);
  const bool references = changeReferences(row->id, item);
  if (references) what |= PendingImport::kReferences;
  if (image != row->image) what |= PendingImport::kUpdate;
  if (what == 0) {
    recorder_->countOnly("stage-no-change", 1);
    confirm(row->id, row->image, item.image);
    return;
  }
  // What a full import would say of it now is not known, so the next one looks closer.
  space.setImage(row->id, image, Hash128{});
  if (is_target_) engine_->store->checks().importedChanged(row->id);
  identities_->remember(item.anchor, item.dn.empty() ? row->dn : item.dn, {row->id, Hash128{}});
  space.addPendingImport(row->id, connector_, what);
  recorder_->count((what & PendingImport::kRename) != 0 ? "stage-rename" : "stage-update",
                   row->id,
                   item.dn.empty() ? row->dn : item.dn);
  confirm(row->id, row->image, item.image);
}

void Stager::stageDelete(ConnectorObjectId id, DepartureKind kind) {
  store::ConnectorSpace& space = engine_->store->space();
  const std::optional<ObjectRow> row = space.find(id);
  if (!row || (row->isPlaceholder() && !row->has_image)) return;
  const std::optional<store::UnconfirmedRow> sent = engine_->store->exports().unconfirmed(id);
  if (sent && sent->operation == store::PendingOperation::kDelete) {
    // Our own deletion, confirmed. When the object is wanted again, its add starts anew.
    countConfirmed(sent->changed_at);
    recorder_->count("stage-delete", id, row->dn);
    recordDeparture(*engine_, *recorder_, *row, DepartureKind::kDeletionSeen);
    if (engine_->store->exports().wanted(id)) {
      engine_->store->exports().removeUnconfirmed(id);
      space.forgetImage(id);
      space.setIdentity(id, row->type, ObjectState::kProvisioned, {});
      targets_.refreshPending(id);
    } else {
      space.remove(id);
    }
    return;
  }
  if ((space.pendingImport(id) & PendingImport::kDelete) != 0) return;
  const bool is_wanted = is_target_ && engine_->store->exports().wanted(id).has_value();
  recordDeparture(*engine_, *recorder_, *row, is_wanted ? DepartureKind::kDeletedByOthers : kind);
  space.addPendingImport(id, connector_, PendingImport::kDelete);
  space.setStateHash(id, Hash128{});
  recorder_->count("stage-delete", id, row->dn);
}

void Stager::rename(const ObjectRow& row, const std::string& dn, bool cascade) {
  store::ConnectorSpace& space = engine_->store->space();
  const std::optional<ConnectorObjectId> holder = identities_->byDn(dn);
  if (holder && *holder != row.id) {
    const std::optional<ObjectRow> other = space.find(*holder);
    if (other && other->isPlaceholder()) {
      space.moveReferences(*holder, row.id);  // it was this object that they meant
      space.remove(*holder);
    } else {
      space.loseDn(*holder);
      displaced_by_[holder->raw()] = row.id;
    }
  }
  if (cascade) {
    // Active Directory reports a moved container alone: what lies under it has new names silently.
    const Result<directory::Dn> from = directory::Dn::parse(row.dn);
    const Result<directory::Dn> to = directory::Dn::parse(dn);
    if (from.ok() && to.ok()) {
      for (const ConnectorObjectId child : space.findUnder(connector_, row.dn)) {
        const std::optional<ObjectRow> below = space.find(child);
        const Result<directory::Dn> old_name = directory::Dn::parse(below->dn);
        if (!old_name.ok()) continue;
        std::vector<directory::Rdn> rdns = old_name.value().rdns();
        rdns.resize(rdns.size() - from.value().rdns().size());
        rdns.insert(rdns.end(), to.value().rdns().begin(), to.value().rdns().end());
        const std::string new_name = directory::Dn::fromRdns(std::move(rdns)).toText();
        space.setDn(child, new_name);
        space.setStateHash(child, Hash128{});
        identities_->rememberDn(new_name, child);
        space.addPendingImport(child, connector_, PendingImport::kRename);
        recorder_->count("stage-rename", child, new_name);
      }
    }
  }
  space.setDn(row.id, dn);
  identities_->rememberDn(dn, row.id);
}

void Stager::countConfirmed(std::int64_t changed_at) {
  engine_->store->changeTimes().count(store::ChangeStage::kConfirmed, changed_at, engine_->now());
}

void Stager::confirm(ConnectorObjectId id,
                     std::string_view before,
                     std::optional<std::string_view> reported) {
  if (!is_target_) return;
  const std::optional<ObjectRow> row = engine_->store->space().find(id);
  if (!row) return;
  const TargetObjects::Confirmation result = targets_.confirm(*row, reported);
  targets_.learnStored(*row, before);
  if (!result.not_reimported.empty()) {
    std::string names;
    for (const AttributeId attribute : result.not_reimported) {
      names += (names.empty() ? "" : ", ") + engine_->store->names().attributes().name(attribute);
    }
    recorder_->problem(
        {id,
         row->dn,
         store::ErrorPhase::kImport,
         "exported-change-not-reimported",
         "0x80230220",
         fmt::format("the directory accepted {} and shows another value; somebody else, or the "
                     "directory itself, changes it back. It will be exported again",
                     names)});
  } else {
    engine_->store->history().clearError(id, store::ErrorPhase::kImport);
  }
  targets_.refreshPending(id);
}

void Stager::fail(const ImportItem& item, std::string_view type, std::string_view message) {
  ObjectProblem problem;
  if (const auto known = identities_->byAnchor(item.anchor)) problem.object = known->id;
  problem.dn = item.dn;
  problem.phase = store::ErrorPhase::kImport;
  problem.type = type;
  problem.message = message;
  recorder_->countOnly("stage-failure", 1);
  recorder_->problem(problem);
}

Result<void> Stager::finish(bool complete, const AbsenceGuard& guard) {
  if (!isFull()) return {};
  TRY(placeWaitingReferences());
  TRY(flushReferences());
  if (is_bulk_) {
    const store::LogFold folding(engine_->store->path());
    TRY_DOING(engine_->store->finishBulkLoad(), "building the indexes");
  }
  is_bulk_ = false;
  engine_->store->clearSetting(unfinishedMark(connector_));
  TRY(engine_->store->database().takeError());
  if (!complete) return {};
  TRY(forgetDeletedAdds());
  return stageAbsent(guard);
}

// An add without an answer, looked for in order to delete it and not found, neither then nor now.
Result<void> Stager::forgetDeletedAdds() {
  store::Store& store = *engine_->store;
  store::Transaction transaction = TRY(store::Transaction::begin(store.database()));
  for (const ConnectorObjectId id : store.exports().deletedWithoutAnchor(connector_)) {
    if (!store.exports().wanted(id)) store.space().remove(id);
  }
  return transaction.commit();
}

// Several objects were known and none was read, neither these nor others. Containers do not count:
// the one that everything lies in is there even when an account may not look into it.
bool Stager::isNothingLeft() const {
  const auto isObject = [this](ConnectorObjectId id) {
    const std::optional<ObjectRow> row = engine_->store->space().find(id);
    return row && (row->state & ObjectState::kContainer) == 0;
  };
  if (index_->anySeen(isObject)) return false;
  std::size_t missing = 0;
  index_->forEachUnseen([&](ConnectorObjectId id) {
    if (missing < 2 && isObject(id)) ++missing;
  });
  return missing > 1;
}

Result<void> Stager::stageAbsent(const AbsenceGuard& guard) {
  const auto missing = static_cast<std::int64_t>(index_->unseenCount());
  if (missing == 0) return {};
  // An empty answer proves nothing, however small the directory was.
  const bool all = guard.enabled && isNothingLeft();
  const bool too_much =
      known_before_ > guard.percent_from && missing * 100 > known_before_ * guard.percent;
  if (guard.enabled && (all || too_much)) {
    return Error(
        ErrorCode::kStoppedByGuard,
        fmt::format(
            "{} of {} objects were not found any more, more than the {} % that thresholds.absence "
            "allows, so none of them was staged as deleted. Check the directory and its filters; "
            "if "
            "they really are gone, run the import with --allow-absence",
            missing,
            known_before_,
            guard.percent));
  }
  store::Transaction transaction = TRY(store::Transaction::begin(engine_->store->database()));
  index_->forEachUnseen([this](ConnectorObjectId id) {
    const std::optional<ObjectRow> row = engine_->store->space().find(id);
    const bool is_add = row && !row->has_image && (row->state & ObjectState::kProvisioned) != 0;
    if (is_add && engine_->store->exports().wanted(id)) {
      // Exported as an add and not there: to be added again. Connectors look before they create.
      engine_->store->exports().removeUnconfirmed(id);
      engine_->store->space().setIdentity(id, row->type, row->state, {});
      targets_.refreshPending(id);
      return;
    }
    stageDelete(id, DepartureKind::kNotSeen);
    const auto successor = displaced_by_.find(id.raw());
    if (successor != displaced_by_.end())
      engine_->store->space().moveReferences(id, successor->second);
  });
  engine_->store->changeTimes().flush();
  return transaction.commit();
}

}  // namespace tandem::sync
