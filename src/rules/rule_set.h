// SPDX-License-Identifier: Apache-2.0
//
// The compiled rules: names are integers, expressions are programs, and evaluating an object reads
// views of its record and allocates nothing in the steady state. Pure: no clock, no I/O, no store.
//
// The engine (sync/) asks four questions, in this order:
//   inScope()  which rules of a direction apply to this object?
//   joins()    which attributes could link it, in which order?
//   flowIn()   what does the metaverse object look like, given all that contribute to it?
//   flowOut()  what should the connector-space object look like, given its metaverse object?
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"
#include "base/result.h"
#include "directory/attribute_table.h"
#include "directory/ids.h"
#include "directory/record.h"
#include "directory/schema.h"
#include "expression/workspace.h"
#include "rules/flow_trace.h"
#include "rules/sync_rule.h"

namespace tandem::rules {

using directory::AttributeId;
using directory::ConnectorId;
using directory::ConnectorObjectId;
using directory::ObjectTypeId;
using directory::RuleId;

// What the engine knows of an object's references without loading them. Reference values are links
// in the store, never in records.
class ReferenceReader {
 public:
  virtual ~ReferenceReader() = default;
  virtual std::uint32_t count(AttributeId attribute) const = 0;
  // DN texts, at most limit. Only for expressions that look into references; rare.
  virtual std::vector<std::string> values(AttributeId attribute, std::size_t limit) const = 0;
  // ISMEMBEROF: is the object a direct member of the group with this DN?
  virtual bool isMemberOf(std::string_view group_dn) const = 0;
};

// One object as the source of flows.
struct SourceObject {
  ObjectTypeId type;
  std::string_view dn;      // connector-space objects; empty for metaverse objects
  std::string_view record;  // what [attribute] reads
  std::string_view
      imported;  // what ImportedValue() reads; the same bytes when nothing is unconfirmed
  const ReferenceReader* references = nullptr;
};

// One connector-space object that is linked to a metaverse object, with the rules it is in scope
// of.
struct Contributor {
  ConnectorObjectId id;
  ConnectorId connector;
  SourceObject object;
  std::span<const std::uint32_t> rules_in_scope;  // indexes into the rule set, as inScope() gave
};

// Who supplied an attribute. A merged attribute has several. A value that stays because a rule says
// IgnoreThisFlow names that rule.
struct Lineage {
  AttributeId attribute;
  RuleId rule;
  ConnectorObjectId source;  // 0 for outbound flows: the source is the metaverse object
};

// "target takes all the references that source's attribute holds": flowed as links, not as values.
struct ReferenceFlow {
  AttributeId target;
  AttributeId source_attribute;
  RuleId rule;
  ConnectorObjectId source;  // 0 for outbound flows
};

// A reference that a rule works out as the text of a DN (CRef): "source refers to the object of its
// connector that has this DN". The engine keeps it as a link of the source, of an attribute that no
// directory has, so that it flows, waits for its target and is explained as any other.
struct ComputedReference {
  AttributeId attribute;
  ConnectorObjectId source;
  std::string dn;
};

// "manager (computed)": the attribute of such links, one for each target of flows.
constexpr std::string_view kComputedSuffix = " (computed)";
inline bool isComputed(std::string_view attribute_name) {
  return attribute_name.ends_with(kComputedSuffix);
}

struct FlowError {
  std::string type;     // "sync-rule-error-function-triggered", "sync-rule-invalid-expression", …
  std::string message;  // names rule, target attribute and reason
  RuleId rule;
};

// The result of a flow; meant to be reused from object to object.
struct FlowResult {
  // Canonical; without references. Outbound: an attribute that rules leave without a value stands
  // in it with count 0 ("is to be absent").
  std::string record;
  std::string dn;  // outbound only: the value of the target "dn", empty when no rule sets it
  std::vector<Lineage> lineage;
  std::vector<ReferenceFlow> references;
  std::vector<ComputedReference> computed;  // the source_attribute of some of references
  std::vector<AttributeId>
      references_kept;             // IgnoreThisFlow: the target's references stay as they are
  std::optional<FlowError> error;  // then the rest is not to be used
};

struct JoinKey {  // one condition, ready to look up
  AttributeId connector_attribute;
  AttributeId metaverse_attribute;
  bool case_sensitive = false;
};
using JoinKeys = std::vector<JoinKey>;

// What is public of a compiled rule.
struct RuleFacts {
  RuleId id;
  std::string name;
  ConnectorId connector;
  Direction direction = Direction::kInbound;
  LinkType link = LinkType::kJoin;
  std::int32_t precedence = 0;
  ObjectTypeId source_type;  // raw() == 0: any
  ObjectTypeId target_type;  // raw() == 0: any
  std::vector<JoinKeys> joins;
};

// Everything compile() needs to know about the world.
struct CompileContext {
  directory::AttributeTable* attributes = nullptr;  // names are interned into it
  directory::NameTable* object_types = nullptr;
  std::map<std::string, ConnectorId, std::less<>> connectors;  // by name
  std::map<ConnectorId, const directory::Schema*> connector_schemas;
  const directory::Schema* metaverse_schema = nullptr;
  // %Name% → text, per connector: "Connector.ID", "Domain.FQDN", "Tenant.InitialDomain", …
  std::map<ConnectorId, std::map<std::string, std::string, std::less<>>> parameters;
  // The dense id of a rule, by its GUID text; the store keeps them.
  std::function<RuleId(const SyncRule&)> rule_id;
};

// Buffers of one evaluating thread; RuleSet::newEvaluation() makes one.
class Evaluation {
 public:
  virtual ~Evaluation() = default;
  // Every flow appends what became of each mapping, while this is set. A flow comes to the same
  // result with it and without.
  FlowTrace* trace = nullptr;
};

class RuleSet {
 public:
  // Every problem is reported, not the first. Warnings do not stop it.
  static std::unique_ptr<RuleSet> compile(std::span<const SyncRule> rules,
                                          const CompileContext& context,
                                          Problems& problems);
  ~RuleSet();

  std::size_t size() const;
  const RuleFacts& rule(std::uint32_t index) const;
  // nullptr: no rule of this set has that id; it may be one of earlier rules.
  const RuleFacts* findRule(RuleId id) const;
  // Indexes of the inbound rules that join, by precedence.
  std::span<const std::uint32_t> inboundJoins() const;
  // Source attributes that rules of this connector read (inbound), for "import only what rules
  // use".
  std::vector<AttributeId> attributesRead(ConnectorId connector) const;
  // Attributes that outbound rules of this connector can write.
  std::vector<AttributeId> attributesWritten(ConnectorId connector) const;
  // Metaverse attributes that some join looks up: they need an index.
  std::vector<AttributeId> joinAttributes() const;
  // Group DNs that ISMEMBEROF conditions of this connector name.
  std::vector<std::string> memberOfGroups(ConnectorId connector) const;
  // Changes when the outcome of any evaluation could change; stored with what was synchronized.
  std::uint64_t fingerprint() const;

  // The surroundings are what Now(), Guid() and RandomNum() ask; called from the evaluating thread.
  std::unique_ptr<Evaluation> newEvaluation(
      const expression::Surroundings& surroundings = {}) const;

  // Indexes of the enabled rules of that connector and direction whose type and scope match, by
  // precedence. The span is valid until the next call with the same evaluation and direction.
  std::span<const std::uint32_t> inScope(Evaluation& evaluation,
                                         ConnectorId connector,
                                         Direction direction,
                                         const SourceObject& object) const;
  // The condition that kept a rule from applying, in words; empty when it applies.
  std::string whyNotInScope(Evaluation& evaluation,
                            std::uint32_t rule,
                            const SourceObject& object) const;

  // existing is the metaverse record so far (IgnoreThisFlow keeps values); creating enables
  // ExecuteOnce.
  void flowIn(Evaluation& evaluation,
              std::span<const Contributor> contributors,
              std::string_view existing,
              bool creating,
              FlowResult& result) const;
  // existing is the wanted image so far. rules are indexes from inScope() of the metaverse object.
  void flowOut(Evaluation& evaluation,
               ConnectorId connector,
               const SourceObject& metaverse_object,
               std::span<const std::uint32_t> rules,
               std::string_view existing,
               bool creating,
               FlowResult& result) const;

 private:
  RuleSet();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tandem::rules
