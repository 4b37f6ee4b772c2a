// SPDX-License-Identifier: Apache-2.0
//
// Small steps over simdjson's tree, each of which takes any answer for granted: what is absent or
// of another type is "nothing". Included by this folder's .cc files alone.
#pragma once

#include <optional>
#include <string_view>

// The library's CMake target defines it, and the layout of its parser depends on it: whoever
// includes this without that target must see the same.
#ifndef SIMDJSON_THREADS_ENABLED
#define SIMDJSON_THREADS_ENABLED 1
#endif
#include <simdjson.h>

namespace tandem::connectors::graph {

using JsonElement = simdjson::dom::element;
using JsonObject = simdjson::dom::object;
using JsonArray = simdjson::dom::array;

inline std::optional<std::string_view> textOf(const JsonElement& element) {
  std::string_view text;
  if (element.get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

inline std::optional<JsonElement> memberOf(const JsonElement& element, std::string_view key) {
  JsonElement found;
  if (element[key].get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

inline std::optional<std::string_view> textAt(const JsonElement& element, std::string_view key) {
  const std::optional<JsonElement> found = memberOf(element, key);
  return found ? textOf(*found) : std::nullopt;
}

inline std::optional<JsonArray> arrayAt(const JsonElement& element, std::string_view key) {
  JsonArray array;
  if (element[key].get(array) != simdjson::SUCCESS) return std::nullopt;
  return array;
}

}  // namespace tandem::connectors::graph
