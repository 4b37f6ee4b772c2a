// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/connector.h"

namespace tandem::testing {

// Keeps all that an import passes on.
class CollectingSink final : public connectors::ImportSink {
 public:
  Result<void> take(std::vector<connectors::ImportItem>& batch,
                    connectors::Watermark reached) override {
    for (connectors::ImportItem& item : batch)
      items.push_back(std::move(item));
    batch.clear();
    if (reached) last_watermark = std::move(reached);
    ++batches;
    if (cancel_after_batches != 0 && batches >= cancel_after_batches) cancelled = true;
    return {};
  }
  void countFiltered(std::uint64_t objects, std::uint64_t deletions) override {
    filtered += objects;
    filtered_deletions += deletions;
  }
  void expect(std::uint64_t objects) override { expected = objects; }
  bool isCancelled() const override { return cancelled; }
  void becomesFull(const std::string& reason) override { full_reason = reason; }

  const connectors::ImportItem* find(std::string_view dn) const {
    const auto found =
        std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.dn == dn; });
    return found == items.end() ? nullptr : &*found;
  }

  std::vector<connectors::ImportItem> items;
  connectors::Watermark last_watermark;
  std::uint64_t filtered = 0;
  std::uint64_t filtered_deletions = 0;
  std::uint64_t expected = 0;
  std::uint64_t batches = 0;
  std::uint64_t cancel_after_batches = 0;
  bool cancelled = false;
  std::string full_reason;
};

// The engine's knowledge, from a list.
class KnownList final : public connectors::KnownObjects {
 public:
  std::optional<std::string> dnOf(std::string_view anchor) const override {
    const auto found = dns.find(std::string(anchor));
    return found == dns.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<std::string, std::string> dns;
};

}  // namespace tandem::testing
