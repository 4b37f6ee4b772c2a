// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/object_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "directory/sid.h"

namespace tandem::connectors::graph {
namespace {

using directory::ValueType;

}  // namespace

std::string cloudAnchorOf(const JsonElement& reference) {
  const std::string_view id = textAt(reference, "id").value_or("");
  if (!isGuidText(id)) return {};
  const std::string_view type = textAt(reference, "@odata.type").value_or("#microsoft.graph.user");
  std::string_view prefix;
  if (type == "#microsoft.graph.user") prefix = anchorPrefix(Kind::kUser);
  if (type == "#microsoft.graph.group") prefix = anchorPrefix(Kind::kGroup);
  if (type == "#microsoft.graph.orgContact") prefix = anchorPrefix(Kind::kContact);
  if (prefix.empty()) return {};
  return fmt::format("{}{}", prefix, id);
}

ObjectReader::ObjectReader(const AttributeMap& map, Kind kind, std::span<const AttributeId> wanted)
    : map_(map), kind_(kind) {
  for (const AttributeId id : wanted) {
    if (id.raw() >= wanted_.size()) wanted_.resize(id.raw() + 1);
    wanted_[id.raw()] = true;
  }
  for (const AttributeRow& row : attributeRows()) {
    if ((row.kinds & (1U << static_cast<unsigned>(kind))) == 0 || !isWanted(map.idOf(row)))
      continue;
    if (row.shape == Shape::kExtension) extensions_.push_back(&row);
    if (row.shape == Shape::kPhone) phones_.push_back(&row);
    if (row.shape == Shape::kAddress) addresses_.push_back(&row);
  }
}

bool ObjectReader::isWanted(AttributeId id) const {
  return id.raw() < wanted_.size() && wanted_[id.raw()];
}

Reading ObjectReader::read(const JsonElement& object, bool partial, ImportItem& out) {
  out.clear();
  builder_.clear();
  partial_ = partial;
  quarantined_ = false;
  anchor_said_ = false;
  anchor_.clear();
  quarantined_upn_ = {};
  quarantined_addresses_.clear();
  out_ = &out;
  id_ = textAt(object, "id").value_or("");
  if (!isGuidText(id_)) return Reading::kNonsense;
  out.anchor = fmt::format("{}{}", anchorPrefix(kind_), id_);
  if (memberOf(object, "@removed")) {
    out.kind = ImportKind::kDelete;
    return Reading::kRemoved;
  }
  JsonObject fields;
  if (object.get(fields) != simdjson::SUCCESS) return Reading::kNonsense;
  // Quarantined values stand in for the ones that the service put in their place, so they are read
  // before the properties that they replace.
  if (const auto errors = memberOf(object, "onPremisesProvisioningErrors")) readQuarantine(*errors);
  for (const auto field : fields) {
    if (!readField(field.key, field.value)) return Reading::kNonsense;
  }
  if (anchor_said_ && anchor_.empty()) return Reading::kForeign;
  if (!anchor_said_ && !partial) return Reading::kForeign;
  finish(out);
  return anchor_said_ ? Reading::kOurs : Reading::kUnsaid;
}

void ObjectReader::finish(ImportItem& out) {
  out.kind = partial_ ? ImportKind::kPartial : ImportKind::kFull;
  out.type = map_.typeId(kind_);
  if (anchor_said_) {
    out.dn = dnOfAnchor(anchor_);
    builder_.addString(map_.source_anchor, anchor_);
  }
  if (!partial_ || anchor_said_) {
    builder_.addString(map_.cloud_anchor, out.anchor);
    // What carries our anchor is mastered by the source, whatever the service calls it.
    builder_.addBoolean(map_.cloud_mastered, false);
  }
  for (const std::string_view address : quarantined_addresses_) {
    builder_.add(map_.proxy_addresses, ValueType::kString, /*multi=*/true, address);
  }
  builder_.finishInto(out.image);
}

bool ObjectReader::readField(std::string_view key, const JsonElement& value) {
  if (key == map_.anchorProperty(kind_)) {
    anchor_said_ = true;
    const std::string_view text = textOf(value).value_or("");
    if (kind_ == Kind::kGroup) {
      anchor_ = anchorOfUniqueName(text).value_or("");
    } else {
      anchor_ = text;
    }
    return true;
  }
  if (key == "onPremisesExtensionAttributes") return readExtensions(value);
  if (key == "phones") return readPhones(value);
  if (key == "addresses") return readAddresses(value);
  if (key.substr(0, 7) == "manager" || key.substr(0, 7) == "members") {
    return readReferences(key, value);
  }
  const AttributeRow* row = map_.findProperty(kind_, key);
  return row == nullptr || readRow(*row, value);
}

void ObjectReader::clearOf(const AttributeRow& row) {
  if (partial_) builder_.addCleared(map_.idOf(row), valueTypeOf(row), isMultiValued(row));
}

bool ObjectReader::readRow(const AttributeRow& row, const JsonElement& value) {
  const AttributeId id = map_.idOf(row);
  if (!isWanted(id)) return true;
  if (value.is_null()) {
    clearOf(row);
    return true;
  }
  if (row.shape == Shape::kTextList || row.shape == Shape::kFirstOfList)
    return readList(row, value);
  if (row.shape == Shape::kBoolean) {
    bool flag = false;
    if (value.get(flag) != simdjson::SUCCESS) return false;
    builder_.addBoolean(id, flag);
    return true;
  }
  std::optional<std::string_view> text = textOf(value);
  if (!text) return false;
  if (row.shape == Shape::kSid) {
    const std::optional<directory::Sid> sid = directory::Sid::parse(*text);
    if (!sid) return false;
    builder_.add(id, ValueType::kBinary, /*multi=*/false, sid->bytes());
    return true;
  }
  if (id == map_.user_principal_name && !quarantined_upn_.empty()) text = quarantined_upn_;
  if (text->empty()) {
    clearOf(row);
  } else {
    builder_.addString(id, *text);
  }
  return true;
}

bool ObjectReader::readList(const AttributeRow& row, const JsonElement& value) {
  JsonArray array;
  if (value.get(array) != simdjson::SUCCESS) return false;
  bool any = false;
  for (const JsonElement element : array) {
    const std::optional<std::string_view> text = textOf(element);
    if (!text) return false;
    builder_.add(map_.idOf(row), ValueType::kString, isMultiValued(row), *text);
    any = true;
    if (row.shape == Shape::kFirstOfList) break;
  }
  if (!any) clearOf(row);
  return true;
}

bool ObjectReader::readExtensions(const JsonElement& value) {
  if (value.is_null()) {
    for (const AttributeRow* row : extensions_)
      clearOf(*row);
    return true;
  }
  if (!value.is_object()) return false;
  for (const AttributeRow* row : extensions_) {
    const std::optional<JsonElement> inner = memberOf(value, row->property);
    if (!inner) continue;
    if (inner->is_null()) {
      clearOf(*row);
      continue;
    }
    const std::optional<std::string_view> text = textOf(*inner);
    if (!text) return false;
    builder_.addString(map_.idOf(*row), *text);
  }
  return true;
}

bool ObjectReader::readPhones(const JsonElement& value) {
  JsonArray array;
  const bool is_array = value.get(array) == simdjson::SUCCESS;
  if (!is_array && !value.is_null()) return false;
  for (const AttributeRow* row : phones_) {
    std::optional<std::string_view> number;
    if (is_array) {
      for (const JsonElement phone : array) {
        if (!number && textAt(phone, "type") == row->property) number = textAt(phone, "number");
      }
    }
    if (number) {
      builder_.addString(map_.idOf(*row), *number);
    } else {
      clearOf(*row);
    }
  }
  return true;
}

bool ObjectReader::readAddresses(const JsonElement& value) {
  JsonArray array;
  const bool is_array = value.get(array) == simdjson::SUCCESS;
  if (!is_array && !value.is_null()) return false;
  std::optional<JsonElement> first;
  if (is_array && array.size() > 0) first = array.at(0).value();
  for (const AttributeRow* row : addresses_) {
    const std::optional<std::string_view> text =
        first ? textAt(*first, row->property) : std::nullopt;
    if (text) {
      builder_.addString(map_.idOf(*row), *text);
    } else {
      clearOf(*row);
    }
  }
  return true;
}

// "manager": one object (an expanded read). "manager@delta", "members@delta": what changed.
bool ObjectReader::readReferences(std::string_view key, const JsonElement& value) {
  const AttributeId attribute = key.substr(0, 7) == "manager" ? map_.manager : map_.member;
  if (!isWanted(attribute)) return true;
  if (key == "manager") {
    ImportedReference reference;
    reference.attribute = attribute;
    reference.target_anchor = cloudAnchorOf(value);
    if (!reference.target_anchor.empty()) out_->references.push_back(std::move(reference));
    return true;
  }
  if (key != "manager@delta" && key != "members@delta") return true;  // annotations
  JsonArray array;
  if (value.get(array) != simdjson::SUCCESS) return false;
  for (const JsonElement element : array) {
    ImportedReference reference;
    reference.attribute = attribute;
    reference.target_anchor = cloudAnchorOf(element);
    const bool is_removal = memberOf(element, "@removed").has_value();
    reference.change = is_removal ? ReferenceChange::kRemove : ReferenceChange::kAdd;
    if (is_removal && !partial_) continue;
    if (!reference.target_anchor.empty()) out_->references.push_back(std::move(reference));
  }
  return true;
}

void ObjectReader::readQuarantine(const JsonElement& errors) {
  JsonArray array;
  if (errors.get(array) != simdjson::SUCCESS) return;
  for (const JsonElement error : array) {
    const std::string_view property = textAt(error, "propertyCausingError").value_or("");
    const std::string_view value = textAt(error, "value").value_or("");
    if (value.empty()) continue;
    quarantined_ = true;
    if (property == "UserPrincipalName") quarantined_upn_ = value;
    if (property == "ProxyAddress" && isWanted(map_.proxy_addresses)) {
      quarantined_addresses_.push_back(value);
    }
  }
}

}  // namespace tandem::connectors::graph
