// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sync/link_snapshot.h"

namespace tandem::sync {

// References as rules see them, from the snapshot. An expression that wants to see the values
// themselves needs the store, and then the whole object is left to the slower way.
class SnapshotReferences final : public rules::ReferenceReader {
 public:
  SnapshotReferences() = default;
  // Of an object in a connector space.
  SnapshotReferences(const LinkSnapshot& links, ConnectorObjectId object)
      : links_(&links), object_(object) {}
  // Of a metaverse object, which holds what flows into it.
  SnapshotReferences(const LinkSnapshot& links, const std::vector<rules::ReferenceFlow>& flows)
      : links_(&links), flows_(&flows) {}

  std::uint32_t count(AttributeId attribute) const override {
    if (flows_ == nullptr) return links_->referenceCount(object_, attribute);
    std::uint32_t total = 0;
    for (const rules::ReferenceFlow& flow : *flows_) {
      if (flow.target == attribute)
        total += links_->referenceCount(flow.source, flow.source_attribute);
    }
    return total;
  }
  std::vector<std::string> values(AttributeId, std::size_t) const override {
    needs_store_ = true;
    return {};
  }
  bool isMemberOf(std::string_view group_dn) const override {
    return flows_ == nullptr && links_->isMemberOf(object_, group_dn);
  }
  bool needsStore() const { return needs_store_; }

 private:
  const LinkSnapshot* links_ = nullptr;
  ConnectorObjectId object_;
  const std::vector<rules::ReferenceFlow>* flows_ = nullptr;
  mutable bool needs_store_ = false;
};

}  // namespace tandem::sync
