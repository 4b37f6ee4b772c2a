// SPDX-License-Identifier: Apache-2.0
#include "expression/object_for_test.h"

#include "base/bytes.h"
#include "expression/functions/date_text.h"

namespace tandem::expression {

std::string ObjectForTest::show(const Value& value) const {
  if (value.multi) {
    std::string all = "{";
    for (const Value& item : value)
      all += (&item == value.begin() ? "" : ";") + show(item);
    return all + "}";
  }
  switch (value.kind) {
    case Kind::kError:
      return "error: " + workspace_.error();
    case Kind::kString:
    case Kind::kReference:
      return std::string(value.view());
    case Kind::kBinary:
      return "#" + toHex(value.view());
    case Kind::kInteger:
      return std::to_string(value.number);
    case Kind::kBoolean:
      return value.number != 0 ? "True" : "False";
    case Kind::kDateTime: {
      std::string text;
      std::string unknown;
      formatDateTime(value.number, "yyyy-MM-dd HH:mm:ss", text, unknown);
      return text;
    }
    case Kind::kLink:
      return "link to " + std::to_string(value.size);
    case Kind::kNull:
    case Kind::kAuthoritativeNull:
    case Kind::kIgnoreThisFlow:
      break;
  }
  return std::string(toString(value.kind));
}

}  // namespace tandem::expression
