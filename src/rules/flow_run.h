// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expression/slot_table.h"
#include "expression/workspace.h"
#include "rules/compiled_rule.h"
#include "rules/flow_plan.h"
#include "rules/record_buffer.h"

namespace tandem::rules {

// Lends an object's references to expressions.
class ReferenceView final : public expression::References {
 public:
  explicit ReferenceView(const ReferenceReader* reader = nullptr) : reader_(reader) {}
  std::uint32_t count(AttributeId attribute) const override {
    return reader_ == nullptr ? 0 : reader_->count(attribute);
  }
  std::vector<std::string> values(AttributeId attribute, std::size_t limit) const override {
    return reader_ == nullptr ? std::vector<std::string>() : reader_->values(attribute, limit);
  }

 private:
  const ReferenceReader* reader_;
};

// A source of flows, with its attributes laid out.
struct FlowSource {
  expression::SlotTable attributes;
  expression::SlotTable imported;
  ReferenceView references;
  expression::Source view;
  ConnectorObjectId id;

  // attributes hold the object's record already.
  void look(const SourceObject& object, ConnectorObjectId object_id, bool reads_imported);
};

// Buffers of a FlowRun, kept from object to object.
struct FlowBuffers {
  expression::Workspace work;
  std::vector<FlowSource> sources;
  RecordBuffer record;
  std::vector<std::string_view> values;
  std::string folded;
  FlowTrace* trace = nullptr;
};

// Evaluates one plan for one object.
class FlowRun {
 public:
  FlowRun(const CompiledRules& rules,
          FlowBuffers& buffers,
          std::string_view existing,
          bool creating,
          FlowResult& result)
      : rules_(rules), buffers_(buffers), existing_(existing), creating_(creating), out_(result) {}

  // Outbound: an attribute that rules speak of and give no value is written with count 0, so that a
  // value which the directory has of its own is taken away.
  void writeAbsence() { writes_absence_ = true; }

  void run(const FlowPlan& plan);

 private:
  void runAll(const FlowPlan& plan);
  enum class Outcome : std::uint8_t {
    kNull,     // no opinion
    kIgnored,  // as if the mapping did not exist
    kCleared,  // AuthoritativeNull
    kGiven,    // written, or in buffers_.values
    kFailed,
  };

  void clear(const PlannedTarget& target);
  void runOne(const PlannedTarget& target);
  void runMerge(const PlannedTarget& target);
  Outcome give(const PlannedTarget& target, const Candidate& candidate, bool collects);
  Outcome giveDirect(const PlannedTarget& target, const Candidate& candidate, bool collects);
  Outcome giveReferences(const PlannedTarget& target, const Candidate& candidate);
  Outcome giveValue(const PlannedTarget& target,
                    const Candidate& candidate,
                    const expression::Value& value,
                    bool collects);
  Outcome giveComputed(const PlannedTarget& target,
                       const Candidate& candidate,
                       const expression::Value& value);
  Outcome giveResult(const PlannedTarget& target, const Candidate& candidate, bool collects);
  bool collect(const PlannedTarget& target,
               const Candidate& candidate,
               const expression::Value& value);
  void write(const PlannedTarget& target);
  void keep(const PlannedTarget& target, const Candidate& by);
  void addLineage(const PlannedTarget& target, const Candidate& candidate);
  Outcome fail(const PlannedTarget& target,
               const Candidate& candidate,
               std::string type,
               std::string_view reason);
  Outcome failEvaluation(const PlannedTarget& target, const Candidate& candidate);
  void dropCaseRepeats();

  // flow_run_trace.cc; each does nothing while there is no trace
  void traceMapping(const PlannedTarget& target, const Candidate& candidate, Outcome outcome);
  void traceMerged(const PlannedTarget& target,
                   const Candidate& candidate,
                   Outcome outcome,
                   std::size_t first_value);
  void traceOutranked(const PlannedTarget& target, const Candidate& winner);
  TracedMapping& addTraced(const PlannedTarget& target,
                           const Candidate& candidate,
                           MappingFate fate);

  const CompiledRules& rules_;
  FlowBuffers& buffers_;
  std::string_view existing_;
  bool creating_;
  bool writes_absence_ = false;
  FlowResult& out_;
};

}  // namespace tandem::rules
