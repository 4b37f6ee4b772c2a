// SPDX-License-Identifier: Apache-2.0
//
// What an expression computes with. A Value is sixteen bytes and owns nothing: its bytes live in
// the object's record, in the compiled program or in the arena of the evaluating thread, and are
// good until that arena is reset. So evaluating allocates nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "directory/value.h"

namespace tandem::expression {

enum class Kind : std::uint8_t {
  kNull,               // absent; "no opinion" as the result of a flow
  kAuthoritativeNull,  // "the target shall have no value"
  kIgnoreThisFlow,     // "as if this flow did not exist"
  kError,              // the text is in the workspace
  kString,
  kInteger,
  kBoolean,
  kBinary,
  kReference,  // DN text
  kDateTime,   // 100 ns since 1601-01-01 UTC, as FILETIME counts
  kLink,       // a reference attribute that was not read: number is its id, size how many it holds
};

struct Value {
  Kind kind = Kind::kNull;
  bool multi = false;      // then items, all of this kind; otherwise bytes or number, by kind
  std::uint32_t size = 0;  // of bytes or items
  union {
    const char* bytes;
    std::int64_t number;
    const Value* items;
  };

  constexpr Value() : number(0) {}
  static Value null() { return {}; }
  static Value special(Kind kind) {
    Value value;
    value.kind = kind;
    return value;
  }
  static Value text(std::string_view text, Kind kind = Kind::kString) {
    Value value = special(kind);
    value.size = static_cast<std::uint32_t>(text.size());
    value.bytes = text.data();
    return value;
  }
  static Value integer(std::int64_t number) { return ofNumber(Kind::kInteger, number); }
  static Value boolean(bool truth) { return ofNumber(Kind::kBoolean, truth ? 1 : 0); }
  static Value dateTime(std::int64_t ticks) { return ofNumber(Kind::kDateTime, ticks); }
  static Value link(std::uint32_t attribute, std::uint32_t count) {
    Value value = ofNumber(Kind::kLink, attribute);
    value.size = count;
    return value;
  }
  // No items at all is NULL: a directory knows no empty lists.
  static Value list(Kind kind, const Value* items, std::size_t count) {
    if (count == 0) return null();
    Value value = special(kind);
    value.multi = true;
    value.size = static_cast<std::uint32_t>(count);
    value.items = items;
    return value;
  }

  bool isNull() const { return kind == Kind::kNull; }
  bool isError() const { return kind == Kind::kError; }
  // NULL, or one of the two words that only the result of a flow may be.
  bool isAbsent() const {
    return kind == Kind::kNull || kind == Kind::kAuthoritativeNull || kind == Kind::kIgnoreThisFlow;
  }
  bool isTrue() const { return kind == Kind::kBoolean && !multi && number != 0; }
  std::string_view view() const { return {bytes, size}; }
  // One or many, seen as many.
  const Value* begin() const { return multi ? items : this; }
  const Value* end() const { return multi ? items + size : this + (isAbsent() ? 0 : 1); }
  std::uint32_t count() const { return multi ? size : (isAbsent() ? 0 : 1); }

 private:
  static Value ofNumber(Kind kind, std::int64_t number) {
    Value value = special(kind);
    value.number = number;
    return value;
  }
};

// Which kinds an expression can yield; known before it runs, so that a rule which cannot work is
// refused when it is written.
class TypeSet {
 public:
  constexpr TypeSet() = default;
  static constexpr TypeSet of(Kind kind) { return TypeSet(bit(kind)); }
  constexpr TypeSet operator|(TypeSet other) const { return TypeSet(bits_ | other.bits_); }
  constexpr TypeSet operator&(TypeSet other) const { return TypeSet(bits_ & other.bits_); }
  constexpr TypeSet without(TypeSet other) const { return TypeSet(bits_ & ~other.bits_); }
  constexpr bool has(Kind kind) const { return (bits_ & bit(kind)) != 0; }
  constexpr bool isEmpty() const { return bits_ == 0; }
  friend constexpr bool operator==(TypeSet, TypeSet) = default;

 private:
  constexpr explicit TypeSet(unsigned bits) : bits_(bits) {}
  static constexpr unsigned bit(Kind kind) { return 1U << static_cast<unsigned>(kind); }

  unsigned bits_ = 0;
};

namespace types {
constexpr TypeSet kNothing;  // Error(): never comes back
constexpr TypeSet kNull = TypeSet::of(Kind::kNull);
constexpr TypeSet kWords =
    TypeSet::of(Kind::kAuthoritativeNull) | TypeSet::of(Kind::kIgnoreThisFlow);
constexpr TypeSet kString = TypeSet::of(Kind::kString);
constexpr TypeSet kInteger = TypeSet::of(Kind::kInteger);
constexpr TypeSet kBoolean = TypeSet::of(Kind::kBoolean);
constexpr TypeSet kBinary = TypeSet::of(Kind::kBinary);
constexpr TypeSet kReference = TypeSet::of(Kind::kReference);
constexpr TypeSet kDateTime = TypeSet::of(Kind::kDateTime);
constexpr TypeSet kLink = TypeSet::of(Kind::kLink);
constexpr TypeSet kAny = kString | kInteger | kBoolean | kBinary | kReference | kDateTime | kLink;
}  // namespace types

Kind kindOf(directory::ValueType type);
std::string_view toString(Kind kind);
// "string or binary", for messages; what can be absent is not mentioned.
std::string toText(TypeSet types);

}  // namespace tandem::expression
