// SPDX-License-Identifier: Apache-2.0
#include "tenant/directory.h"

#include <algorithm>

#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"

namespace tandem::tenant {
namespace {

constexpr Property kIndexed[] = {
    Property::kDisplayName,
    Property::kMail,
    Property::kMailNickname,
    Property::kOnPremisesImmutableId,
    Property::kOnPremisesSecurityIdentifier,
    Property::kProxyAddresses,
    Property::kUniqueName,
    Property::kUserPrincipalName,
};

std::uint64_t keyOf(Kind kind, Property property, std::string_view value) {
  thread_local std::string folded;
  foldCaseInto(value, folded);
  return hash64(folded,
                static_cast<std::uint64_t>(property) << 8 | static_cast<std::uint64_t>(kind));
}

bool sameText(Property property, std::string_view a, std::string_view b) {
  if (a == b) return true;
  return property != Property::kOnPremisesImmutableId && foldCase(a) == foldCase(b);
}

bool holds(const Object& object, Property property, std::string_view value) {
  const Value* found = object.find(property);
  if (!found) return false;
  if (const auto* text = std::get_if<std::string>(found)) return sameText(property, *text, value);
  const auto& texts = object.texts(property);
  return std::any_of(texts.begin(), texts.end(), [&](const auto& text) {
    return sameText(property, text, value);
  });
}

bool eraseNumber(std::vector<ObjectNumber>& numbers, ObjectNumber number) {
  const auto place = std::find(numbers.begin(), numbers.end(), number);
  if (place == numbers.end()) return false;
  numbers.erase(place);
  return true;
}

}  // namespace

void Directory::load(Object object) {
  TANDEM_CHECK(object.number == objects_.size() + 1);
  last_change_ = std::max(last_change_, object.changed);
  ++counts_[static_cast<std::size_t>(object.kind)][static_cast<std::size_t>(object.state)];
  objects_.push_back(std::move(object));
  const Object& stored = objects_.back();
  if (stored.state == ObjectState::kPurged) return;
  by_id_.add(GuidHash()(stored.id), stored.number);
  indexAll(stored, true);
}

void Directory::loadMember(ObjectNumber group, ChangeNumber change, ObjectNumber member) {
  Object& target = objects_[group - 1];
  target.members.add(member, change);
  target.changed = std::max(target.changed, change);
  objects_[member - 1].member_of.push_back(group);
  last_change_ = std::max(last_change_, change);
}

void Directory::loadRemoval(ObjectNumber group, ChangeNumber change, ObjectNumber member) {
  Object& target = objects_[group - 1];
  target.members.restoreRemoval({change, member});
  ++removals_;
  target.changed = std::max(target.changed, change);
  last_change_ = std::max(last_change_, change);
}

void Directory::finishLoading() {
  for (const Object& object : objects_) {
    if (object.manager != 0) objects_[object.manager - 1].direct_reports.push_back(object.number);
    changes_[static_cast<std::size_t>(object.kind)].push_back({object.changed, object.number});
  }
  for (auto& log : changes_) {
    std::sort(log.begin(), log.end(), [](const Change& a, const Change& b) {
      return a.change < b.change;
    });
  }
}

const Object* Directory::find(const Guid& id) const {
  const Object* found = nullptr;
  by_id_.forEach(GuidHash()(id), [&](ObjectNumber number) {
    if (at(number).id == id) found = &at(number);
  });
  return found;
}

std::size_t Directory::count(Kind kind, ObjectState state) const {
  return counts_[static_cast<std::size_t>(kind)][static_cast<std::size_t>(state)];
}

bool Directory::isIndexed(Property property) {
  return std::find(std::begin(kIndexed), std::end(kIndexed), property) != std::end(kIndexed);
}

std::vector<const Object*> Directory::findBy(Kind kind,
                                             Property property,
                                             std::string_view value) const {
  TANDEM_CHECK(isIndexed(property));
  std::vector<const Object*> found;
  by_value_.forEach(keyOf(kind, property, value), [&](ObjectNumber number) {
    const Object& object = at(number);
    if (object.kind == kind && holds(object, property, value)) found.push_back(&object);
  });
  std::sort(found.begin(), found.end(), [](const Object* a, const Object* b) {
    return a->number < b->number;
  });
  return found;
}

void Directory::indexValue(const Object& object,
                           Property property,
                           std::string_view value,
                           bool add) {
  const std::uint64_t key = keyOf(object.kind, property, value);
  if (add) {
    by_value_.add(key, object.number);
  } else {
    by_value_.remove(key, object.number);
  }
}

void Directory::indexProperty(const Object& object, Property property, bool add) {
  const Value* value = object.find(property);
  if (!value) return;
  if (const auto* text = std::get_if<std::string>(value)) {
    indexValue(object, property, *text, add);
  } else {
    for (const auto& one : object.texts(property))
      indexValue(object, property, one, add);
  }
}

void Directory::indexAll(const Object& object, bool add) {
  for (const Property property : kIndexed)
    indexProperty(object, property, add);
}

void Directory::noteChange(const Object& object) {
  auto& log = changes_[static_cast<std::size_t>(object.kind)];
  // Out-of-date entries are dropped when they have become the most of it.
  if (log.size() > 1024 && log.size() == log.capacity()) {
    std::erase_if(log,
                  [this](const Change& entry) { return at(entry.number).changed != entry.change; });
  }
  log.push_back({object.changed, object.number});
}

void Directory::touch(Object& object) {
  object.changed = ++last_change_;
  noteChange(object);
  sink_.putObject(object);
}

const Object& Directory::create(Kind kind, PropertyChanges properties, std::int64_t now_ms) {
  Object& object = objects_.emplace_back();
  object.id = Guid::random();
  object.number = static_cast<ObjectNumber>(objects_.size());
  object.kind = kind;
  object.created = now_ms / 1000;
  object.properties.reserve(properties.size());
  // In order, so that each is put at the end; pointers, because values are large to move.
  std::vector<PropertyChange*> ordered;
  ordered.reserve(properties.size());
  for (auto& change : properties)
    ordered.push_back(&change);
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) {
    return a->property < b->property;
  });
  for (PropertyChange* change : ordered)
    object.set(change->property, std::move(change->value));
  by_id_.add(GuidHash()(object.id), object.number);
  indexAll(object, true);
  ++counts_[static_cast<std::size_t>(kind)][0];
  touch(object);
  return object;
}

bool Directory::update(const Object& object, const PropertyChanges& changes) {
  Object& target = mutableAt(object);
  bool changed = false;
  for (const auto& [property, value] : changes) {
    const Value* old = target.find(property);
    if (old ? value == *old : !value) continue;
    changed = true;
    const bool indexed = isIndexed(property);
    if (indexed) indexProperty(target, property, false);
    target.set(property, value);
    if (indexed) indexProperty(target, property, true);
  }
  if (changed) touch(target);
  return changed;
}

void Directory::setState(Object& object, ObjectState state) {
  auto& counts = counts_[static_cast<std::size_t>(object.kind)];
  --counts[static_cast<std::size_t>(object.state)];
  ++counts[static_cast<std::size_t>(state)];
  object.state = state;
}

void Directory::softDelete(const Object& object, std::int64_t now_seconds) {
  Object& target = mutableAt(object);
  setState(target, ObjectState::kSoftDeleted);
  target.deleted = now_seconds;
  touch(target);
}

void Directory::restore(const Object& object) {
  Object& target = mutableAt(object);
  setState(target, ObjectState::kActive);
  target.deleted = 0;
  touch(target);
}

void Directory::purge(const Object& object) {
  Object& target = mutableAt(object);
  while (!target.member_of.empty())
    removeMember(at(target.member_of.back()), target);
  for (const MemberList::Entry* entry = target.members.after(0); entry != target.members.end();
       ++entry) {
    if (entry->member == 0) continue;
    eraseNumber(mutableAt(at(entry->member)).member_of, target.number);
    sink_.removeMember(target.number, entry->change, 0, entry->member);
  }
  setManager(target, nullptr);
  while (!target.direct_reports.empty())
    setManager(at(target.direct_reports.back()), nullptr);
  indexAll(target, false);
  by_id_.remove(GuidHash()(target.id), target.number);
  setState(target, ObjectState::kPurged);
  target.members = MemberList();
  target.owners.clear();
  target.properties.clear();
  touch(target);
}

bool Directory::addMember(const Object& group, const Object& member) {
  Object& target = mutableAt(group);
  if (!target.members.add(member.number, last_change_ + 1)) return false;
  mutableAt(member).member_of.push_back(group.number);
  target.changed = ++last_change_;
  noteChange(target);
  sink_.addMember(group.number, target.changed, member.number);
  return true;
}

bool Directory::removeMember(const Object& group, const Object& member) {
  Object& target = mutableAt(group);
  const auto added = target.members.remove(member.number, last_change_ + 1);
  if (!added) return false;
  eraseNumber(mutableAt(member).member_of, group.number);
  target.changed = ++last_change_;
  noteChange(target);
  sink_.removeMember(group.number, *added, target.changed, member.number);
  if (++removals_ > removals_max_) forgetRemovals();
  return true;
}

// The older half, so that it is not done for each.
void Directory::forgetRemovals() {
  std::vector<ChangeNumber> all;
  all.reserve(removals_);
  for (const Object& object : objects_) {
    for (const MemberList::Removal& removal : object.members.removals())
      all.push_back(removal.change);
  }
  removals_ = all.size();  // those of purged groups are gone
  if (all.empty()) return;
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end());
  forgotten_ = std::max(forgotten_, *middle);
  removals_ = 0;
  for (Object& object : objects_) {
    object.members.forgetRemovals(forgotten_);
    removals_ += object.members.removals().size();
  }
  sink_.forgetRemovals(forgotten_);
}

bool Directory::addOwner(const Object& group, const Object& owner) {
  Object& target = mutableAt(group);
  const auto place = std::find(target.owners.begin(), target.owners.end(), owner.number);
  if (place != target.owners.end()) return false;
  target.owners.push_back(owner.number);
  touch(target);
  return true;
}

bool Directory::removeOwner(const Object& group, const Object& owner) {
  Object& target = mutableAt(group);
  if (!eraseNumber(target.owners, owner.number)) return false;
  touch(target);
  return true;
}

void Directory::setManager(const Object& user, const Object* manager) {
  Object& target = mutableAt(user);
  const ObjectNumber wanted = manager ? manager->number : 0;
  if (target.manager == wanted) return;
  if (target.manager != 0) {
    eraseNumber(mutableAt(at(target.manager)).direct_reports, target.number);
  }
  target.previous_manager = target.manager;
  target.manager = wanted;
  if (manager) mutableAt(*manager).direct_reports.push_back(target.number);
  target.manager_changed = last_change_ + 1;
  touch(target);
}

}  // namespace tandem::tenant
