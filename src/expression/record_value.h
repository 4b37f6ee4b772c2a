// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "directory/record.h"
#include "expression/arena.h"
#include "expression/value.h"

namespace tandem::expression {

// One value as a record encodes it. A value of the wrong length is NULL.
inline Value toValue(directory::ValueType type, std::string_view bytes) {
  switch (type) {
    case directory::ValueType::kString:
      return Value::text(bytes);
    case directory::ValueType::kInteger:
      return bytes.size() == 8 ? Value::integer(directory::decodeInteger(bytes)) : Value::null();
    case directory::ValueType::kBoolean:
      return Value::boolean(directory::decodeBoolean(bytes));
    case directory::ValueType::kBinary:
      return Value::text(bytes, Kind::kBinary);
    case directory::ValueType::kReference:
      return Value::text(bytes, Kind::kReference);
  }
  return Value::null();
}

// The values of an attribute; a list when it is declared multi-valued, even with one value.
inline Value toValue(const directory::ValuesView& values, Arena& arena) {
  if (values.isEmpty()) return Value::null();
  if (values.count() == 1 && !values.isMulti()) {
    const std::string_view encoded = values.encoded();
    // A length below 128 is one byte: nearly every value, so the general way is the exception.
    if (static_cast<unsigned char>(encoded[0]) == encoded.size() - 1) {
      return toValue(values.type(), encoded.substr(1));
    }
    return toValue(values.type(), values.front());
  }
  Value* const items = arena.values(values.count());
  std::size_t count = 0;
  for (const std::string_view bytes : values)
    items[count++] = toValue(values.type(), bytes);
  return Value::list(kindOf(values.type()), items, count);
}

}  // namespace tandem::expression
