// SPDX-License-Identifier: Apache-2.0
//
// What compiling makes of sync rules; internal to this folder. Everything is resolved: names are
// ids, texts are parsed, parameters are filled in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "directory/schema.h"
#include "expression/program.h"
#include "rules/rule_set.h"

namespace tandem::rules {

enum class Comparison : std::uint8_t {
  kEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kContains,
  kStartsWith,
  kEndsWith,
  kIsNotNull,
  kIsIn,
  kIsBitSet,
  kIsMemberOf,
};

// One scope condition. The negative operators are the positive ones with the result turned around,
// which also makes them true for an absent attribute, as documented.
struct Condition {
  directory::AttributeDefinition attribute;
  bool is_dn = false;  // the pseudo attribute
  Comparison comparison = Comparison::kEqual;
  bool negated = false;
  std::string value;                   // folded; for ISMEMBEROF as written
  std::optional<std::int64_t> number;  // when the value is a whole number
  bool has_parameter = false;          // the value was not written in the rule
  std::optional<bool> boolean;         // when it is True or False
  std::vector<std::string> list;       // ISIN, folded
  std::string text;                    // "memberCount LESSTHAN 50000"

  // Equal conditions of different rules are evaluated once.
  friend bool operator==(const Condition& a, const Condition& b) {
    return a.attribute.id == b.attribute.id && a.is_dn == b.is_dn && a.text == b.text &&
           a.attribute.type == b.attribute.type && a.value == b.value;
  }
};

// Indexes of conditions: any of the groups, all in the group.
using Scope = std::vector<std::vector<std::uint32_t>>;

// One attribute flow.
struct Mapping {
  std::uint32_t rule = 0;  // index
  directory::AttributeDefinition target;
  bool target_is_dn = false;
  MergeType merge = MergeType::kUpdate;
  bool execute_once = false;

  FlowType flow = FlowType::kDirect;
  std::string written;                    // the source as the rule has it, for traces
  directory::AttributeDefinition source;  // kDirect
  bool source_is_dn = false;
  // Inbound, to a reference, and not always from one: the attribute of links that are computed.
  std::optional<directory::AttributeId> computed;
  std::string constant;                        // kConstant: one value as a record holds it
  std::optional<expression::Program> program;  // kExpression
};

struct CompiledRule {
  RuleFacts facts;
  std::uint32_t scope = 0;  // index into the scopes
  std::vector<Mapping> mappings;
};

struct CompiledRules {
  std::vector<CompiledRule> rules;  // ascending by precedence
  std::vector<Condition> conditions;
  std::vector<Scope> scopes;
  const directory::AttributeTable* attributes = nullptr;
  const directory::NameTable* object_types = nullptr;
  std::uint64_t fingerprint = 0;
};

}  // namespace tandem::rules
