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

bool yieldsOtherThanNames(TypeSet results) {
  const TypeSet names = types::kLink | types::kString | types::kReference;
  return !(results & types::kAny.without(names)).isEmpty();
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

}  // namespace tandem::rules
