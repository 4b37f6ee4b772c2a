// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::rules {

// A sync rule as people write it: text only, nothing checked. RuleSet::compile() turns a list of
// them into what can run, or says everything that is wrong with them. The words are Entra
// Connect's, so that what administrators know carries over.

enum class Direction : std::uint8_t {
  kInbound,
  kOutbound
};
enum class LinkType : std::uint8_t {
  kProvision,
  kJoin,
  kStickyJoin
};
enum class FlowType : std::uint8_t {
  kDirect,
  kConstant,
  kExpression
};
enum class MergeType : std::uint8_t {
  kUpdate,
  kReplace,
  kMerge,
  kMergeCaseInsensitive
};

struct ScopeCondition {
  std::string attribute;
  std::string comparison;  // "EQUAL", "ISBITNOTSET", …
  std::string value;       // may hold %Parameters%
};
using ScopeGroup = std::vector<ScopeCondition>;  // all must hold

struct JoinCondition {
  std::string connector_attribute;
  std::string metaverse_attribute;
  bool case_sensitive = false;
};
using JoinGroup = std::vector<JoinCondition>;  // all must match

struct AttributeMapping {
  std::string target;
  FlowType flow = FlowType::kDirect;
  std::string source;  // attribute name, literal text or expression, by flow
  MergeType merge = MergeType::kUpdate;
  bool execute_once = false;
  std::string where;  // place in its file, for error messages
};

struct SyncRule {
  std::string id;  // GUID text; stable over edits
  std::string name;
  std::string description;
  std::string immutable_tag;  // standard rules only
  std::string connector;      // connector name
  Direction direction = Direction::kInbound;
  std::string source_type;  // "user"; the metaverse side may be "*"
  std::string target_type;
  LinkType link = LinkType::kJoin;
  std::int32_t precedence = 0;  // smaller wins; unique
  bool disabled = false;
  bool password_sync = false;
  std::vector<ScopeGroup> scope;  // any of them; none at all: every object
  std::vector<JoinGroup> join;    // tried in order
  std::vector<AttributeMapping> mappings;
  std::string where;  // "policy.json:120" for messages
};

}  // namespace tandem::rules
