// SPDX-License-Identifier: Apache-2.0
#include "compare/snapshot_builder.h"

#include <algorithm>

#include "base/text.h"
#include "sync/target_object.h"

namespace tandem::compare {
namespace {

constexpr std::uint32_t kNoOrder = 0xFFFFFFFF;
// Objects that only outbound rules link come after all that inbound rules do: a new object in a
// tenant is linked before it has an anchor, and the key must not change when it gets one.
constexpr std::uint32_t kOutboundOnly = 0x10000;

std::size_t at(ConnectorObjectId id) {
  return static_cast<std::size_t>(id.raw());
}

std::size_t at(MetaverseObjectId id) {
  return static_cast<std::size_t>(id.raw());
}

}  // namespace

SnapshotBuilder::SnapshotBuilder(ServerSnapshot& snapshot)
    : snapshot_(snapshot), store_(snapshot.store()), names_(snapshot.names()) {}

Result<void> SnapshotBuilder::build() {
  makeSpaces();
  addSettings();
  readLinks();
  readObjects();
  readReferences();
  fillConnectorSpaces();
  readMetaverse();
  readPending();
  for (Space& space : snapshot_.spaces_)
    space.tree.finish();
  return store_.database().takeError();
}

void SnapshotBuilder::makeSpaces() {
  const auto& connectors = snapshot_.server_.policy.connectors;
  std::vector<const policy::ConnectorPolicy*> ordered;
  for (const policy::ConnectorPolicy& connector : connectors)
    ordered.push_back(&connector);
  std::sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) {
    if (a->isSource() != b->isSource()) return a->isSource();
    return toLowerAscii(a->name) < toLowerAscii(b->name);
  });
  auto& spaces = snapshot_.spaces_;
  spaces.reserve(2 + 2 * ordered.size());  // Known points into it
  const auto add = [&](SpaceKind kind, const policy::ConnectorPolicy* of) {
    const std::string name = of == nullptr ? std::string() : of->name;
    const auto id = of == nullptr ? std::nullopt : store_.names().findConnector(name);
    spaces.push_back({kind, name, id.value_or(ConnectorId()), {}});
  };
  add(SpaceKind::kSettings, nullptr);
  for (const auto* connector : ordered)
    add(SpaceKind::kConnectorSpace, connector);
  add(SpaceKind::kMetaverse, nullptr);
  for (const auto* connector : ordered)
    add(SpaceKind::kPendingExports, connector);
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    Space& imported = spaces[1 + i];
    const auto raw = static_cast<std::size_t>(imported.connector_id.raw());
    snapshot_.last_imports_.push_back(
        {imported.connector,
         raw == 0 ? std::int64_t{0} : store_.history().lastImport(imported.connector_id)});
    if (raw == 0) continue;  // this server has never run with it
    if (raw >= known_.size()) known_.resize(raw + 1);
    known_[raw] = {nameHash(imported.connector),
                   static_cast<std::uint32_t>(i + 1),
                   &imported,
                   &spaces[2 + ordered.size() + i]};
  }
}

const SnapshotBuilder::Known* SnapshotBuilder::known(ConnectorId connector) const {
  const auto raw = static_cast<std::size_t>(connector.raw());
  return raw < known_.size() && known_[raw].imported != nullptr ? &known_[raw] : nullptr;
}

void SnapshotBuilder::addSettings() {
  snapshot_.settings_ = settingItems(snapshot_.server_.policy);
  HashTree& tree = snapshot_.find(SpaceKind::kSettings, "")->tree;
  for (std::size_t i = 0; i < snapshot_.settings_.size(); ++i) {
    const SettingItem& item = snapshot_.settings_[i];
    tree.add(item.key, item.hash(), static_cast<std::uint32_t>(i));
  }
}

void SnapshotBuilder::readLinks() {
  const auto objects = static_cast<std::size_t>(store_.space().maxId()) + 1;
  const auto joined = static_cast<std::size_t>(store_.metaverse().maxId()) + 1;
  links_.resize(objects);
  objects_.resize(objects);
  connectors_.resize(objects);
  snapshot_.identities_.resize(objects);
  snapshot_.metaverse_keys_.resize(joined);
  key_orders_.assign(joined, kNoOrder);
  linked_.resize(joined);
  store_.metaverse().scanLinks([this](const store::Link& link) {
    if (at(link.object) >= links_.size() || at(link.mv) >= linked_.size()) return;
    links_[at(link.object)] = {static_cast<std::uint32_t>(link.mv.raw()),
                               static_cast<std::uint32_t>(link.in_rule.raw()),
                               static_cast<std::uint32_t>(link.out_rule.raw())};
  });
}

void SnapshotBuilder::readObjects() {
  store_.space().scanAll([this](const store::ObjectView& object) {
    const Known* const connector = known(object.connector);
    if (connector == nullptr || at(object.id) >= objects_.size()) return;
    const std::uint64_t identity = object.anchor.empty()
                                       ? dnIdentity(connector->hash, object.dn)
                                       : anchorIdentity(connector->hash, object.anchor);
    snapshot_.identities_[at(object.id)] = identity;
    const LinkOf& link = links_[at(object.id)];
    if (link.mv != 0 && !object.anchor.empty()) claimMetaverseKey(object, link, *connector);
    if (!object.has_image) return;  // known by a reference only, or not exported yet
    connectors_[at(object.id)] = static_cast<std::uint16_t>(object.connector.raw());
    Hash128& sum = objects_[at(object.id)];
    sum = recordHash(names_, object.image);
    addTo(sum, partHash(Part::kType, names_.type(object.type), 0));
    addTo(sum, hash128(object.dn, static_cast<std::uint64_t>(Part::kDn)));
    if (link.mv == 0) return;
    addTo(linked_[link.mv],
          partHash(Part::kLink,
                   identity,
                   names_.rule(RuleId(link.in_rule)),
                   names_.rule(RuleId(link.out_rule))));
  });
}

// The smallest of (connector, identity): whichever object a server reads first.
void SnapshotBuilder::claimMetaverseKey(const store::ObjectView& object,
                                        const LinkOf& link,
                                        const Known& known) {
  const std::uint32_t order = known.order + (link.in_rule == 0 ? kOutboundOnly : 0);
  const std::uint64_t identity = snapshot_.identities_[at(object.id)];
  std::uint64_t& key = snapshot_.metaverse_keys_[link.mv];
  std::uint32_t& key_order = key_orders_[link.mv];
  if (order > key_order || (order == key_order && identity >= key)) return;
  key_order = order;
  key = identity;
}

void SnapshotBuilder::readReferences() {
  store_.space().scanReferences(
      [this](ConnectorObjectId owner, AttributeId attribute, ConnectorObjectId target) {
        if (at(owner) >= objects_.size()) return;
        addTo(
            objects_[at(owner)],
            partHash(Part::kReference, names_.attribute(attribute), snapshot_.identityOf(target)));
      });
}

void SnapshotBuilder::fillConnectorSpaces() {
  std::vector<std::size_t> counts(known_.size() + 1, 0);  // 0: no connector at all
  for (const std::uint16_t connector : connectors_)
    ++counts[connector];
  for (std::size_t raw = 1; raw < known_.size(); ++raw) {
    if (known_[raw].imported != nullptr) known_[raw].imported->tree.reserve(counts[raw]);
  }
  for (std::size_t id = 1; id < objects_.size(); ++id) {
    if (connectors_[id] == 0) continue;
    known_[connectors_[id]].imported->tree.add(
        snapshot_.identities_[id], objects_[id], static_cast<std::uint32_t>(id));
  }
}

// Values of one rule and one source stand together, so one hash serves them all.
void SnapshotBuilder::addLineage(const std::vector<rules::Lineage>& values, Hash128& sum) {
  for (std::size_t i = 0; i < values.size();) {
    const rules::Lineage& first = values[i];
    std::uint64_t attributes = 0;
    for (; i < values.size() && values[i].rule == first.rule && values[i].source == first.source;
         ++i)
      attributes += names_.attribute(values[i].attribute);
    addTo(sum,
          partHash(Part::kLineage,
                   attributes,
                   names_.rule(first.rule),
                   snapshot_.identityOf(first.source)));
  }
}

void SnapshotBuilder::readMetaverse() {
  HashTree& tree = snapshot_.find(SpaceKind::kMetaverse, "")->tree;
  tree.reserve(linked_.size());
  sync::LineageRecord lineage;
  store_.metaverse().scanAll([&](const store::MetaverseView& object) {
    if (at(object.id) >= linked_.size()) return;
    Hash128 sum = recordHash(names_, object.record);
    addTo(sum, partHash(Part::kType, names_.type(object.type), 0));
    addTo(sum, linked_[at(object.id)]);
    sync::decodeLineageInto(object.lineage, lineage);
    addLineage(lineage.values, sum);
    for (const rules::ReferenceFlow& flow : lineage.references)
      addTo(sum, flowHash(names_, flow, snapshot_.identityOf(flow.source)));
    tree.add(snapshot_.metaverseKey(object.id), sum, static_cast<std::uint32_t>(object.id.raw()));
  });
}

bool SnapshotBuilder::isWritable(ConnectorId connector, ObjectTypeId type, AttributeId attribute) {
  const std::size_t types = store_.names().objectTypes().size() + 1;
  const auto slot =
      static_cast<std::size_t>(connector.raw()) * types + static_cast<std::size_t>(type.raw());
  if (slot >= writable_.size()) writable_.resize(slot + 1);
  auto& answers = writable_[slot];
  if (attribute.raw() >= answers.size()) answers.resize(attribute.raw() + 1, -1);
  std::int8_t& answer = answers[attribute.raw()];
  if (answer < 0) {
    const sync::EngineConnector* const known = snapshot_.engine().find(connector);
    answer = known == nullptr || known->traits.of(type, attribute).writable ? 1 : 0;
  }
  return answer == 1;
}

Hash128 SnapshotBuilder::pendingHash(const store::PendingExportView& row) {
  Hash128 sum =
      partHash(Part::kOperation, static_cast<std::uint64_t>(row.operation), names_.type(row.type));
  if (row.operation == store::PendingOperation::kDelete) return sum;
  if (row.operation == store::PendingOperation::kUpdate) {
    const std::optional<store::ObjectRow> object = store_.space().find(row.id);
    if (!object) return sum;
    addTo(sum, recordHash(names_, sync::TargetObjects(snapshot_.engine()).pendingDelta(*object)));
    return sum;
  }
  // What TargetObjects::imageToAdd() gives, without making it: there may be a million.
  addTo(sum, hash128(row.dn, static_cast<std::uint64_t>(Part::kDn)));
  directory::RecordReader reader(row.wanted);
  while (const std::optional<directory::AttributeView> attribute = reader.next()) {
    if (attribute->values.isEmpty() || !isWritable(row.connector, row.type, attribute->id))
      continue;
    addTo(sum, attributeHash(names_, *attribute));
  }
  return sum;
}

void SnapshotBuilder::readPending() {
  for (const Known& connector : known_) {
    if (connector.pending == nullptr) continue;
    const auto counts = store_.exports().countPending(connector.pending->connector_id);
    connector.pending->tree.reserve(static_cast<std::size_t>(counts.total()));
  }
  // An object's row is read before its references, so that the array of sums can be used again.
  std::fill(objects_.begin(), objects_.end(), Hash128());
  store_.exports().scanReferencesToSend(
      [this](ConnectorObjectId owner, const store::ExportReferenceRow& row) {
        if (at(owner) >= objects_.size()) return;
        addTo(objects_[at(owner)],
              partHash(row.added ? Part::kAddedReference : Part::kRemovedReference,
                       names_.attribute(row.attribute),
                       snapshot_.identityOf(row.target)));
      });
  store_.exports().scanPending([this](const store::PendingExportView& row) {
    const Known* const connector = known(row.connector);
    if (connector == nullptr || at(row.id) >= objects_.size()) return;
    Hash128 sum = pendingHash(row);
    addTo(sum, objects_[at(row.id)]);
    const std::uint64_t joined = snapshot_.metaverseKey(MetaverseObjectId(links_[at(row.id)].mv));
    const bool by_anchor = !row.anchor.empty() || joined == 0;
    connector->pending->tree.add(by_anchor ? snapshot_.identityOf(row.id) : joined,
                                 sum,
                                 static_cast<std::uint32_t>(row.id.raw()));
  });
}

Result<std::unique_ptr<ServerSnapshot>> ServerSnapshot::build(OpenedServer server) {
  std::unique_ptr<ServerSnapshot> snapshot(new ServerSnapshot(std::move(server)));
  store::Store& store = snapshot->store();
  snapshot->server_.engine.store = &store;
  snapshot->reading_ =
      std::make_unique<store::Transaction>(TRY(store::Transaction::beginReading(store.database())));
  // Names that were added since the store was opened.
  TRY(store.names().load());
  snapshot->names_ = std::make_unique<NameHashes>(store.names());
  SnapshotBuilder builder(*snapshot);
  TRY(builder.build());
  return snapshot;
}

}  // namespace tandem::compare
