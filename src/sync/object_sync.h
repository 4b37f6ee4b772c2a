// SPDX-License-Identifier: Apache-2.0
//
// Synchronizes one connector-space object at a time: scope → join or project → flow into the
// metaverse, then from the metaverse object out to every directory that has outbound rules.
// Everything happens inside the caller's transaction.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sync/computed_references.h"
#include "sync/engine.h"
#include "sync/reference_sync.h"
#include "sync/sync_trace.h"
#include "sync/target_object.h"

namespace tandem::sync {

class ObjectSync {
 public:
  // revisit_referrers: false in a full synchronization, which looks at all references at its end.
  ObjectSync(const Engine& engine, StepRecorder& recorder, bool revisit_referrers);
  ~ObjectSync();

  // what: the bits of its cs_pending_import row. Afterwards that row is gone, or says only that its
  // references, or a retry, are left.
  void synchronize(ConnectorObjectId id, std::uint32_t what);
  // The second pass, when every object of the run is linked.
  void synchronizeReferences(ConnectorObjectId id, std::uint32_t what);
  // From a metaverse object outwards only.
  void flowOut(MetaverseObjectId mv, bool all_references);
  // Writes down what it looks at and decides from now on; nullptr: not any more.
  void trace(SyncTrace* trace);

 private:
  struct Source;  // a contributor with everything that its views point into
  enum class Flow {
    kChanged,
    kUnchanged,
    kRemoved,
    kFailed
  };
  struct MetaverseChange {
    Flow flow = Flow::kUnchanged;
    bool references_changed = false;
  };

  void synchronizeDeleted(const store::ObjectRow& row);
  void synchronizeLinked(const store::ObjectRow& row,
                         store::Link link,
                         const std::vector<std::uint32_t>& scope,
                         std::uint32_t what);
  void synchronizeUnlinked(const store::ObjectRow& row,
                           const std::vector<std::uint32_t>& scope,
                           bool was_linked);
  std::vector<std::uint32_t> inboundScope(const store::ObjectRow& row);
  bool keepsLink(const store::ObjectRow& row,
                 store::Link& link,
                 const std::vector<std::uint32_t>& scope);

  struct JoinOutcome {
    std::optional<MetaverseObjectId> mv;
    RuleId rule;
    bool failed = false;
  };
  JoinOutcome findJoin(const store::ObjectRow& row, const std::vector<std::uint32_t>& scope);
  std::vector<MetaverseObjectId> candidates(const rules::JoinKeys& keys,
                                            std::string_view record,
                                            ObjectTypeId mv_type);
  std::optional<std::uint32_t> projectingRule(const store::ObjectRow& row,
                                              const std::vector<std::uint32_t>& scope);

  MetaverseChange recompute(MetaverseObjectId mv, const store::ObjectRow& cause);
  MetaverseObjectId project(const store::ObjectRow& row, std::uint32_t rule);
  void removeMetaverseObject(const store::MetaverseRow& mv);
  void updateKeys(MetaverseObjectId mv, std::string_view before, std::string_view after);
  void wakeDisconnectors(std::string_view before, std::string_view after);
  void becomeDisconnector(const store::ObjectRow& row);
  Source sourceOf(const store::ObjectRow& row);

  void flowOutTo(const EngineConnector& connector,
                 const store::MetaverseRow& mv,
                 const std::vector<store::Link>& links,
                 bool all_references);
  std::optional<store::Link> provision(const EngineConnector& connector,
                                       const store::MetaverseRow& mv,
                                       std::uint32_t rule);
  std::optional<store::Link> joinOutbound(const EngineConnector& connector,
                                          const store::MetaverseRow& mv,
                                          std::uint32_t rule);
  void deprovision(const EngineConnector& connector, const store::Link& link);
  void writeWanted(const EngineConnector& connector,
                   const store::MetaverseRow& mv,
                   const store::Link& link,
                   const std::vector<std::uint32_t>& scope,
                   bool is_new,
                   bool all_references);

  // The rules that apply, copied: the rule set's own list lives until the next question.
  std::vector<std::uint32_t> scopeOf(ConnectorId connector,
                                     rules::Direction direction,
                                     const rules::SourceObject& source,
                                     ConnectorObjectId object);

  // object_sync_trace.cc; each does nothing while nobody asks why.
  void traceFlow(rules::Direction direction,
                 ConnectorId connector,
                 MetaverseObjectId mv,
                 bool creating,
                 std::string_view before);
  void traceJoin(std::uint32_t rule,
                 const rules::JoinKeys& keys,
                 std::string_view record,
                 const std::vector<std::int64_t>& found);
  void traceTaken();
  void traceLink(TracedLink::Kind kind,
                 ConnectorId connector,
                 ConnectorObjectId object,
                 MetaverseObjectId mv,
                 RuleId rule);

  // Why objects go: departure_record.cc
  std::string whyDeprovisioned(const store::Link& link);
  std::uint32_t indexOf(const rules::RuleFacts& rule) const;
  void recordDeprovisioned(const store::ObjectRow& target, const store::Link& link);

  void fail(const store::ObjectRow& row, const rules::FlowError& error);
  void finish(const store::ObjectRow& row, std::uint32_t left);

  const Engine* engine_;
  StepRecorder* recorder_;
  bool revisit_referrers_;
  TargetObjects targets_;
  ReferenceSync references_;
  ComputedReferences computed_;
  std::unique_ptr<rules::Evaluation> evaluation_;
  rules::FlowResult result_;
  std::vector<AttributeId> join_attributes_;
  SyncTrace* trace_ = nullptr;
  rules::FlowTrace mappings_;  // of the flow in hand, while there is a trace
  std::optional<store::ObjectRow>
      cause_;                         // of the current object, for problems found on the way out
  bool is_cause_gone_ = false;        // deleted in its directory
  bool is_contributor_lost_ = false;  // an object of a target directory has been let go
  bool is_mv_going_ = false;          // the metaverse object in hand is being removed
};

// More bits of cs_pending_import.what, which only synchronization itself uses.
constexpr std::uint32_t kAllReferences = 64;

}  // namespace tandem::sync
