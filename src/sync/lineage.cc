// SPDX-License-Identifier: Apache-2.0
#include "sync/lineage.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/varint.h"

namespace tandem::sync {
namespace {

using directory::AttributeId;

std::uint64_t number(std::int64_t raw) {
  return static_cast<std::uint64_t>(raw);
}

std::uint32_t takeSmall(std::string_view& in) {
  return static_cast<std::uint32_t>(readVarint(in).value_or(0));
}

std::int64_t takeId(std::string_view& in) {
  return static_cast<std::int64_t>(readVarint(in).value_or(0));
}

}  // namespace

std::string encodeLineage(const std::vector<rules::Lineage>& values,
                          const std::vector<rules::ReferenceFlow>& references) {
  std::string blob;
  LineageEncoder().encode(values, references, blob);
  return blob;
}

// An object's values come from very few rules, so looking at all values once for each rule is
// quicker than sorting them. Groups stand in the order in which they first appear.
void LineageEncoder::group(const std::vector<rules::Lineage>& values) {
  groups_.clear();
  auto group = groups_.end();
  for (const rules::Lineage& value : values) {
    if (group == groups_.end() || !group->has(value)) {  // mostly that of the value before
      group = std::find_if(
          groups_.begin(), groups_.end(), [&](const Group& one) { return one.has(value); });
    }
    if (group == groups_.end())
      group = groups_.insert(groups_.end(), {value.rule, value.source, 0});
    ++group->size;
  }
}

void LineageEncoder::encode(const std::vector<rules::Lineage>& values,
                            const std::vector<rules::ReferenceFlow>& references,
                            std::string& blob) {
  group(values);
  blob.resize(kVarintBytesMax * (2 + groups_.size() * 3 + values.size() + references.size() * 4));
  char* out = writeVarint(blob.data(), groups_.size());
  for (const Group& one : groups_) {
    out = writeVarint(out, number(one.rule.raw()));
    out = writeVarint(out, number(one.source.raw()));
    out = writeVarint(out, one.size);
    const bool all = one.size == values.size();
    for (const rules::Lineage& value : values) {
      if (all || one.has(value)) out = writeVarint(out, value.attribute.raw());
    }
  }
  out = writeVarint(out, references.size());
  for (const rules::ReferenceFlow& flow : references) {
    out = writeVarint(out, flow.target.raw());
    out = writeVarint(out, number(flow.rule.raw()));
    out = writeVarint(out, number(flow.source.raw()));
    out = writeVarint(out, flow.source_attribute.raw());
  }
  blob.resize(static_cast<std::size_t>(out - blob.data()));
}

LineageRecord decodeLineage(std::string_view blob) {
  LineageRecord record;
  decodeLineageInto(blob, record);
  return record;
}

void decodeLineageInto(std::string_view blob, LineageRecord& record) {
  record.values.clear();
  record.references.clear();
  const std::uint32_t groups = takeSmall(blob);
  for (std::uint32_t group = 0; group < groups && !blob.empty(); ++group) {
    const rules::RuleId rule(takeId(blob));
    const rules::ConnectorObjectId source(takeId(blob));
    const std::uint32_t count = takeSmall(blob);
    for (std::uint32_t i = 0; i < count && !blob.empty(); ++i) {
      record.values.push_back({AttributeId(takeSmall(blob)), rule, source});
    }
  }
  const std::uint32_t flows = takeSmall(blob);
  for (std::uint32_t i = 0; i < flows && !blob.empty(); ++i) {
    rules::ReferenceFlow flow;
    flow.target = AttributeId(takeSmall(blob));
    flow.rule = rules::RuleId(takeId(blob));
    flow.source = rules::ConnectorObjectId(takeId(blob));
    flow.source_attribute = AttributeId(takeSmall(blob));
    record.references.push_back(flow);
  }
}

std::vector<rules::ReferenceFlow> referenceFlows(std::string_view blob) {
  return decodeLineage(blob).references;
}

void keepReferenceFlows(rules::FlowResult& result,
                        std::string_view lineage_before,
                        std::span<const rules::Contributor> contributors) {
  if (result.references_kept.empty()) return;
  for (const rules::ReferenceFlow& flow : referenceFlows(lineage_before)) {
    const auto& kept = result.references_kept;
    if (std::find(kept.begin(), kept.end(), flow.target) == kept.end()) continue;
    const bool contributes =
        flow.source.raw() == 0 ||
        std::any_of(contributors.begin(), contributors.end(), [&](const auto& contributor) {
          return contributor.id == flow.source;
        });
    if (!contributes) continue;
    result.references.push_back(flow);
    result.lineage.push_back({flow.target, flow.rule, flow.source});
  }
  // As a flow writes them: the same flows are the same bytes.
  std::stable_sort(result.references.begin(),
                   result.references.end(),
                   [](const rules::ReferenceFlow& a, const rules::ReferenceFlow& b) {
                     return a.target < b.target;
                   });
  std::stable_sort(
      result.lineage.begin(),
      result.lineage.end(),
      [](const rules::Lineage& a, const rules::Lineage& b) { return a.attribute < b.attribute; });
}

}  // namespace tandem::sync
