// SPDX-License-Identifier: Apache-2.0
#include "connectors/entry/entry_reader.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"
#include "base/time_text.h"
#include "connectors/entry/known_attributes.h"
#include "directory/dn.h"

namespace tandem::connectors::entry {
namespace {

using directory::ValueType;

std::uint32_t nameHash(std::string_view name) {
  std::uint32_t hash = 2166136261U;
  for (const char c : name)
    hash = (hash ^ (static_cast<std::uint8_t>(c) | 0x20U)) * 16777619U;  // cases fall together
  return hash;
}

// Eight bytes at a time: every value of every entry passes here.
bool isAscii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::uint64_t seen = 0;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    seen |= word;
  }
  for (; i < text.size(); ++i)
    seen |= static_cast<unsigned char>(text[i]);
  return (seen & kHighBits) == 0;
}

// Where the parent's DN starts; text.size() when there is none.
std::size_t parentStart(std::string_view dn) {
  for (std::size_t i = 0; i < dn.size(); ++i) {
    if (dn[i] == '\\') {
      ++i;
    } else if (dn[i] == ',') {
      return i + 1;
    }
  }
  return dn.size();
}

}  // namespace

EntryReader::EntryReader(const ReaderContext& context, const std::vector<AttributeId>& wanted)
    : context_(context), buckets_(kBuckets) {
  for (const AttributeId id : wanted) {
    const std::string& name = context_.attributes->name(id);
    if (equalsIgnoreCaseAscii(name, "distinguishedName")) {
      distinguished_name_ = id;  // made from the DN, so that LDIF without it and deltas agree
      continue;
    }
    addSlot(name, id, /*keep=*/true);
    names_.push_back(name);
  }
  for (const std::string_view name : {"objectClass", "objectGUID", "entryUUID", "isDeleted"}) {
    if (find(name) != kNone) continue;
    addSlot(name, {}, /*keep=*/false);
    names_.emplace_back(name);
  }
  has_value_.resize(slots_.size());
}

void EntryReader::readChangeTime(std::string_view name) {
  if (search(name) == kNone) {
    addSlot(name, {}, /*keep=*/false);
    names_.emplace_back(name);
    has_value_.resize(slots_.size());
  }
  change_time_ = search(name);
}

void EntryReader::addSlot(std::string_view name, AttributeId id, bool keep) {
  SlotEntry slot;
  slot.name = toLowerAscii(name);
  slot.id = id;
  slot.keep = keep;
  if (slot.name == "objectclass") slot.role = Role::kObjectClass;
  if (slot.name == "objectguid") slot.role = Role::kObjectGuid;
  if (slot.name == "entryuuid") slot.role = Role::kEntryUuid;
  if (slot.name == "isdeleted") slot.role = Role::kIsDeleted;
  if (slot.name == "objectsid") slot.role = Role::kSid;
  if (const auto* definition = context_.schema->find(id)) {
    slot.type = definition->type;
    slot.multi = definition->multi;
  } else if (const auto known = findKnownAttribute(name)) {
    slot.type = known->type;
    slot.multi = known->multi;
  } else {
    slot.multi = true;
  }
  if (slot.type == ValueType::kReference && slot.name == "ms-ds-creatorsid")
    slot.role = Role::kSidReference;
  buckets_[nameHash(slot.name) % kBuckets].push_back(static_cast<Slot>(slots_.size()));
  slots_.push_back(std::move(slot));
}

EntryReader::Slot EntryReader::find(std::string_view name) {
  const Slot guess = last_found_ == kNone ? kNone : slots_[last_found_].next;
  if (guess != kNone && slots_[guess].spelling == name) return last_found_ = guess;
  const Slot found = search(name);
  if (found == kNone) return kNone;
  slots_[found].spelling = name;
  if (last_found_ != kNone) slots_[last_found_].next = found;
  return last_found_ = found;
}

EntryReader::Slot EntryReader::search(std::string_view name) const {
  for (const Slot slot : buckets_[nameHash(name) % kBuckets]) {
    if (equalsIgnoreCaseAscii(slots_[slot].name, name)) return slot;
  }
  return kNone;
}

void EntryReader::begin(std::string_view dn) {
  anchor_.clear();
  if (dn.starts_with('<')) {
    ExtendedDn extended = splitExtendedDn(dn);
    anchor_ = std::move(extended.anchor);
    dn = extended.dn;
  }
  dn_ = dn;
  has_dn_key_ = false;
  kind_ = {};
  is_deleted_ = false;
  changed_at_ = 0;
  saw_object_class_ = false;
  std::fill(has_value_.begin(), has_value_.end(), false);
  invalid_.clear();
  record_.clear();
  references_.clear();
  cleared_.clear();
}

const std::string& EntryReader::dnKey() const {
  if (!has_dn_key_) directory::dnKeyInto(dn_, dn_key_);
  has_dn_key_ = true;
  return dn_key_;
}

void EntryReader::add(Slot index, std::string_view value) {
  const SlotEntry& slot = slots_[index];
  if (slot.role == Role::kObjectClass) {
    saw_object_class_ = true;
    context_.classes->consider(value, kind_);
  } else if (slot.role == Role::kObjectGuid || slot.role == Role::kEntryUuid) {
    const auto bytes = guidBytes(value, slot.role == Role::kEntryUuid);
    if (!bytes) return noteInvalid(slot, "not a GUID");
    if (anchor_.empty() || slot.role == Role::kObjectGuid) anchor_ = *bytes;
    if (slot.keep) record_.add(slot.id, ValueType::kBinary, /*multi=*/false, *bytes);
    return;
  } else if (slot.role == Role::kIsDeleted) {
    is_deleted_ = equalsIgnoreCaseAscii(value, "TRUE");
  }
  if (index == change_time_) changed_at_ = parseGeneralizedTime(value).value_or(0);
  if (!slot.keep) return;
  if (!slot.multi) {
    if (has_value_[index]) return;
    has_value_[index] = true;
  }
  addTyped(slot, value);
}

void EntryReader::addTyped(const SlotEntry& slot, std::string_view value) {
  switch (slot.type) {
    case ValueType::kString:
      if (!isAscii(value) && !isValidUtf8(value)) return noteInvalid(slot, "not UTF-8");
      record_.add(slot.id, ValueType::kString, slot.multi, value);
      return;
    case ValueType::kInteger: {
      const std::optional<std::int64_t> number = parseInteger(value);
      if (!number) return noteInvalid(slot, "not a 64-bit integer");
      record_.add(slot.id, ValueType::kInteger, slot.multi, directory::encodeInteger(*number));
      return;
    }
    case ValueType::kBoolean: {
      const bool yes = equalsIgnoreCaseAscii(value, "TRUE");
      if (!yes && !equalsIgnoreCaseAscii(value, "FALSE")) {
        return noteInvalid(slot, "neither TRUE nor FALSE");
      }
      record_.add(slot.id, ValueType::kBoolean, slot.multi, directory::encodeBoolean(yes));
      return;
    }
    case ValueType::kReference:
      return addReference(slot, value, ReferenceChange::kAdd);
    case ValueType::kBinary:
      if (slot.role == Role::kSid && value.starts_with("S-")) {
        const std::optional<directory::Sid> sid = directory::Sid::parse(value);
        if (!sid) return noteInvalid(slot, "not a SID");
        record_.add(slot.id, ValueType::kBinary, slot.multi, sid->bytes());
        return;
      }
      record_.add(slot.id, ValueType::kBinary, slot.multi, value);
      return;
  }
}

void EntryReader::addReference(const SlotEntry& slot,
                               std::string_view value,
                               ReferenceChange change) {
  if (slot.role == Role::kSidReference && !value.starts_with('<'))
    return addSidReference(slot, value, change);
  ImportedReference& reference = references_.emplace_back();
  reference.attribute = slot.id;
  reference.change = change;
  if (value.starts_with('<')) {
    ExtendedDn extended = splitExtendedDn(value);
    reference.target_anchor = std::move(extended.anchor);
    value = extended.dn;
  }
  reference.target_dn = value;
}

// The SID of an object that is gone names nobody.
void EntryReader::addSidReference(const SlotEntry& slot,
                                  std::string_view value,
                                  ReferenceChange change) {
  const std::optional<directory::Sid> sid =
      value.starts_with("S-") ? directory::Sid::parse(value) : directory::Sid::fromBytes(value);
  if (!sid) return noteInvalid(slot, "not a SID");
  if (context_.dn_of_sid == nullptr) return;
  const std::string dn = (*context_.dn_of_sid)(*sid);
  if (dn.empty()) return;
  ImportedReference& reference = references_.emplace_back();
  reference.attribute = slot.id;
  reference.change = change;
  ExtendedDn extended = splitExtendedDn(dn);
  reference.target_anchor = std::move(extended.anchor);
  reference.target_dn = extended.dn;
}

void EntryReader::changeReference(Slot slot, std::string_view target, ReferenceChange change) {
  if (slots_[slot].keep) addReference(slots_[slot], target, change);
}

void EntryReader::clearAttribute(Slot index) {
  const SlotEntry& slot = slots_[index];
  if (!slot.keep) return;
  if (slot.type == ValueType::kReference) {
    ImportedReference& reference = references_.emplace_back();
    reference.attribute = slot.id;
    reference.change = ReferenceChange::kReplaceAll;
    return;
  }
  cleared_.push_back(index);
}

void EntryReader::noteInvalid(const SlotEntry& slot, std::string_view why) {
  if (!invalid_.empty()) return;
  const std::string name = slot.keep ? context_.attributes->name(slot.id) : slot.name;
  invalid_ = fmt::format("a value of {} is {}: correct it in the source directory", name, why);
}

bool EntryReader::isInScope() {
  if (context_.scope->readsEverything()) return true;
  const std::size_t start = parentStart(dn_);
  // An entry of the filter may name a container itself, so only leaves share a verdict.
  if (kind_.is_container || start >= dn_.size()) return context_.scope->covers(dnKey());
  const std::string_view parent = std::string_view(dn_).substr(start);
  if (parent != last_parent_) {
    last_parent_ = parent;
    last_in_scope_ = context_.scope->covers(dnKey());
  }
  return last_in_scope_;
}

void EntryReader::fill(ImportItem& item) {
  item.anchor = anchor_;
  item.dn = dn_;
  item.is_container = kind_.is_container;
  item.type = kind_.type;
  item.changed_at = changed_at_;
}

Verdict EntryReader::finish(ImportItem& item) {
  if (kind_.type.raw() == 0 || !kind_.is_selected) return Verdict::kOtherType;
  fill(item);
  if (!isInScope()) {
    if (!kind_.is_container || !context_.scope->isAboveIncluded(dnKey())) {
      return Verdict::kOutOfScope;
    }
  }
  if (context_.anchor == AnchorSource::kDn) item.anchor = dnKey();
  if (item.anchor.empty()) {
    item.error_type = "missing-anchor-component";
    item.error_message = fmt::format(
        "{} has neither objectGUID nor entryUUID: export the entries with one of them{}",
        dn_,
        ", or set the anchor of this connector to the DN");
    return Verdict::kItem;
  }
  if (!invalid_.empty()) {
    item.error_type = "invalid-attribute-value";
    item.error_message = fmt::format("{}: {}", dn_, invalid_);
    return Verdict::kItem;
  }
  if (distinguished_name_.isValid()) record_.addString(distinguished_name_, dn_);
  record_.finishInto(item.image);
  item.references = std::move(references_);
  references_.clear();
  return Verdict::kItem;
}

void EntryReader::finishPartial(ImportItem& item) {
  fill(item);
  item.kind = ImportKind::kPartial;
  if (!invalid_.empty()) {
    item.error_type = "invalid-attribute-value";
    item.error_message = fmt::format("{}: {}", dn_, invalid_);
    return;
  }
  for (const Slot slot : cleared_)
    record_.addCleared(slots_[slot].id, slots_[slot].type, slots_[slot].multi);
  record_.finishInto(item.image);
  item.references = std::move(references_);
  references_.clear();
}

}  // namespace tandem::connectors::entry
