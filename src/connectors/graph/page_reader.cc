// SPDX-License-Identifier: Apache-2.0
#include "connectors/graph/page_reader.h"

namespace tandem::connectors::graph {

Result<void> PageReader::parse(std::string_view body) {
  JsonElement document;
  next_link_.clear();
  delta_link_.clear();
  if (parser_.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS) {
    return Error(ErrorCode::kCorruption,
                 "the tenant's answer is not whole JSON (truncated, or a page of a proxy): nothing "
                 "of it was used; check the base URL and what stands in between");
  }
  const std::optional<JsonArray> items = arrayAt(document, "value");
  if (!items) {
    return Error(
        ErrorCode::kCorruption,
        "the tenant's answer is not a page of objects (it has no \"value\"): nothing of it "
        "was used; check the base URL");
  }
  items_ = *items;
  for (const char* key : {"@odata.nextLink", "@odata.deltaLink"}) {
    const std::optional<JsonElement> link = memberOf(document, key);
    if (!link) continue;
    const std::optional<std::string_view> text = textOf(*link);
    if (!text || text->empty()) {
      return Error(ErrorCode::kCorruption,
                   std::string("the tenant's answer has a ") + key + " that is no link");
    }
    (std::string_view(key) == "@odata.nextLink" ? next_link_ : delta_link_) = *text;
  }
  return {};
}

}  // namespace tandem::connectors::graph
