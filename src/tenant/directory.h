// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "tenant/object.h"
#include "tenant/value_index.h"

namespace tandem::tenant {

// Who is told of each change, in order, before the call that made it returns.
class ChangeSink {
 public:
  virtual ~ChangeSink() = default;
  virtual void putObject(const Object& object) = 0;
  virtual void addMember(ObjectNumber group, ChangeNumber change, ObjectNumber member) = 0;
  virtual void removeMember(ObjectNumber group,
                            ChangeNumber added,
                            ChangeNumber removed,
                            ObjectNumber member) = 0;
  virtual void forgetRemovals(ChangeNumber up_to) = 0;
};

// All objects of the tenant, in memory, with their indexes. Knows no rule of Graph: what may be
// written is decided before it is called. Not thread-safe: the caller holds the tenant's lock.
class Directory {
 public:
  // Removals of members are kept for deltas, so many of them at most.
  static constexpr std::size_t kRemovalsMax = 1'000'000;
  explicit Directory(ChangeSink& sink, std::size_t removals_max = kRemovalsMax)
      : sink_(sink), removals_max_(removals_max) {}
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  // Loading: numbers dense and ascending; links only after all objects.
  void load(Object object);
  void loadMember(ObjectNumber group, ChangeNumber change, ObjectNumber member);
  void loadRemoval(ObjectNumber group, ChangeNumber change, ObjectNumber member);
  void loadForgotten(ChangeNumber up_to) { forgotten_ = up_to; }
  void finishLoading();

  const Object* find(const Guid& id) const;  // in any state but purged
  const Object& at(ObjectNumber number) const { return objects_[number - 1]; }
  ObjectNumber lastNumber() const { return static_cast<ObjectNumber>(objects_.size()); }
  std::size_t count(Kind kind, ObjectState state) const;
  ChangeNumber lastChange() const { return last_change_; }
  // A delta since an earlier change would miss removals that are not kept any more.
  ChangeNumber deltasFrom() const { return forgotten_; }

  // Objects whose indexed property holds this value (case folded, but immutable ids exactly).
  // Indexed: see isIndexed(). Soft-deleted ones are among them.
  std::vector<const Object*> findBy(Kind kind, Property property, std::string_view value) const;
  static bool isIndexed(Property property);

  // Objects of a kind by their last change, ascending: (change, number). An entry whose object has
  // changed again since is out of date and must be skipped.
  struct Change {
    ChangeNumber change;
    ObjectNumber number;
  };
  const std::vector<Change>& changes(Kind kind) const {
    return changes_[static_cast<std::size_t>(kind)];
  }

  const Object& create(Kind kind, PropertyChanges properties, std::int64_t now_ms);
  // False when nothing was different: no change number is used up.
  bool update(const Object& object, const PropertyChanges& changes);
  void setVisibleAt(const Object& object, std::int64_t ms) { mutableAt(object).visible_at = ms; }
  void softDelete(const Object& object, std::int64_t now_seconds);
  void restore(const Object& object);
  void purge(const Object& object);

  bool addMember(const Object& group, const Object& member);
  bool removeMember(const Object& group, const Object& member);
  bool addOwner(const Object& group, const Object& owner);
  bool removeOwner(const Object& group, const Object& owner);
  void setManager(const Object& user, const Object* manager);  // nullptr clears

 private:
  Object& mutableAt(const Object& object) { return objects_[object.number - 1]; }
  void touch(Object& object);
  void noteChange(const Object& object);
  void indexAll(const Object& object, bool add);
  void indexProperty(const Object& object, Property property, bool add);
  void indexValue(const Object& object, Property property, std::string_view value, bool add);
  void setState(Object& object, ObjectState state);
  void forgetRemovals();

  ChangeSink& sink_;
  std::size_t removals_max_;
  std::size_t removals_ = 0;
  ChangeNumber forgotten_ = 0;
  std::deque<Object> objects_;
  ValueIndex by_id_;
  ValueIndex by_value_;
  std::vector<Change> changes_[kKinds];
  std::size_t counts_[kKinds][3] = {};
  ChangeNumber last_change_ = 0;
};

}  // namespace tandem::tenant
