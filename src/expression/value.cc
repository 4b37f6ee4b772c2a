// SPDX-License-Identifier: Apache-2.0
#include "expression/value.h"

#include <array>

namespace tandem::expression {

Kind kindOf(directory::ValueType type) {
  switch (type) {
    case directory::ValueType::kReference:
      return Kind::kReference;
    case directory::ValueType::kBinary:
      return Kind::kBinary;
    case directory::ValueType::kString:
      return Kind::kString;
    case directory::ValueType::kInteger:
      return Kind::kInteger;
    case directory::ValueType::kBoolean:
      return Kind::kBoolean;
  }
  return Kind::kNull;
}

std::string_view toString(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "NULL";
    case Kind::kAuthoritativeNull:
      return "AuthoritativeNull";
    case Kind::kIgnoreThisFlow:
      return "IgnoreThisFlow";
    case Kind::kError:
      return "error";
    case Kind::kString:
      return "string";
    case Kind::kInteger:
      return "integer";
    case Kind::kBoolean:
      return "boolean";
    case Kind::kBinary:
      return "binary";
    case Kind::kReference:
    case Kind::kLink:
      return "reference";
    case Kind::kDateTime:
      return "date-time";
  }
  return "unknown";
}

std::string toText(TypeSet set) {
  if (set.has(Kind::kReference)) set = set.without(types::kLink);
  std::string text;
  for (const Kind kind : std::array{Kind::kString,
                                    Kind::kInteger,
                                    Kind::kBoolean,
                                    Kind::kBinary,
                                    Kind::kReference,
                                    Kind::kLink,
                                    Kind::kDateTime}) {
    if (!set.has(kind)) continue;
    if (!text.empty()) text += " or ";
    text += toString(kind);
  }
  return text.empty() ? "NULL" : text;
}

}  // namespace tandem::expression
