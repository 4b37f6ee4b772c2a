// SPDX-License-Identifier: Apache-2.0
//
// What one object would become, worked out without writing anything: the part of a full
// synchronization that runs on several threads. Ordinary cases are worked out to the end (new
// object, changed values, nothing changed); everything that needs a decision (joins, scope lost,
// errors, deletions) is left to ObjectSync.
//
// In most runs nearly nothing changes, so that case copies no row and allocates nothing: rows are
// views, and buffers live as long as the thread.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/ordered_rows.h"
#include "sync/engine.h"
#include "sync/lineage.h"
#include "sync/link_snapshot.h"
#include "sync/snapshot_references.h"

namespace tandem::sync {

struct OutboundPlan {
  const EngineConnector* connector = nullptr;
  ConnectorObjectId object;  // raw() == 0: to be provisioned
  ObjectTypeId type;
  RuleId rule;
  std::string dn;
  std::int64_t dn_hash = 0;
  std::string image;
  std::string lineage;
  bool is_changed = false;
  std::vector<rules::ReferenceFlow> references;
};

// target_owner.target_attribute ← source.source_attribute
struct ReferenceChain {
  std::uint32_t target_owner;
  std::uint32_t target_attribute;
  std::uint32_t source;
  std::uint32_t source_attribute;
  friend auto operator<=>(const ReferenceChain&, const ReferenceChain&) = default;
};

struct ObjectPlan {
  enum class Kind : std::uint8_t {
    kSkip,
    kUnchanged,
    kNew,
    kChanged,
    kDecide
  };
  Kind kind = Kind::kSkip;
  ConnectorObjectId object;
  MetaverseObjectId mv;
  ObjectTypeId mv_type;
  RuleId rule;
  std::string dn;
  std::string record;
  std::string lineage;
  bool is_record_changed = false;
  std::vector<rules::ReferenceFlow> references;
  std::vector<std::pair<AttributeId, std::int64_t>> join_hashes;  // a hit means: decide
  std::vector<std::pair<AttributeId, std::int64_t>> keys;         // of the new metaverse object
  std::vector<OutboundPlan> out;
  std::size_t out_count = 0;  // of out; the rest are spare buffers

  OutboundPlan& addOut();
  void reset(ConnectorObjectId id);
  // Which references flow where, once every object that is written to has its id.
  void appendChains(std::vector<ReferenceChain>& chains) const;
};

// One evaluating thread's: its own view of the store and its own buffers.
class FullEvaluation {
 public:
  FullEvaluation(const Engine& engine, const LinkSnapshot& links, store::Store& reader);
  ~FullEvaluation();
  // Quickest when objects come in order of id.
  void evaluate(const store::ObjectView& object, ObjectPlan& plan);
  // Lets go of the reader's view of the store, so that later objects see later commits.
  void endBatch();

 private:
  struct Source;
  bool gather(const store::ObjectView& object);
  bool readSource(const store::ObjectView& object, const store::Link& link, Source& source);
  void addJoinHashes(const rules::RuleFacts& rule, std::string_view image, ObjectPlan& plan);
  bool changesKeys(std::string_view before, std::string_view after) const;
  void evaluateNew(const store::ObjectView& object,
                   const rules::SourceObject& source,
                   ObjectPlan& plan);
  void evaluateLinked(const store::ObjectView& object, const store::Link& link, ObjectPlan& plan);

  // Outwards: full_evaluation_outbound.cc
  bool evaluateOut(std::string_view record, ObjectPlan& plan);
  bool evaluateOutTo(const EngineConnector& connector,
                     const store::Link* link,
                     const rules::SourceObject& source,
                     ObjectPlan& plan);
  bool planNew(const rules::RuleFacts& rule, OutboundPlan& out);
  bool planKnown(const store::Link& link, const store::WantedView& before, OutboundPlan& out);

  const Engine* engine_;
  const LinkSnapshot* links_;
  store::Store* reader_;
  std::unique_ptr<rules::Evaluation> evaluation_;
  store::OrderedMetaverse metaverse_;
  store::OrderedWanted wanted_;
  LineageEncoder lineage_;
  rules::FlowResult result_;
  std::vector<AttributeId> join_attributes_;
  std::vector<std::uint32_t> scope_;
  std::vector<std::int64_t> hashes_;
  std::vector<store::Link> all_links_;  // of the metaverse object in hand
  std::vector<Source> sources_;         // its first source_count_ are in use
  std::size_t source_count_ = 0;
  std::vector<rules::Contributor> contributors_;
};

}  // namespace tandem::sync
