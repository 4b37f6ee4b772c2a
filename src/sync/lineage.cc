// SPDX-License-Identifier: Apache-2.0
#include "sync/lineage.h"

#include <algorithm>

#include "base/bytes.h"

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
  std::vector<rules::Lineage> sorted = values;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return std::tie(a.rule, a.source, a.attribute) < std::tie(b.rule, b.source, b.attribute);
  });
  std::string groups;
  std::uint64_t group_count = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i;
    while (end < sorted.size() && sorted[end].rule == sorted[i].rule &&
           sorted[end].source == sorted[i].source)
      ++end;
    appendVarint(groups, number(sorted[i].rule.raw()));
    appendVarint(groups, number(sorted[i].source.raw()));
    appendVarint(groups, end - i);
    for (; i < end; ++i)
      appendVarint(groups, sorted[i].attribute.raw());
    ++group_count;
  }
  std::string blob;
  appendVarint(blob, group_count);
  blob += groups;
  appendVarint(blob, references.size());
  for (const rules::ReferenceFlow& flow : references) {
    appendVarint(blob, flow.target.raw());
    appendVarint(blob, number(flow.rule.raw()));
    appendVarint(blob, number(flow.source.raw()));
    appendVarint(blob, flow.source_attribute.raw());
  }
  return blob;
}

LineageRecord decodeLineage(std::string_view blob) {
  LineageRecord record;
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
  return record;
}

std::vector<rules::ReferenceFlow> referenceFlows(std::string_view blob) {
  return decodeLineage(blob).references;
}

}  // namespace tandem::sync
