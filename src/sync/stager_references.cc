// SPDX-License-Identifier: Apache-2.0
// References of imported objects: how DN texts become links. See stager.h.
#include <algorithm>

#include "sync/stager.h"

namespace tandem::sync {

using connectors::ImportedReference;
using connectors::ImportItem;
using connectors::ReferenceChange;
using store::ObjectState;

bool Stager::applyReferences(ConnectorObjectId owner, const ImportItem& item, bool is_new) {
  bool changed = false;
  for (const ImportedReference& reference : item.references) {
    if (reference.change != ReferenceChange::kAdd) continue;
    if (const std::optional<ConnectorObjectId> target = resolveOrExpect(reference)) {
      changed = link(owner, reference.attribute, *target, is_new) || changed;
    } else {
      waiting_.push_back(
          {owner, reference.attribute, reference.target_dn, reference.target_anchor});
      changed = true;
    }
  }
  return changed;
}

bool Stager::replaceReferences(ConnectorObjectId owner, const ImportItem& item) {
  std::vector<store::Reference> before = engine_->store->space().references(owner);
  // What rules have worked out is not the directory's to say.
  std::erase_if(before, [this](const store::Reference& one) {
    return rules::isComputed(engine_->store->names().attributes().name(one.attribute));
  });
  std::vector<store::Reference> after;
  bool changed = false;
  for (const ImportedReference& reference : item.references) {
    if (const std::optional<ConnectorObjectId> target = resolveOrExpect(reference)) {
      after.push_back({reference.attribute, *target});
    } else {
      waiting_.push_back(
          {owner, reference.attribute, reference.target_dn, reference.target_anchor});
      changed = true;
    }
  }
  std::sort(before.begin(), before.end());
  std::sort(after.begin(), after.end());
  after.erase(std::unique(after.begin(), after.end()), after.end());
  std::vector<store::Reference> difference;
  std::set_difference(
      before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(difference));
  for (const store::Reference& gone : difference)
    changed = unlink(owner, gone.attribute, gone.target) || changed;
  difference.clear();
  std::set_difference(
      after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(difference));
  for (const store::Reference& added : difference) {
    changed = link(owner, added.attribute, added.target, /*is_new=*/false) || changed;
  }
  if (is_target_ && index_ != nullptr) {
    // The whole list was read: what was sent and is not in it has not arrived.
    for (store::ExportReferenceRow row : engine_->store->exports().references(owner)) {
      const bool is_there = std::binary_search(
          after.begin(), after.end(), store::Reference{row.attribute, row.target});
      if (row.added == is_there) {
        if (row.sent) countConfirmed(row.changed_at);
        engine_->store->exports().removeReference(owner, row.attribute, row.target);
      } else if (row.sent) {
        row.sent = false;
        engine_->store->exports().setReference(owner, row);
      }
    }
  }
  return changed;
}

bool Stager::changeReferences(ConnectorObjectId owner, const ImportItem& item) {
  bool changed = false;
  for (std::size_t i = 0; i < item.references.size(); ++i) {
    const ImportedReference& reference = item.references[i];
    if (reference.change == ReferenceChange::kReplaceAll) {
      // The new values of the attribute stand in the same item; links that are among them stay.
      std::vector<ConnectorObjectId> kept;
      for (const ImportedReference& other : item.references) {
        if (other.attribute != reference.attribute || other.change != ReferenceChange::kAdd)
          continue;
        if (const auto target = resolve(other)) kept.push_back(*target);
      }
      for (const ConnectorObjectId target :
           engine_->store->space().targets(owner, reference.attribute)) {
        if (std::find(kept.begin(), kept.end(), target) == kept.end()) {
          changed = unlink(owner, reference.attribute, target) || changed;
        }
      }
      continue;
    }
    std::optional<ConnectorObjectId> target = resolve(reference);
    if (reference.change == ReferenceChange::kRemove) {
      if (target) changed = unlink(owner, reference.attribute, *target) || changed;
      continue;
    }
    if (!target && reference.target_dn.empty()) continue;  // known by an anchor that we never saw
    if (!target) target = placeholderFor(reference.target_dn);
    changed = link(owner, reference.attribute, *target, /*is_new=*/false) || changed;
  }
  return changed;
}

std::optional<ConnectorObjectId> Stager::resolve(const ImportedReference& reference) {
  if (!reference.target_anchor.empty()) {
    if (const auto known = identities_->byAnchor(reference.target_anchor)) return known->id;
  }
  if (reference.target_dn.empty()) return std::nullopt;
  return identities_->byDn(reference.target_dn);
}

std::optional<ConnectorObjectId> Stager::resolveOrExpect(const ImportedReference& reference) {
  std::optional<ConnectorObjectId> target = resolve(reference);
  if (!target && !isFull() && !reference.target_dn.empty()) {
    target = placeholderFor(reference.target_dn);
  }
  return target;
}

ConnectorObjectId Stager::placeholderFor(const std::string& dn) {
  const ConnectorObjectId id = engine_->store->space().insert(
      {connector_, ObjectTypeId(), ObjectState::kPlaceholder, {}, dn, std::nullopt, {}});
  identities_->rememberDn(dn, id);
  return id;
}

bool Stager::link(ConnectorObjectId owner,
                  AttributeId attribute,
                  ConnectorObjectId target,
                  bool is_new) {
  if (is_new) {  // all of them are work for synchronization anyway: the object itself is new
    new_references_.push_back({owner.raw(), attribute.raw(), target.raw()});
    if (index_ == nullptr) return flushReferences().ok();
    return true;
  }
  if (!engine_->store->space().addReference(owner, attribute, target)) return false;
  engine_->store->space().addPendingReference(owner, {attribute, target, true});
  wakeMember(owner, target);
  if (is_target_) {
    const auto sent = engine_->store->exports().reference(owner, attribute, target);
    if (sent && sent->added) {
      if (sent->sent) countConfirmed(sent->changed_at);
      engine_->store->exports().removeReference(owner, attribute, target);
    }
  }
  return true;
}

bool Stager::unlink(ConnectorObjectId owner, AttributeId attribute, ConnectorObjectId target) {
  if (!engine_->store->space().removeReference(owner, attribute, target)) return false;
  engine_->store->space().addPendingReference(owner, {attribute, target, false});
  wakeMember(owner, target);
  if (is_target_) {
    const auto sent = engine_->store->exports().reference(owner, attribute, target);
    if (sent && !sent->added) {
      if (sent->sent) countConfirmed(sent->changed_at);
      engine_->store->exports().removeReference(owner, attribute, target);
    }
  }
  return true;
}

// A rule's scope may be "member of this group" (a pilot): who joins or leaves it has to be looked
// at, although nothing of the object itself has changed.
void Stager::findScopingGroups() {
  scoping_groups_.clear();
  if (engine_->rules == nullptr) return;
  for (const std::string& dn : engine_->rules->memberOfGroups(connector_)) {
    if (const auto group = identities_->byDn(dn)) scoping_groups_.insert(group->raw());
  }
}

void Stager::wakeMember(ConnectorObjectId owner, ConnectorObjectId target) {
  if (!scoping_groups_.contains(owner.raw())) return;
  engine_->store->space().addPendingImport(target, connector_, store::PendingImport::kRetry);
}

Result<void> Stager::flushReferences() {
  if (new_references_.empty()) return {};
  std::sort(new_references_.begin(),
            new_references_.end(),
            [](const NewReference& a, const NewReference& b) {
              return std::tie(a.owner, a.attribute, a.target) <
                     std::tie(b.owner, b.attribute, b.target);
            });
  store::Database& database = engine_->store->database();
  const bool own_transaction = !database.isInTransaction();
  if (own_transaction) TRY(database.begin());
  for (const NewReference& reference : new_references_) {
    engine_->store->space().addReference(ConnectorObjectId(reference.owner),
                                         AttributeId(reference.attribute),
                                         ConnectorObjectId(reference.target));
  }
  new_references_.clear();
  if (own_transaction) return database.commit();
  return {};
}

Result<void> Stager::placeWaitingReferences() {
  if (waiting_.empty()) return {};
  TRY(flushReferences());
  store::Transaction transaction = TRY(store::Transaction::begin(engine_->store->database()));
  std::stable_sort(
      waiting_.begin(), waiting_.end(), [](const WaitingReference& a, const WaitingReference& b) {
        return a.owner < b.owner;
      });
  for (const WaitingReference& reference : waiting_) {
    ImportedReference wanted;
    wanted.target_dn = reference.dn;
    wanted.target_anchor = reference.anchor;
    std::optional<ConnectorObjectId> target = resolve(wanted);
    if (!target && reference.dn.empty()) continue;
    if (!target) target = placeholderFor(reference.dn);
    const bool is_new = is_bulk_;
    if (is_new) {
      new_references_.push_back({reference.owner.raw(), reference.attribute.raw(), target->raw()});
    } else {
      link(reference.owner, reference.attribute, *target, /*is_new=*/false);
    }
  }
  waiting_.clear();
  return transaction.commit();
}

}  // namespace tandem::sync
