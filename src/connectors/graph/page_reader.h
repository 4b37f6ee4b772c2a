// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/graph/json_reading.h"

namespace tandem::connectors::graph {

// One page of a collection or of a delta. Views into it live until the next parse().
class PageReader {
 public:
  // Fails on anything that is not a whole page: a truncated or foreign answer must never look like
  // the end of a list.
  Result<void> parse(std::string_view body);

  JsonArray items() const { return items_; }
  const std::string& nextLink() const { return next_link_; }    // empty: the last page
  const std::string& deltaLink() const { return delta_link_; }  // of a delta's last page

 private:
  simdjson::dom::parser parser_;
  JsonArray items_;
  std::string next_link_;
  std::string delta_link_;
};

}  // namespace tandem::connectors::graph
