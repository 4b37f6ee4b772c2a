// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "directory/attribute_table.h"
#include "directory/ids.h"
#include "rules/sync_rule.h"

namespace tandem::rules {

// What became of one mapping of one rule in a flow.
enum class MappingFate : std::uint8_t {
  kWon,
  kContributed,  // to a merge
  kNull,         // no opinion: the next by precedence is asked
  kIgnored,      // IgnoreThisFlow, or ExecuteOnce after creation
  kCleared,      // AuthoritativeNull
  kFailed,
  kOutranked,  // a rule of higher precedence has decided already
};

struct TracedMapping {
  directory::AttributeId target;
  bool target_is_dn = false;
  directory::RuleId rule;
  directory::ConnectorObjectId source;  // 0 for outbound flows: the metaverse object
  MappingFate fate = MappingFate::kNull;
  FlowType flow = FlowType::kDirect;
  std::string written;  // the attribute, constant or expression as the rule has it

  std::vector<directory::AttributeId> reads;
  std::string inputs;  // a record with those of them that have values
  std::string given;   // a record of the target alone; the text itself for dn; empty: nothing
  std::uint32_t references = 0;  // given as links
};

using FlowTrace = std::vector<TracedMapping>;

}  // namespace tandem::rules
