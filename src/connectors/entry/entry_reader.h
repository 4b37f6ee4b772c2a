// SPDX-License-Identifier: Apache-2.0
//
// Makes an ImportItem of one directory entry, for LDAP and LDIF alike: type by objectClass, anchor
// by objectGUID or entryUUID, values typed by the schema, references apart from the record, scope
// by container. One reader an import; its buffers are used again for each entry, because this is
// the hottest loop of an import.
//
//   reader.begin(dn);
//   for each attribute: if (const auto slot = reader.find(name)) reader.add(slot, value) …
//   switch (reader.finish(item)) …
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/connector.h"
#include "connectors/directory_settings.h"
#include "connectors/entry/container_scope.h"
#include "connectors/entry/object_classes.h"
#include "directory/attribute_table.h"
#include "directory/record.h"
#include "directory/schema.h"
#include "directory/sid.h"

namespace tandem::connectors::entry {

// Whose SID that is: a DN, extended or not; empty when there is no such object. Some attributes of
// Active Directory name an object so (mS-DS-CreatorSID).
using SidLookUp = std::function<std::string(const directory::Sid&)>;

// What the reader is to know; everything outlives it.
struct ReaderContext {
  const directory::AttributeTable* attributes = nullptr;
  const directory::Schema* schema = nullptr;
  const ObjectClasses* classes = nullptr;
  const ContainerScope* scope = nullptr;
  AnchorSource anchor = AnchorSource::kDirectoryId;
  const SidLookUp* dn_of_sid = nullptr;  // null: references by SID are left out
};

enum class Verdict : std::uint8_t {
  kItem,        // item is filled (perhaps with an error_type)
  kOtherType,   // not an object type that is read
  kOutOfScope,  // its container is excluded; item has anchor, dn and is_container only
};

class EntryReader {
 public:
  using Slot = std::uint32_t;  // of an attribute that is of interest
  static constexpr Slot kNone = 0xFFFFFFFF;

  EntryReader(const ReaderContext& context, const std::vector<AttributeId>& wanted);

  // Names to ask a server for: what is wanted, and what the reader itself needs.
  const std::vector<std::string>& namesToRead() const { return names_; }
  // Reads this attribute for the item's changed_at: "whenChanged", "modifyTimestamp".
  void readChangeTime(std::string_view name);
  bool isWanted(Slot slot) const { return slots_[slot].keep; }
  bool isReference(Slot slot) const {
    return slots_[slot].type == directory::ValueType::kReference;
  }

  // dn may carry AD's extended form "<GUID=…>;<SID=…>;CN=…", which then gives the anchor.
  void begin(std::string_view dn);
  void setAnchor(std::string_view bytes) { anchor_ = bytes; }
  Slot find(std::string_view name);  // any case, without options; kNone: of no interest
  void add(Slot slot, std::string_view value);
  // Deltas: the attribute has no value any more.
  void clearAttribute(Slot slot);
  // Deltas: one value of a reference attribute came or went.
  void changeReference(Slot slot, std::string_view target, ReferenceChange change);

  // A whole entry.
  Verdict finish(ImportItem& item);
  // A change of a known object: no type, no scope check; dn is as given to begin().
  void finishPartial(ImportItem& item);

  const std::string& anchor() const { return anchor_; }
  const std::string& dn() const { return dn_; }
  const std::string& dnKey() const;
  const ObjectClasses::Kind& kind() const { return kind_; }
  bool sawObjectClass() const { return saw_object_class_; }
  bool isDeleted() const { return is_deleted_; }

 private:
  enum class Role : std::uint8_t {
    kPlain,
    kObjectClass,
    kObjectGuid,
    kEntryUuid,
    kIsDeleted,
    kSid,
    kSidReference
  };
  struct SlotEntry {
    std::string name;      // lower case
    std::string spelling;  // as it was asked for last
    Slot next = kNone;     // what was asked for after it last: entries repeat their order
    AttributeId id;
    directory::ValueType type = directory::ValueType::kString;
    Role role = Role::kPlain;
    bool multi = false;
    bool keep = false;
  };
  static constexpr std::size_t kBuckets = 1024;  // a power of two, well above what rules use

  Slot search(std::string_view name) const;
  void addSlot(std::string_view name, AttributeId id, bool keep);
  void addTyped(const SlotEntry& slot, std::string_view value);
  void addReference(const SlotEntry& slot, std::string_view value, ReferenceChange change);
  void addSidReference(const SlotEntry& slot, std::string_view value, ReferenceChange change);
  void noteInvalid(const SlotEntry& slot, std::string_view why);
  void fill(ImportItem& item);
  bool isInScope();

  ReaderContext context_;
  std::vector<SlotEntry> slots_;
  std::vector<std::string> names_;
  std::vector<std::vector<Slot>> buckets_;
  AttributeId distinguished_name_;
  Slot change_time_ = kNone;

  // The entry at hand.
  std::string dn_;
  mutable std::string dn_key_;  // made when somebody asks
  mutable bool has_dn_key_ = false;
  std::string anchor_;
  Slot last_found_ = kNone;
  ObjectClasses::Kind kind_;
  bool is_deleted_ = false;
  std::int64_t changed_at_ = 0;
  bool saw_object_class_ = false;
  std::vector<bool> has_value_;  // by slot: single-valued attributes keep their first value
  std::string invalid_;          // the first value that could not be used
  directory::RecordBuilder record_;
  std::vector<ImportedReference> references_;
  std::vector<Slot> cleared_;  // of partial items

  // Neighbours mostly share their parent: its verdict is kept.
  std::string last_parent_;
  bool last_in_scope_ = false;
};

// AD's extended DN: "<GUID=6cf906fc-…>;<SID=…>;CN=x" or with hex octets. Text without the prefix is
// a DN alone.
struct ExtendedDn {
  std::string anchor;  // 16 bytes, or empty
  std::string_view dn;
};
ExtendedDn splitExtendedDn(std::string_view text);

// 16 bytes from octets or text; big_endian for entryUUID.
std::optional<std::string> guidBytes(std::string_view value, bool big_endian);

}  // namespace tandem::connectors::entry
