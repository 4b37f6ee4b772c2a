// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/rule_set.h"

namespace tandem::sync {

// Who supplied each value of an object, as one small blob: most attributes of an object come from
// one or two rules of one source, so they are kept in groups.
//
//   lineage = varint groups · { varint rule · varint source · varint n · n × varint attribute }
//             varint flows · { varint target · varint rule · varint source · varint source
//             attribute }
struct LineageRecord {
  std::vector<rules::Lineage> values;
  std::vector<rules::ReferenceFlow> references;
};

std::string encodeLineage(const std::vector<rules::Lineage>& values,
                          const std::vector<rules::ReferenceFlow>& references);

// The same from object to object, with buffers that are kept.
class LineageEncoder {
 public:
  // Replaces what blob holds.
  void encode(const std::vector<rules::Lineage>& values,
              const std::vector<rules::ReferenceFlow>& references,
              std::string& blob);

 private:
  struct Group {
    rules::RuleId rule;
    rules::ConnectorObjectId source;
    std::uint32_t size = 0;

    bool has(const rules::Lineage& value) const {
      return value.rule == rule && value.source == source;
    }
  };

  void group(const std::vector<rules::Lineage>& values);

  std::vector<Group> groups_;
};
LineageRecord decodeLineage(std::string_view blob);
// The same into a record whose buffers are used again from object to object.
void decodeLineageInto(std::string_view blob, LineageRecord& record);
// Only the reference flows, for the many callers that want nothing else.
std::vector<rules::ReferenceFlow> referenceFlows(std::string_view blob);

// IgnoreThisFlow and ExecuteOnce leave an attribute's references as they are: the flows that fed it
// before go on. Inbound only those of objects that still contribute; outbound sources are 0.
void keepReferenceFlows(rules::FlowResult& result,
                        std::string_view lineage_before,
                        std::span<const rules::Contributor> contributors);

}  // namespace tandem::sync
