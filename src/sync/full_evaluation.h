// SPDX-License-Identifier: Apache-2.0
//
// What one object would become, worked out without writing anything: the part of a full
// synchronization that runs on several threads. Ordinary cases are worked out to the end (new
// object, changed values, nothing changed); everything that needs a decision (joins, scope lost,
// errors, deletions) is left to ObjectSync.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sync/engine.h"
#include "sync/lineage.h"
#include "sync/link_snapshot.h"

namespace tandem::sync {

struct OutboundPlan {
  const EngineConnector* connector = nullptr;
  ConnectorObjectId object;  // raw() == 0: to be provisioned
  ObjectTypeId type;
  RuleId rule;
  std::string dn;
  std::string image;
  std::string lineage;
  bool is_changed = false;
  std::vector<rules::ReferenceFlow> references;
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
};

// One evaluating thread's: its own view of the store and its own buffers.
class FullEvaluation {
 public:
  FullEvaluation(const Engine& engine, const LinkSnapshot& links, store::Store& reader);
  void evaluate(const store::ObjectView& object, ObjectPlan& plan);

 private:
  class References;
  struct Source;
  bool gather(const store::ObjectView& object,
              const std::vector<store::Link>& links,
              std::vector<Source>& sources,
              std::vector<rules::Contributor>& contributors);
  bool changesKeys(std::string_view before, std::string_view after) const;
  void evaluateNew(const store::ObjectView& object,
                   const rules::SourceObject& source,
                   ObjectPlan& plan);
  void evaluateLinked(const store::ObjectView& object, const store::Link& link, ObjectPlan& plan);
  bool evaluateOut(const std::vector<store::Link>& links,
                   std::string_view record,
                   ObjectPlan& plan);
  bool evaluateOutTo(const EngineConnector& connector,
                     const store::Link* link,
                     const rules::SourceObject& source,
                     ObjectPlan& plan);

  const Engine* engine_;
  const LinkSnapshot* links_;
  store::Store* reader_;
  std::unique_ptr<rules::Evaluation> evaluation_;
  rules::FlowResult result_;
  std::vector<AttributeId> join_attributes_;
  std::vector<std::uint32_t> scope_;
  std::vector<std::int64_t> hashes_;
};

}  // namespace tandem::sync
