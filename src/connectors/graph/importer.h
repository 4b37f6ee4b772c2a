// SPDX-License-Identifier: Apache-2.0
//
// One import. A full import takes its delta links first and reads afterwards, so that what changes
// while it reads is reported again by the next delta: twice does no harm, never would.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "connectors/connector.h"
#include "connectors/graph/attribute_map.h"
#include "connectors/graph/graph_session.h"
#include "connectors/graph/object_fetch.h"
#include "connectors/graph/object_reader.h"
#include "connectors/graph/page_reader.h"
#include "connectors/graph/watermark.h"

namespace tandem::connectors::graph {

class Importer {
 public:
  Importer(GraphSession& session,
           const AttributeMap& map,
           ConcurrencyWindow& window,
           const ImportRequest& request,
           ImportSink& sink);

  Result<ImportOutcome> run();

 private:
  Result<void> readEverything(ImportOutcome& outcome);
  Result<void> readAll(Kind kind);
  Result<std::string> latestDeltaLink(Kind kind);
  void expectCounts();

  // nullopt: done; a text: why everything has to be read instead.
  Result<std::optional<std::string>> readChanges(ImportOutcome& outcome);
  Result<std::string> readChangesOf(Kind kind, std::string body);
  Result<void> takeChange(Kind kind, const JsonElement& element);
  Result<void> readUnknown(Kind kind);

  Result<void> takePage(Kind kind, JsonArray elements);
  Result<void> flush();
  void report(ImportItem item, Reading reading);

  std::vector<Kind> kinds() const;
  bool wants(AttributeId attribute) const;
  std::string query(Kind kind) const;       // "$select=…[&$expand=…]" of objects
  std::string deltaQuery(Kind kind) const;  // "$select=…" of deltas
  std::string selection() const;
  bool isKnown(std::string_view anchor) const;

  GraphSession& session_;
  const AttributeMap& map_;
  const ImportRequest& request_;
  ImportSink& sink_;
  Cancelled cancelled_;
  std::vector<AttributeId> wanted_;
  std::vector<std::unique_ptr<ObjectReader>> readers_;  // by Kind
  ObjectFetch fetch_;
  PageReader page_;
  std::vector<ImportItem> items_;
  std::vector<std::string> unknown_;  // ids to be read whole
  std::unordered_set<std::string> unknown_seen_;
  std::uint64_t quarantined_ = 0;
  std::uint64_t missing_ = 0;  // named by a delta, and not to be read
};

}  // namespace tandem::connectors::graph
