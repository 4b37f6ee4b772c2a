// SPDX-License-Identifier: Apache-2.0
#include "run/policy_effect.h"

#include <algorithm>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "platform/files.h"
#include "run/effect_side.h"
#include "run/export_guard.h"

namespace tandem::run {

using directory::ConnectorId;
using directory::ConnectorObjectId;
using directory::ObjectTypeId;

namespace {

constexpr std::size_t kFailuresMax = 5;

// Compares two sides and sorts what it finds by connector, type and attribute.
class Comparer {
 public:
  Comparer(EffectSide& before, EffectSide& after, std::size_t examples_max)
      : before_(before), after_(after), examples_max_(examples_max) {}

  PolicyEffect run() {
    compareLinks();
    compareTargets();
    compareReferences();
    compareProblems();
    for (auto& [key, one] : types_) {
      if (one.isEmpty()) continue;
      for (auto& [name, attribute] : one.attributes)
        one.effect.attributes.push_back(std::move(attribute));
      effect_.types.push_back(std::move(one.effect));
    }
    return std::move(effect_);
  }

 private:
  using Group = EffectGroup TypeEffect::*;
  struct Type {
    TypeEffect effect;
    std::map<std::string, AttributeEffect> attributes;
    bool isEmpty() const {
      const TypeEffect& one = effect;
      return one.entering.count + one.leaving.count + one.added.count + one.not_added.count +
                 one.deleted.count + one.not_deleted.count + one.joined.count +
                 one.disconnected.count + one.changed.count ==
             0;
    }
  };

  Type& typeOf(ConnectorId connector, ObjectTypeId type) {
    Type& found = types_[{connector.raw(), type.raw()}];
    const store::Names& names = after_.store().names();
    found.effect.connector = names.connectorName(connector);
    if (type.raw() != 0)
      found.effect.type = names.objectTypes().name(static_cast<std::uint32_t>(type.raw()));
    return found;
  }
  void add(EffectGroup& group, std::int64_t key, const std::string& name) const {
    ++group.count;
    if (group.examples.size() < examples_max_)
      group.examples.push_back({ConnectorObjectId(std::max<std::int64_t>(key, 0)), name});
  }

  // Who is in the metaverse. Of targets only what was there before and waits for no export: the
  // others are compared by what they would hold.
  void compareLinks() {
    std::set<std::int64_t> was;
    std::set<std::int64_t> is;
    before_.store().metaverse().scanLinks(
        [&](const store::Link& link) { was.insert(link.object.raw()); });
    after_.store().metaverse().scanLinks(
        [&](const store::Link& link) { is.insert(link.object.raw()); });
    std::vector<std::int64_t> changed;
    std::set_symmetric_difference(
        was.begin(), was.end(), is.begin(), is.end(), std::back_inserter(changed));
    for (const std::int64_t id : changed) {
      const bool enters = is.contains(id);
      const auto row = before_.store().space().find(ConnectorObjectId(id));
      if (!row || !row->has_image) continue;
      const bool is_target = after_.isTarget(row->connector);
      const bool is_deleted =
          after_.store().exports().pending(row->id) == store::PendingOperation::kDelete ||
          before_.store().exports().pending(row->id) == store::PendingOperation::kDelete;
      if (is_target && is_deleted) continue;
      const Group group = is_target ? (enters ? &TypeEffect::joined : &TypeEffect::disconnected)
                                    : (enters ? &TypeEffect::entering : &TypeEffect::leaving);
      add(typeOf(row->connector, row->type).effect.*group,
          id,
          knownName(before_.store().names(), row->image, row->dn));
    }
  }

  void compareTargets() {
    std::set<std::int64_t> keys;
    for (const auto& [key, id] : before_.pending())
      keys.insert(key);
    for (const auto& [key, id] : after_.pending())
      keys.insert(key);
    for (const std::int64_t key : keys)
      compareTarget(key);
  }

  // An object that a side has made is known to that side alone.
  static EffectSide::Expected expectedOf(EffectSide& side, std::int64_t key) {
    const auto pending = side.pending().find(key);
    if (pending != side.pending().end()) return side.expected(pending->second);
    return key > 0 ? side.expected(ConnectorObjectId(key)) : EffectSide::Expected();
  }

  void compareTarget(std::int64_t key) {
    const EffectSide::Expected was = expectedOf(before_, key);
    const EffectSide::Expected is = expectedOf(after_, key);
    if (!was.exists && !is.exists) return;
    const EffectSide::Expected& known = is.exists ? is : was;
    Type& type = typeOf(known.connector, known.type);
    if (was.exists && !is.exists) {
      add(was.is_in_directory ? type.effect.deleted : type.effect.not_added, key, known.name);
    } else if (is.exists && !was.exists) {
      add(is.is_in_directory ? type.effect.not_deleted : type.effect.added, key, known.name);
    } else {
      compareImages(type, key, was.image, is);
    }
  }

  void compareImages(Type& type,
                     std::int64_t key,
                     std::string_view was,
                     const EffectSide::Expected& is) {
    if (was == is.image) return;
    bool changed = false;
    const auto note = [&](directory::AttributeId id, EffectGroup AttributeEffect::*group) {
      add(attributeOf(type, id).*group, key, is.name);
      changed = true;
    };
    directory::RecordReader old_reader(was);
    while (const auto old = old_reader.next()) {
      const auto now = directory::findAttribute(is.image, old->id);
      if (!now) {
        note(old->id, &AttributeEffect::loses);
      } else if (!(*now == old->values)) {
        note(old->id, &AttributeEffect::changes);
      }
    }
    directory::RecordReader new_reader(is.image);
    while (const auto now = new_reader.next()) {
      if (!directory::findAttribute(was, now->id)) note(now->id, &AttributeEffect::gains);
    }
    if (changed && changed_.insert(key).second) add(type.effect.changed, key, is.name);
  }

  AttributeEffect& attributeOf(Type& type, directory::AttributeId id) {
    const std::string& name = after_.store().names().attributes().name(id);
    AttributeEffect& found = type.attributes[name];
    found.attribute = name;
    return found;
  }

  // To be added on one side alone: the other leaves it as it is known, which is without.
  void compareReferences() {
    const std::vector<EffectSide::Reference> was = before_.references();
    const std::vector<EffectSide::Reference> is = after_.references();
    struct Difference {
      std::int64_t added = 0;
      std::int64_t removed = 0;
    };
    std::map<std::pair<std::int64_t, std::uint32_t>, Difference> found;
    std::vector<EffectSide::Reference> only;
    std::set_difference(was.begin(), was.end(), is.begin(), is.end(), std::back_inserter(only));
    for (const EffectSide::Reference& one : only) {
      Difference& difference = found[{one.owner, one.attribute}];
      ++(one.added ? difference.removed : difference.added);
    }
    only.clear();
    std::set_difference(is.begin(), is.end(), was.begin(), was.end(), std::back_inserter(only));
    for (const EffectSide::Reference& one : only) {
      Difference& difference = found[{one.owner, one.attribute}];
      ++(one.added ? difference.added : difference.removed);
    }
    for (const auto& [key, difference] : found) {
      const EffectSide::Expected owner = expectedOf(after_, key.first);
      if (!owner.exists || !expectedOf(before_, key.first).exists) continue;  // counted as a whole
      Type& type = typeOf(owner.connector, owner.type);
      AttributeEffect& attribute = attributeOf(type, directory::AttributeId(key.second));
      add(attribute.changes, key.first, owner.name);
      attribute.references_added += difference.added;
      attribute.references_removed += difference.removed;
      if (changed_.insert(key.first).second) add(type.effect.changed, key.first, owner.name);
    }
  }

  void compareProblems() {
    for (const auto& [id, problem] : after_.problems()) {
      if (before_.problems().contains(id) || hasErrorNow(ConnectorObjectId(id))) continue;
      add(effect_.failing, id, problem.name);
      std::vector<std::string>& texts = effect_.failures;
      const bool is_known = std::find(texts.begin(), texts.end(), problem.message) != texts.end();
      if (!is_known && texts.size() < kFailuresMax) texts.push_back(problem.message);
    }
  }
  bool hasErrorNow(ConnectorObjectId id) {
    for (const store::ObjectError& error : before_.store().history().errorsOf(id)) {
      if (error.phase == store::ErrorPhase::kSynchronization) return true;
    }
    return false;
  }

  EffectSide& before_;
  EffectSide& after_;
  std::size_t examples_max_;
  PolicyEffect effect_;
  std::map<std::pair<std::int64_t, std::int64_t>, Type> types_;
  std::set<std::int64_t> changed_;
};

// What another choice of connectors and containers does, and what cannot be known of it.
Result<std::vector<std::string>> applyConnectors(EffectSide& side,
                                                 const policy::PolicyDocument& before,
                                                 const policy::PolicyDocument& after) {
  std::vector<std::string> notes;
  for (const policy::ConnectorPolicy& connector : before.connectors) {
    const policy::ConnectorPolicy* const other = after.findConnector(connector.name);
    if (other == nullptr) {
      notes.push_back(fmt::format(
          "the connector \"{}\" is not in the other policy: what it has imported stays as it is, "
          "and counts as it is",
          connector.name));
      continue;
    }
    if (!connector.isSource()) continue;
    if (TRY(side.dropUnread(connector, *other)) < 0) continue;
    notes.push_back(fmt::format(
        "the containers of \"{}\" differ: what is not included any more counts as deleted; what "
        "is included newly has not been imported and does not count",
        connector.name));
  }
  for (const policy::ConnectorPolicy& connector : after.connectors) {
    if (before.findConnector(connector.name) == nullptr) {
      notes.push_back(fmt::format(
          "the connector \"{}\" is new: nothing of its directory has been imported, so nothing of "
          "it counts",
          connector.name));
    }
  }
  return notes;
}

}  // namespace

Result<PolicyEffect> policyEffect(const home::Home& home,
                                  const policy::PolicyDocument& policy,
                                  const EffectOptions& options) {
  return policyEffect(home, TRY(home.usablePolicy()), policy, options);
}

Result<PolicyEffect> policyEffect(const home::Home& home,
                                  const policy::PolicyDocument& before,
                                  const policy::PolicyDocument& after,
                                  const EffectOptions& options) {
  if (!platform::fileExists(home.databasePath())) {
    return Error(ErrorCode::kNotFound,
                 fmt::format("nothing has been imported yet in {}, so a policy has no effect to "
                             "show: run 'tandem cycle initial'",
                             home.folder()));
  }
  const std::unique_ptr<store::Snapshot> snapshot = TRY(store::Snapshot::take(home.databasePath()));
  const std::unique_ptr<EffectSide> was = TRY(EffectSide::over(*snapshot, home, before));
  TRY_DOING(was->synchronize(options), "applying the policy in force");
  const std::unique_ptr<EffectSide> is = TRY(EffectSide::over(*snapshot, home, after));
  is->shareNames(*was);
  std::vector<std::string> notes = TRY(applyConnectors(*is, before, after));
  TRY_DOING(is->synchronize(options), "applying the other policy");
  PolicyEffect effect = Comparer(*was, *is, options.examples_max).run();
  effect.notes = std::move(notes);
  for (ServerConnector& connector : is->server().connectors()) {
    effect.objects += connector.isSource() ? is->store().space().count(connector.id) : 0;
    if (!is->isTarget(connector.id)) continue;
    const Result<void> allowed = checkThresholds(after.thresholds,
                                                 connector.policy->name,
                                                 is->store().space().count(connector.id),
                                                 is->store().exports().countPending(connector.id),
                                                 /*ignore_deletions=*/false);
    if (!allowed.ok()) effect.stopped.push_back(allowed.error().message());
  }
  TRY(was->store().database().takeError());
  TRY(is->store().database().takeError());
  return effect;
}

}  // namespace tandem::run
