// SPDX-License-Identifier: Apache-2.0
#include "compare/pending_file.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/text.h"
#include "csexport/anchor_value.h"
#include "csexport/csexport_reader.h"
#include "directory/schema.h"
#include "rules/default_rules.h"
#include "sync/target_object.h"

namespace tandem::compare {
namespace {

using csexport::CsAttribute;
using csexport::CsDelta;
using csexport::CsObject;
using csexport::CsValue;
using directory::AttributeView;
using directory::RecordReader;
using directory::ValuesView;
using directory::ValueType;
using store::PendingOperation;

constexpr std::size_t kPage = 500;

std::string typeWord(ValueType type) {
  switch (type) {
    case ValueType::kString:
      return "string";
    case ValueType::kBinary:
      return "binary";
    case ValueType::kInteger:
      return "integer";
    case ValueType::kBoolean:
      return "boolean";
    case ValueType::kReference:
      return "reference";
  }
  return "string";
}

std::string valueBytes(ValueType type, std::string_view bytes) {
  if (type == ValueType::kInteger) return std::to_string(directory::decodeInteger(bytes));
  if (type == ValueType::kBoolean) return directory::decodeBoolean(bytes) ? "true" : "false";
  return std::string(bytes);
}

bool holds(const std::optional<ValuesView>& values, std::string_view wanted) {
  if (!values) return false;
  for (const std::string_view value : *values) {
    if (value == wanted) return true;
  }
  return false;
}

class PendingReader {
 public:
  PendingReader(const sync::Engine& engine, ConnectorId connector)
      : store_(*engine.store),
        targets_(engine),
        schema_(rules::entraSchema(engine.store->names().attributes())),
        connector_name_(engine.store->names().connectorName(connector)) {}

  std::optional<CsObject> read(ConnectorObjectId id, PendingOperation operation) {
    const std::optional<store::ObjectRow> row = store_.space().find(id);
    if (!row) return std::nullopt;
    CsObject object;
    object.dn = row->dn;
    object.id = fmt::format("#{}", row->id.raw());
    object.type = store_.names().objectTypes().name(static_cast<std::uint32_t>(row->type.raw()));
    object.connector = connector_name_;
    CsDelta& delta = object.pending_export.emplace();
    delta.operation = operation == PendingOperation::kAdd      ? "add"
                      : operation == PendingOperation::kUpdate ? "update"
                                                               : "delete";
    delta.dn = row->dn;
    delta.anchor = row->anchor;
    if (operation == PendingOperation::kDelete) return object;
    const bool is_add = operation == PendingOperation::kAdd;
    const std::string known = is_add ? std::string() : targets_.knownImage(*row);
    const std::string change = is_add ? targets_.imageToAdd(*row) : targets_.pendingDelta(*row);
    RecordReader reader(change);
    while (const std::optional<AttributeView> attribute = reader.next())
      delta.attributes.push_back(attributeOf(*attribute, known));
    addReferences(row->id, delta);
    std::sort(delta.attributes.begin(), delta.attributes.end(), [](const auto& a, const auto& b) {
      return a.name < b.name;
    });
    return object;
  }

 private:
  CsAttribute attributeOf(const AttributeView& wanted, std::string_view known) {
    const std::optional<ValuesView> is = directory::findAttribute(known, wanted.id);
    CsAttribute attribute;
    attribute.name = store_.names().attributes().name(wanted.id);
    attribute.type = typeWord(wanted.values.type());
    attribute.is_multi = wanted.values.isMulti();
    attribute.operation = wanted.values.isEmpty() ? "delete"
                          : !is                   ? "add"
                          : attribute.is_multi    ? "update"
                                                  : "replace";
    if (attribute.operation == "delete") return attribute;
    for (const std::string_view value : wanted.values) {
      if (attribute.is_multi && holds(is, value)) continue;
      attribute.values.push_back({"add", valueBytes(wanted.values.type(), value), {}});
    }
    if (!attribute.is_multi || !is) return attribute;
    for (const std::string_view value : *is) {
      if (!holds(wanted.values, value))
        attribute.values.push_back({"delete", valueBytes(is->type(), value), {}});
    }
    return attribute;
  }

  void addReferences(ConnectorObjectId id, CsDelta& delta) {
    std::map<AttributeId, CsAttribute> attributes;
    for (const store::ExportReferenceRow& reference : store_.exports().references(id)) {
      const auto target = reference.sent ? std::nullopt : store_.space().find(reference.target);
      if (!target) continue;
      attributes[reference.attribute].values.push_back(
          {reference.added ? "add" : "delete", target->dn, target->anchor});
    }
    for (auto& [attribute_id, attribute] : attributes) {
      const directory::AttributeDefinition* const definition = schema_.find(attribute_id);
      attribute.name = store_.names().attributes().name(attribute_id);
      attribute.type = "reference";
      attribute.is_multi = definition == nullptr || definition->multi;
      attribute.operation = delta.operation == "add" ? "add"
                            : attribute.is_multi     ? "update"
                                                     : "replace";
      if (!attribute.is_multi) {  // what was there before goes by itself
        std::erase_if(attribute.values, [](const CsValue& one) { return one.operation != "add"; });
        if (attribute.values.empty()) attribute.operation = "delete";
      }
      delta.attributes.push_back(std::move(attribute));
    }
  }

  store::Store& store_;
  sync::TargetObjects targets_;
  directory::Schema schema_;  // which references are one
  std::string connector_name_;
};

std::string_view operationWord(const std::string& operation) {
  if (operation == "add") return "Add";
  return operation == "delete" ? "Delete" : "Update";
}

void addText(ObjectDetail& detail, std::string name, std::string_view text) {
  Field field;
  field.name = std::move(name);
  field.hash = hash64(text);
  field.count = 1;
  field.values.push_back({std::string(text.substr(0, kValueBytesMax)), text.size()});
  detail.fields.push_back(std::move(field));
}

// What the values will be, or which of many come and go. Whether a directory had a value before is
// no difference in what is to be written.
Field fieldOf(const CsAttribute& attribute) {
  Field field;
  field.name = attribute.name;
  if (attribute.type == "binary") field.type = ValueType::kBinary;
  if (attribute.operation == "delete") {
    field.hash = hash64("", 1);
    return field;
  }
  for (const CsValue& value : attribute.values) {
    const bool goes = value.operation == "delete";
    if (goes && !attribute.is_multi) continue;  // the old value of a single one
    std::string text = attribute.type == "boolean" ? toLowerAscii(value.bytes) : value.bytes;
    if (attribute.isReference()) text = toLowerAscii(text);
    if (attribute.is_multi) text = (goes ? "- " : "+ ") + text;
    field.hash += hash64(text, 2);
    ++field.count;
    if (field.values.size() < kValuesMax)
      field.values.push_back({text.substr(0, kValueBytesMax), text.size()});
  }
  std::sort(field.values.begin(), field.values.end(), [](const auto& a, const auto& b) {
    return a.bytes < b.bytes;
  });
  return field;
}

ObjectDetail detailOf(const CsObject& object) {
  constexpr std::string_view kKnownBy[] = {"userPrincipalName", "displayName", "mail"};
  ObjectDetail detail;
  detail.key = hash64(toLowerAscii(object.dn));
  detail.dn = object.dn;
  detail.type = object.type;
  const CsDelta& delta = *object.pending_export;
  addText(detail, "(operation)", operationWord(delta.operation));
  for (const CsAttribute& attribute : delta.attributes) {
    if (attribute.operation != "none") detail.fields.push_back(fieldOf(attribute));
  }
  std::sort(detail.fields.begin(), detail.fields.end(), [](const auto& a, const auto& b) {
    return a.name < b.name;
  });
  for (const std::string_view name : kKnownBy) {
    for (const Field& field : detail.fields) {
      if (detail.name.empty() && field.name == name && !field.values.empty())
        detail.name = field.values.front().bytes;
    }
  }
  return detail;
}

class PendingComparer {
 public:
  PendingComparer(const sync::Engine& engine, ConnectorId connector, std::size_t described_max)
      : engine_(engine),
        connector_(connector),
        described_max_(described_max),
        reader_(engine, connector) {
    space_.kind = SpaceKind::kPendingExports;
    space_.connector = engine.store->names().connectorName(connector);
  }

  Result<PendingComparison> compare(const PendingFile& file) {
    TRY(csexport::readCsExport(file.in, file.name, [&](CsObject& object) -> Result<void> {
      compareWithHere(object);
      return engine_.store->database().takeError();
    }));
    TRY(forEachPendingExport(engine_, connector_, [&](const CsObject& object) -> Result<void> {
      ++space_.here;
      if (!seen_.contains(object.id)) keep(object, nullptr);
      return {};
    }));
    Comparison& comparison = result_.comparison;
    comparison.there = file.name;
    comparison.spaces.push_back(space_);
    comparison.differing = space_.differing;
    comparison.described = differences_.size();
    comparison.groups = groupByCause(std::move(differences_));
    return std::move(result_);
  }

 private:
  void compareWithHere(CsObject& object) {
    if (!object.pending_export || object.pending_export->operation == "none") return;
    ++space_.there;
    leaveOut(object);
    const std::optional<CsObject> here = sameHere(object);
    if (here) {
      seen_.insert(here->id);
      keep(*here, &object);
      return;
    }
    // An update of nothing but what this server cannot write is nothing.
    if (object.pending_export->operation == "update" && object.pending_export->attributes.empty())
      return;
    keepThereOnly(object);
  }

  std::optional<CsObject> sameHere(const CsObject& object) {
    store::ConnectorSpace& space = engine_.store->space();
    std::optional<ConnectorObjectId> id = space.findByDn(connector_, object.dn);
    const std::string& anchor = object.pending_export->anchor;
    if (!id && !anchor.empty()) id = space.findByAnchor(connector_, anchor);
    // Entra Connect keeps text as UTF-16, with its size before it or without.
    if (const auto text = csexport::textOfAnchorValue(anchor); !id && text)
      id = space.findByAnchor(connector_, *text);
    if (!id && anchor.size() % 2 == 0 && !anchor.empty())
      id = space.findByAnchor(connector_, utf16LeToUtf8(anchor));
    const auto operation = id ? engine_.store->exports().pending(*id) : std::nullopt;
    return operation ? reader_.read(*id, *operation) : std::nullopt;
  }

  void leaveOut(CsObject& object) {
    const auto& names = engine_.store->names();
    const std::uint32_t type = names.objectTypes().find(object.type);
    const sync::EngineConnector* const connector = engine_.find(connector_);
    std::erase_if(object.pending_export->attributes, [&](const CsAttribute& attribute) {
      const auto id = names.attributes().find(attribute.name);
      const bool is_ours = id && type != 0 && connector != nullptr &&
                           connector->traits.of(sync::ObjectTypeId(type), *id).writable;
      if (!is_ours) result_.left_out.insert(attribute.name);
      return !is_ours;
    });
  }

  void keep(const CsObject& here, const CsObject* there) {
    const ObjectDetail mine = detailOf(here);
    if (there == nullptr) {
      add(differenceOf(&mine, nullptr));
      return;
    }
    const ObjectDetail theirs = detailOf(*there);
    ObjectDifference difference = differenceOf(&mine, &theirs);
    if (!difference.fields.empty()) add(std::move(difference));
  }
  void keepThereOnly(const CsObject& there) {
    const ObjectDetail theirs = detailOf(there);
    add(differenceOf(nullptr, &theirs));
  }

  void add(ObjectDifference difference) {
    ++space_.differing;
    if (differences_.size() >= described_max_) return;
    difference.kind = SpaceKind::kPendingExports;
    difference.connector = space_.connector;
    if (difference.name.empty()) difference.name = nameHere(difference.dn);
    differences_.push_back(std::move(difference));
  }

  // A change of one attribute does not say whose it is.
  std::string nameHere(const std::string& dn) {
    const auto id = engine_.store->space().findByDn(connector_, dn);
    const auto wanted = id ? engine_.store->exports().wanted(*id) : std::nullopt;
    const auto row = id ? engine_.store->space().find(*id) : std::nullopt;
    for (const char* name : {"userPrincipalName", "displayName", "mail"}) {
      const auto attribute = engine_.store->names().attributes().find(name);
      if (!attribute || !row) continue;
      for (const std::string& record : {wanted ? wanted->image : std::string(), row->image}) {
        const auto values = directory::findAttribute(record, *attribute);
        if (values && !values->isEmpty()) return std::string(values->front());
      }
    }
    return dn;
  }

  const sync::Engine& engine_;
  ConnectorId connector_;
  std::size_t described_max_;
  PendingReader reader_;
  SpaceResult space_;
  std::unordered_set<std::string> seen_;  // ids of objects here that the file has too
  std::vector<ObjectDifference> differences_;
  PendingComparison result_;
};

}  // namespace

Result<void> forEachPendingExport(const sync::Engine& engine,
                                  ConnectorId connector,
                                  const std::function<Result<void>(const CsObject&)>& take) {
  PendingReader reader(engine, connector);
  for (const PendingOperation operation :
       {PendingOperation::kAdd, PendingOperation::kUpdate, PendingOperation::kDelete}) {
    ConnectorObjectId after;
    for (;;) {
      const auto page = engine.store->exports().listPending(connector, operation, after, kPage);
      if (page.empty()) break;
      for (const store::PendingExportRow& row : page) {
        if (const auto object = reader.read(row.id, operation)) TRY(take(*object));
      }
      after = page.back().id;
    }
  }
  return engine.store->database().takeError();
}

Result<PendingComparison> comparePendingFile(const sync::Engine& engine,
                                             ConnectorId connector,
                                             const PendingFile& file,
                                             std::size_t described_max) {
  return PendingComparer(engine, connector, described_max).compare(file);
}

}  // namespace tandem::compare
