// SPDX-License-Identifier: Apache-2.0
#include "rules/flow_types.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/varint.h"

namespace tandem::rules {
namespace {

using directory::ValueType;
using expression::Kind;
using expression::TypeSet;
namespace types = expression::types;

constexpr unsigned char kMultiFlag = 0x80;

// At most five octets of id, one of type, five of count.
using Head = std::array<char, 11>;

// Built aside and appended at once: this runs for each attribute of each object.
void appendHead(std::string& record,
                const directory::AttributeDefinition& attribute,
                std::uint32_t count) {
  Head head;
  char* at = writeVarint(head.data(), attribute.id.raw());
  const auto code = static_cast<unsigned char>(attribute.type);
  *at++ = static_cast<char>(attribute.multi || count > 1 ? code | kMultiFlag : code);
  at = writeVarint(at, count);
  record.append(head.data(), static_cast<std::size_t>(at - head.data()));
}

}  // namespace

bool canBecome(Kind kind, ValueType target) {
  switch (target) {
    case ValueType::kString:
      return kind == Kind::kString || kind == Kind::kInteger || kind == Kind::kBoolean ||
             kind == Kind::kReference;
    case ValueType::kInteger:
      return kind == Kind::kInteger;
    case ValueType::kBoolean:
      return kind == Kind::kBoolean;
    case ValueType::kBinary:
      return kind == Kind::kBinary;
    case ValueType::kReference:
      return false;
  }
  return false;
}

bool canYield(TypeSet results, ValueType target) {
  if ((results & types::kAny).isEmpty()) return true;
  if (target == ValueType::kReference) return true;
  for (const Kind kind : std::array{Kind::kString,
                                    Kind::kInteger,
                                    Kind::kBoolean,
                                    Kind::kBinary,
                                    Kind::kReference,
                                    Kind::kDateTime}) {
    if (results.has(kind) && canBecome(kind, target)) return true;
  }
  return results.has(Kind::kLink) && target == ValueType::kString;
}

bool yieldsOtherThanLinks(TypeSet results) {
  return !(results & types::kAny.without(types::kLink)).isEmpty();
}

std::string_view toBytes(const expression::Value& value,
                         ValueType target,
                         expression::Workspace& work) {
  switch (value.kind) {
    case Kind::kString:
    case Kind::kBinary:
    case Kind::kReference:
      return value.view();
    case Kind::kBoolean:
      if (target == ValueType::kBoolean) return directory::encodeBoolean(value.number != 0);
      return value.number != 0 ? "True" : "False";
    case Kind::kInteger: {
      if (target == ValueType::kString) {
        const fmt::format_int digits(value.number);
        return work.arena.copy({digits.data(), digits.size()});
      }
      return work.arena.copy(directory::encodeInteger(value.number));
    }
    case Kind::kNull:
    case Kind::kAuthoritativeNull:
    case Kind::kIgnoreThisFlow:
    case Kind::kError:
    case Kind::kDateTime:
    case Kind::kLink:
      break;
  }
  return {};
}

void appendAttribute(std::string& record,
                     const directory::AttributeDefinition& attribute,
                     std::uint32_t count,
                     std::string_view encoded) {
  appendHead(record, attribute, count);
  record += encoded;
}

void appendValues(std::string& record,
                  const directory::AttributeDefinition& attribute,
                  std::vector<std::string_view>& values) {
  if (values.size() > 1) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }
  appendHead(record, attribute, static_cast<std::uint32_t>(values.size()));
  for (const std::string_view value : values) {
    appendVarint(record, value.size());
    record += value;
  }
}

}  // namespace tandem::rules
