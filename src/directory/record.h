// SPDX-License-Identifier: Apache-2.0
//
// A record is an object's attributes as one contiguous string of bytes, in canonical form:
// attributes ascending by id, the values of a multi-valued attribute ascending by bytes and without
// repeats. Two objects with the same values therefore have the same bytes, so "did it change?" is a
// comparison of bytes or of their hash, and reading allocates nothing.
//
//   record    = { attribute }
//   attribute = varint id · byte (type | 0x80 when multi-valued) · varint count · { value }
//   value     = varint length · bytes
//
// A count of 0 is written only in deltas, where it means "clear this attribute".
// References of connector-space and metaverse objects are not in records: they are links in the
// store, so that a group of 250,000 costs one row for one new member.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "directory/attribute_table.h"
#include "directory/value.h"

namespace tandem::directory {

// The values of one attribute inside a record: a view that is as long-lived as the record's bytes.
class ValuesView {
 public:
  class Iterator {
   public:
    Iterator(std::string_view rest, std::uint32_t left);
    std::string_view operator*() const { return value_; }
    Iterator& operator++();
    bool operator!=(const Iterator& other) const { return left_ != other.left_; }

   private:
    std::string_view rest_;
    std::string_view value_;
    std::uint32_t left_ = 0;
  };

  ValuesView() = default;
  ValuesView(ValueType type, bool multi, std::uint32_t count, std::string_view encoded)
      : encoded_(encoded), count_(count), type_(type), multi_(multi) {}

  ValueType type() const { return type_; }
  bool isMulti() const { return multi_; }  // declared multi-valued, even with one value
  std::uint32_t count() const { return count_; }
  bool isEmpty() const { return count_ == 0; }
  std::string_view front() const { return *begin(); }  // count() > 0
  Iterator begin() const { return {encoded_, count_}; }
  Iterator end() const { return {{}, 0}; }
  std::string_view encoded() const { return encoded_; }  // the bytes after the count

  friend bool operator==(const ValuesView& a, const ValuesView& b) {
    return a.type_ == b.type_ && a.count_ == b.count_ && a.encoded_ == b.encoded_;
  }

 private:
  std::string_view encoded_;
  std::uint32_t count_ = 0;
  ValueType type_ = ValueType::kString;
  bool multi_ = false;
};

struct AttributeView {
  AttributeId id;
  ValuesView values;
};

// Reads a record attribute by attribute. The bytes must come from a RecordBuilder (the store checks
// what it reads from disk with isWellFormed()).
class RecordReader {
 public:
  explicit RecordReader(std::string_view record) : rest_(record) {}
  std::optional<AttributeView> next();

 private:
  std::string_view rest_;
};

// The attribute's values, or nullopt when absent. Linear; for many look-ups use a slot table.
std::optional<ValuesView> findAttribute(std::string_view record, AttributeId id);
bool isWellFormed(std::string_view record);

// Builds a record. Attributes and values may come in any order; finish() makes it canonical.
// Meant to be reused: clear() keeps the buffers.
class RecordBuilder {
 public:
  void clear();
  bool isEmpty() const { return attributes_.empty(); }
  // Adding to an attribute that has values already adds more values (and makes it multi-valued when
  // either call says so).
  void add(AttributeId id, ValueType type, bool multi, std::string_view value);
  void addString(AttributeId id, std::string_view value) {
    add(id, ValueType::kString, /*multi=*/false, value);
  }
  void addInteger(AttributeId id, std::int64_t value);
  void addBoolean(AttributeId id, bool value) {
    add(id, ValueType::kBoolean, /*multi=*/false, encodeBoolean(value));
  }
  void addAll(AttributeId id, const ValuesView& values);
  // An attribute of a delta as it is: its values, or "to be cleared".
  void addFromDelta(const AttributeView& attribute);
  // Deltas only: the attribute is to be cleared.
  void addCleared(AttributeId id, ValueType type, bool multi);

  std::string finish();
  void finishInto(std::string& out);  // replaces out

 private:
  struct Entry {
    AttributeId id;
    ValueType type;
    bool multi;
    std::uint32_t offset;  // of the value in arena_
    std::uint32_t length;
    bool cleared;
  };
  std::string_view bytesOf(const Entry& entry) const {
    return std::string_view(arena_).substr(entry.offset, entry.length);
  }

  std::vector<Entry> attributes_;
  std::string arena_;
};

}  // namespace tandem::directory
