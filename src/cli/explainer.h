// SPDX-License-Identifier: Apache-2.0
//
// Puts what the engine wrote down (sync/sync_trace.h), and what the store remembers, into words.
// Nothing here decides anything about rules.
#pragma once

#include "cli/explanation.h"

namespace tandem::cli {

class Explainer {
 public:
  Explainer(const StoreView& view,
            run::PreviewServer& server,
            const rules::RuleSet& rules,
            run::PreviewServer::Asked asked,
            Question question);

  Explanation object();
  Explanation attribute(directory::AttributeId attribute);

 private:
  using Draft = ExplanationDraft;
  // explainer.cc: inwards
  bool explainImport(Draft& draft);
  void explainScope(Draft& draft);
  void explainJoins(Draft& draft);
  void explainMetaverse(Draft& draft);
  std::string whyDisconnector() const;
  Explanation::Step scopeStep(const sync::TracedScope& scope, std::string stage) const;
  void explainProblems(Draft& draft);
  void explainHistory(Draft& draft);
  void addFlows(Draft& draft);
  void addFlowOut(Draft& draft, directory::ConnectorId connector);
  void addFlow(Draft& draft, const sync::TracedFlow& flow, const std::string& stage);
  bool isAskedFor(const sync::TracedFlow& flow, const rules::TracedMapping& mapping) const;

  // explainer_target.cc: outwards
  void explainTargets(Draft& draft);
  void explainTarget(const run::ServerConnector& target, Draft& draft);
  void explainPresent(const sync::PreviewedTarget& target, const std::string& name, Draft& draft);
  std::string whyDeleted() const;
  void explainPendingDeletion(Draft& draft);
  void previewTarget(const sync::PreviewedTarget& target, const std::string& name, Draft& draft);
  void addWrite(const sync::PreviewedTarget& target, const std::string& name, Draft& draft);
  std::vector<std::string> journalOf(directory::ConnectorObjectId id) const;
  std::string whyHeld(directory::ConnectorId connector) const;
  std::string stagingWords() const;

  // explainer_attribute.cc
  void explainValue(directory::AttributeId attribute, Draft& draft);
  std::string whyAbsent(directory::AttributeId attribute, const sync::TracedFlow* flow) const;
  std::string writtenIn(directory::ConnectorObjectId id, directory::AttributeId attribute) const;

  std::string ruleName(directory::RuleId rule) const;
  std::string typeName(directory::ObjectTypeId type) const;
  std::string attributeName(directory::AttributeId attribute) const;
  std::string valueIn(std::string_view record, directory::AttributeId attribute) const;
  std::string objectText(directory::ConnectorObjectId id) const;
  std::string connectorName(directory::ConnectorId id) const;
  store::Store& store() const { return server_.server().store(); }
  bool isTarget(directory::ConnectorId connector) const;

  const StoreView& view_;
  run::PreviewServer& server_;
  const rules::RuleSet& rules_;
  run::PreviewServer::Asked asked_;
  Question question_;
  std::vector<directory::AttributeId> followed_;  // the attribute asked for, and what it becomes
};

}  // namespace tandem::cli
