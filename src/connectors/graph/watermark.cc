// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/watermark.h"

#include "connectors/graph/json_reading.h"
#include "connectors/graph/json_text.h"

namespace tandem::connectors::graph {

std::string GraphWatermark::toText() const {
  std::string text;
  JsonText json(text);
  json.beginObject().key("selection").string(selection);
  for (std::size_t k = 0; k < kKinds; ++k) {
    json.key(collectionName(static_cast<Kind>(k))).string(delta_links[k]);
  }
  json.endObject();
  return text;
}

std::optional<GraphWatermark> GraphWatermark::parse(std::string_view text) {
  simdjson::dom::parser parser;
  JsonElement document;
  if (parser.parse(text.data(), text.size()).get(document) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  GraphWatermark watermark;
  const std::optional<std::string_view> selection = textAt(document, "selection");
  if (!selection) return std::nullopt;
  watermark.selection = *selection;
  for (std::size_t k = 0; k < kKinds; ++k) {
    const auto link = textAt(document, collectionName(static_cast<Kind>(k)));
    if (!link) return std::nullopt;
    watermark.delta_links[k] = *link;
  }
  return watermark;
}

}  // namespace tandem::connectors::graph
