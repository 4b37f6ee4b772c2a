// SPDX-License-Identifier: Apache-2.0
#include "cli/object_text.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace tandem::cli {

using directory::ValuesView;
using directory::ValueType;

std::string valuesText(std::string_view attribute, const ValuesView& values, std::size_t limit) {
  std::string text;
  std::size_t shown = 0;
  for (const std::string_view value : values) {
    if (shown == limit) {
      text += fmt::format("; and {} more", values.count() - shown);
      break;
    }
    if (shown++ > 0) text += "; ";
    text += valueText(attribute, values.type(), value);
  }
  return text;
}

nlohmann::ordered_json valuesJson(std::string_view attribute, const ValuesView& values) {
  const auto one = [&](std::string_view bytes) -> nlohmann::ordered_json {
    if (values.type() == ValueType::kInteger) return directory::decodeInteger(bytes);
    if (values.type() == ValueType::kBoolean) return directory::decodeBoolean(bytes);
    return valueText(attribute, values.type(), bytes);
  };
  if (!values.isMulti() && values.count() == 1) return one(values.front());
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const std::string_view value : values)
    list.push_back(one(value));
  return list;
}

nlohmann::ordered_json recordJson(const StoreView& view, std::string_view record) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  directory::RecordReader reader(record);
  while (const auto attribute = reader.next()) {
    const std::string& name = view.attributeName(attribute->id);
    json[name] = valuesJson(name, attribute->values);
  }
  return json;
}

std::string_view operationWord(store::PendingOperation operation) {
  switch (operation) {
    case store::PendingOperation::kAdd:
      return "Add";
    case store::PendingOperation::kUpdate:
      return "Update";
    case store::PendingOperation::kDelete:
      return "Delete";
  }
  return "";
}

}  // namespace tandem::cli
