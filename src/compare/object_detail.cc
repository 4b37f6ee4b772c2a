// SPDX-License-Identifier: Apache-2.0
#include "compare/object_detail.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "compare/reference_lists.h"
#include "directory/delta.h"
#include "sync/lineage.h"
#include "sync/target_object.h"

namespace tandem::compare {
namespace {

using directory::AttributeView;
using directory::RecordReader;
using directory::ValueType;

// Attributes by which people know an object, best first.
constexpr std::string_view kKnownBy[] = {"userPrincipalName", "displayName", "mail", "cn", "uid"};

constexpr std::string_view kOperation = "(operation)";
constexpr std::string_view kTaken = "Taken";

std::string_view operationWord(store::PendingOperation operation) {
  switch (operation) {
    case store::PendingOperation::kAdd:
      return "Add";
    case store::PendingOperation::kUpdate:
      return "Update";
    case store::PendingOperation::kDelete:
      return "Delete";
  }
  return "";
}

// Collects fields by name; what is said of one field twice is added to it.
class FieldList {
 public:
  explicit FieldList(ServerSnapshot& snapshot) : snapshot_(snapshot) {}

  Field& field(const std::string& name) {
    Field& found = fields_[name];
    found.name = name;
    return found;
  }
  void addText(const std::string& name, std::string_view text, std::string_view rule = {}) {
    Field& to = field(name);
    to.hash += hash64(text) + (rule.empty() ? 0 : nameHash(rule) * 3);
    addValue(to, text);
    if (!rule.empty()) to.rule = rule;
  }
  void addRecord(std::string_view record) {
    RecordReader reader(record);
    while (const std::optional<AttributeView> attribute = reader.next())
      addAttribute(*attribute);
  }
  void addAttribute(const AttributeView& attribute) {
    Field& to = field(nameOf(attribute.id));
    to.type = attribute.values.type();
    to.hash += attributeHash(snapshot_.names(), attribute).low;
    for (const std::string_view value : attribute.values)
      addValue(to, value);
  }
  // A reference is shown by name and compared by identity. sign: "+ ", "- " or nothing.
  void addReference(AttributeId attribute, ConnectorObjectId target, std::string_view sign) {
    Field& to = field(nameOf(attribute));
    to.type = ValueType::kReference;
    to.hash += ReferenceList::identityOf(sign, snapshot_.identityOf(target));
    if (to.values.size() < kValuesMax) {
      addValue(to, ReferenceList::nameOf(snapshot_, target, sign));
    } else {
      ++to.count;
    }
  }
  void addRules(const std::vector<rules::Lineage>& lineage, bool compared) {
    for (const rules::Lineage& value : lineage) {
      const auto found = fields_.find(nameOf(value.attribute));
      if (found == fields_.end()) continue;
      addRule(found->second, snapshot_.store().names().ruleName(value.rule));
      if (!compared) continue;
      found->second.hash +=
          lineageHash(snapshot_.names(), value, snapshot_.identityOf(value.source)).low;
    }
  }
  static void addRule(Field& to, const std::string& rule) {
    if (to.rule.find(rule) != std::string::npos) return;
    to.rule += (to.rule.empty() ? "" : "; ") + rule;
  }

  std::vector<Field> take() {
    std::vector<Field> all;
    for (auto& [name, field] : fields_) {
      std::sort(field.values.begin(), field.values.end(), [](const auto& a, const auto& b) {
        return a.bytes < b.bytes;
      });
      all.push_back(std::move(field));
    }
    return all;
  }

  const std::string& nameOf(AttributeId id) const {
    static const std::string kUnknown = "(unknown attribute)";
    const auto& attributes = snapshot_.store().names().attributes();
    return id.isValid() && id.raw() <= attributes.size() ? attributes.name(id) : kUnknown;
  }

 private:
  static void addValue(Field& to, std::string_view value) {
    ++to.count;
    if (to.values.size() >= kValuesMax) return;
    to.values.push_back({std::string(value.substr(0, kValueBytesMax)), value.size()});
  }

  ServerSnapshot& snapshot_;
  std::map<std::string, Field> fields_;
};

std::string typeName(const store::Names& names, ObjectTypeId id) {
  const bool known = id.raw() > 0 && id.raw() <= names.objectTypes().size();
  return known ? names.objectTypes().name(static_cast<std::uint32_t>(id.raw())) : std::string();
}

std::string knownName(const store::Names& names, std::string_view record) {
  for (const std::string_view attribute : kKnownBy) {
    const auto id = names.attributes().find(attribute);
    const auto values = id ? directory::findAttribute(record, *id) : std::nullopt;
    if (values && !values->isEmpty()) return std::string(values->front().substr(0, kValueBytesMax));
  }
  return {};
}

void readSetting(ServerSnapshot& snapshot, const SettingItem& item, ObjectDetail& detail) {
  detail.name = item.name;
  detail.type = item.type;
  FieldList fields(snapshot);
  for (const SettingField& field : item.fields)
    fields.addText(field.name, field.text);
  detail.fields = fields.take();
}

void readImported(ServerSnapshot& snapshot, ConnectorObjectId id, ObjectDetail& detail) {
  store::Store& store = snapshot.store();
  const std::optional<store::ObjectRow> row = store.space().find(id);
  if (!row) return;
  detail.name = knownName(store.names(), row->image);
  detail.dn = row->dn;
  detail.type = typeName(store.names(), row->type);
  FieldList fields(snapshot);
  fields.addText("(DN)", row->dn);
  fields.addText("(type)", detail.type);
  fields.addRecord(row->image);
  for (const store::Reference& reference : store.space().references(id))
    fields.addReference(reference.attribute, reference.target, "");
  detail.fields = fields.take();
}

void addLinks(ServerSnapshot& snapshot,
              MetaverseObjectId id,
              FieldList& fields,
              ObjectDetail& detail) {
  store::Store& store = snapshot.store();
  for (const store::Link& link : store.metaverse().linksOf(id)) {
    const std::optional<store::ObjectRow> row = store.space().find(link.object);
    if (!row) continue;
    const std::string connector = store.names().connectorName(link.connector);
    detail.related.push_back(
        {SpaceKind::kConnectorSpace, connector, snapshot.identityOf(link.object)});
    if (detail.dn.empty() || link.out_rule.raw() == 0) detail.dn = row->dn;
    if (!row->has_image) continue;  // as in the hash
    fields.addText("(linked in " + connector + ")",
                   row->dn,
                   fmt::format("{}{}{}",
                               store.names().ruleName(link.in_rule),
                               link.in_rule.raw() != 0 && link.out_rule.raw() != 0 ? "; " : "",
                               store.names().ruleName(link.out_rule)));
  }
}

void readMetaverse(ServerSnapshot& snapshot, MetaverseObjectId id, ObjectDetail& detail) {
  store::Store& store = snapshot.store();
  const std::optional<store::MetaverseRow> row = store.metaverse().find(id);
  if (!row) return;
  detail.name = knownName(store.names(), row->record);
  detail.type = typeName(store.names(), row->type);
  FieldList fields(snapshot);
  fields.addText("(type)", detail.type);
  fields.addRecord(row->record);
  const sync::LineageRecord lineage = sync::decodeLineage(row->lineage);
  fields.addRules(lineage.values, /*compared=*/true);
  for (const rules::ReferenceFlow& flow : lineage.references) {
    Field& field = fields.field(fields.nameOf(flow.target));
    const auto source = store.space().find(flow.source);
    fields.addText(field.name,
                   fmt::format("those in {} of {}",
                               fields.nameOf(flow.source_attribute),
                               source ? source->dn : std::string("?")));
    field.hash += flowHash(snapshot.names(), flow, snapshot.identityOf(flow.source)).low;
    FieldList::addRule(field, store.names().ruleName(flow.rule));
  }
  addLinks(snapshot, id, fields, detail);
  detail.fields = fields.take();
}

void addPendingChange(ServerSnapshot& snapshot,
                      const store::ObjectRow& row,
                      store::PendingOperation operation,
                      FieldList& fields) {
  if (operation == store::PendingOperation::kDelete) return;
  sync::TargetObjects targets(snapshot.engine());
  const bool add = operation == store::PendingOperation::kAdd;
  if (add) fields.addText("(DN)", row.dn);
  fields.addRecord(add ? targets.imageToAdd(row) : targets.pendingDelta(row));
  store::Exports& exports = snapshot.store().exports();
  for (const store::ExportReferenceRow& reference : exports.references(row.id)) {
    if (!reference.sent)
      fields.addReference(reference.attribute, reference.target, reference.added ? "+ " : "- ");
  }
  const std::optional<store::WantedRow> wanted = exports.wanted(row.id);
  if (!wanted) return;
  const sync::LineageRecord lineage = sync::decodeLineage(wanted->lineage);
  fields.addRules(lineage.values, /*compared=*/false);
  std::vector<rules::Lineage> flows;
  for (const rules::ReferenceFlow& flow : lineage.references)
    flows.push_back({flow.target, flow.rule, flow.source});
  fields.addRules(flows, /*compared=*/false);
}

void readPending(ServerSnapshot& snapshot, ConnectorObjectId id, ObjectDetail& detail) {
  store::Store& store = snapshot.store();
  const std::optional<store::ObjectRow> row = store.space().find(id);
  const auto operation = store.exports().pending(id);
  if (!row || !operation) return;
  const std::optional<store::WantedRow> wanted = store.exports().wanted(id);
  if (wanted) detail.name = knownName(store.names(), wanted->image);
  if (detail.name.empty()) detail.name = knownName(store.names(), row->image);
  detail.dn = row->dn;
  detail.type = typeName(store.names(), row->type);
  FieldList fields(snapshot);
  fields.addText(std::string(kOperation), operationWord(*operation));
  fields.addText("(type)", detail.type);
  addPendingChange(snapshot, *row, *operation, fields);
  detail.fields = fields.take();
  const auto add_object = [&](ConnectorId connector, ConnectorObjectId object) {
    detail.related.push_back({SpaceKind::kConnectorSpace,
                              store.names().connectorName(connector),
                              snapshot.identityOf(object)});
  };
  const auto link = store.metaverse().linkOf(id);
  if (link) detail.related.push_back({SpaceKind::kMetaverse, "", snapshot.metaverseKey(link->mv)});
  add_object(row->connector, id);
  if (!link) return;
  // References are no values of the metaverse object: they come straight from what is linked to it.
  for (const store::Link& other : store.metaverse().linksOf(link->mv)) {
    if (other.object != id) add_object(other.connector, other.object);
  }
}

}  // namespace

ObjectDetail readDetail(ServerSnapshot& snapshot,
                        const Space& space,
                        const HashTree::Entry& entry) {
  ObjectDetail detail;
  detail.key = entry.key;
  switch (space.kind) {
    case SpaceKind::kSettings:
      readSetting(snapshot, snapshot.settings()[entry.id], detail);
      break;
    case SpaceKind::kConnectorSpace:
      readImported(snapshot, ConnectorObjectId(entry.id), detail);
      break;
    case SpaceKind::kMetaverse:
      readMetaverse(snapshot, MetaverseObjectId(entry.id), detail);
      break;
    case SpaceKind::kPendingExports:
      readPending(snapshot, ConnectorObjectId(entry.id), detail);
      break;
  }
  if (detail.name.empty()) detail.name = detail.dn;
  return detail;
}

std::optional<ObjectDetail> readTaken(ServerSnapshot& snapshot,
                                      const Space& pending,
                                      std::uint64_t key) {
  Space* const imported = snapshot.find(SpaceKind::kConnectorSpace, pending.connector);
  const std::vector<HashTree::Entry> entries =
      imported == nullptr ? std::vector<HashTree::Entry>() : imported->tree.find(key);
  if (entries.size() != 1) return std::nullopt;
  const ConnectorObjectId id(entries.front().id);
  store::Exports& exports = snapshot.store().exports();
  const std::optional<store::WantedRow> wanted = exports.wanted(id);
  const std::optional<store::UnconfirmedRow> sent = exports.unconfirmed(id);
  std::string taken = wanted ? wanted->accepted : std::string();
  if (sent) taken = directory::mergeDeltas(taken, sent->delta);
  if (taken.empty()) return std::nullopt;
  ObjectDetail detail;
  detail.key = key;
  FieldList fields(snapshot);
  fields.addText(std::string(kOperation), kTaken);
  fields.addRecord(taken);
  detail.fields = fields.take();
  return detail;
}

bool isTaken(const ObjectDetail& detail) {
  return std::any_of(detail.fields.begin(), detail.fields.end(), [](const Field& field) {
    return field.name == kOperation && field.values.size() == 1 &&
           field.values.front().bytes == kTaken;
  });
}

bool withoutTaken(ObjectDetail& update, const ObjectDetail& taken) {
  std::erase_if(update.fields, [&](const Field& field) {
    return !field.name.starts_with('(') &&
           std::any_of(taken.fields.begin(), taken.fields.end(), [&](const Field& other) {
             return equalsIgnoreCaseAscii(other.name, field.name) && other.hash == field.hash;
           });
  });
  return std::any_of(update.fields.begin(), update.fields.end(), [](const Field& field) {
    const bool is_update =
        field.values.size() == 1 &&
        field.values.front().bytes == operationWord(store::PendingOperation::kUpdate);
    return !field.name.starts_with('(') || (field.name == kOperation && !is_update);
  });
}

}  // namespace tandem::compare
