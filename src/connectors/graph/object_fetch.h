// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "connectors/connector.h"
#include "connectors/graph/attribute_map.h"
#include "connectors/graph/batch_pipeline.h"
#include "connectors/graph/object_reader.h"

namespace tandem::connectors::graph {

// Reads single objects and groups' members, 20 requests a batch and many batches at once.
class ObjectFetch final : public BatchOwner {
 public:
  ObjectFetch(GraphSession& session, const AttributeMap& map, ConcurrencyWindow& window);

  // Fills each item's members, to the last page. An item whose group has vanished in the meantime
  // becomes a kDelete.
  Result<void> readMembers(std::vector<ImportItem>& groups, const Cancelled& cancelled);
  // Whole objects by id, in any order; what is not ours is left out, and what cannot be read after
  // some patience.
  Result<std::vector<ImportItem>> readObjects(Kind kind,
                                              const std::vector<std::string>& ids,
                                              std::string_view query,
                                              ObjectReader& reader,
                                              const Cancelled& cancelled);
  std::uint64_t foreign() const { return foreign_; }  // of the last readObjects()
  std::uint64_t missing() const { return missing_; }  // the same: named, and not to be read

  void write(const Operation& operation, JsonText& out) override;
  Verdict answered(const Operation& operation, const InnerAnswer& answer) override;
  void gaveUp(const Operation& operation, const GraphFailure& failure) override;
  bool resendLost(const Operation&) override { return true; }

 private:
  enum Kinds : std::uint8_t {
    kMembers,
    kObject
  };
  Verdict onMembers(const Operation& operation, const InnerAnswer& answer);
  Verdict onObject(const Operation& operation, const InnerAnswer& answer);

  GraphSession& session_;
  const AttributeMap& map_;
  BatchPipeline pipeline_;
  std::vector<ImportItem>* groups_ = nullptr;
  std::vector<std::string> next_;  // by group: the next page's path
  const std::vector<std::string>* ids_ = nullptr;
  std::vector<ImportItem> read_;
  ObjectReader* reader_ = nullptr;
  Kind kind_ = Kind::kUser;
  std::string query_;
  std::uint64_t foreign_ = 0;
  std::uint64_t missing_ = 0;
};

}  // namespace tandem::connectors::graph
