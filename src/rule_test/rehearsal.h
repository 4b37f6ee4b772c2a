// SPDX-License-Identifier: Apache-2.0
//
// One test of rules, played with the engine of a real server over a store in memory: the objects
// that are given are staged, synchronized and exported to a tenant that only remembers. So what a
// test shows is what a server does, joins, precedence, deletions and second cycles included.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "policy/policy_document.h"
#include "rule_test/document.h"
#include "rule_test/rehearsed_tenant.h"
#include "sync/engine.h"
#include "sync/stager.h"

namespace tandem::rule_test {

using directory::AttributeId;
using directory::ConnectorId;
using directory::ConnectorObjectId;
using Parameters = std::map<std::string, std::string, std::less<>>;

struct RehearsedConnector {
  const policy::ConnectorPolicy* policy = nullptr;
  ConnectorId id;
  directory::Schema schema;
  std::unique_ptr<RehearsedTenant> tenant;              // of a target
  std::map<std::string, GivenObject, std::less<>> now;  // of a source: what it holds, by name
};

// An export of the last cycle.
struct RehearsedExport {
  ConnectorId connector;
  std::string anchor;
  connectors::ExportOperation operation = connectors::ExportOperation::kUpdate;
  std::set<std::string> names;  // by which the test may call the object
};

class Rehearsal final : public sync::StepRecorder {
 public:
  // The policy and the document outlive it. Errors: what is wrong with rules or document.
  Rehearsal(const policy::PolicyDocument& policy, const TestDocument& document);
  ~Rehearsal() override;
  Rehearsal(const Rehearsal&) = delete;
  Rehearsal& operator=(const Rehearsal&) = delete;

  // Compiles the rules. What is found then is in problems().
  bool prepare();
  // Plays the test; false: the document has problems, or the engine failed.
  bool play(const TestCase& test);
  const Problems& problems() const { return problems_; }

  // -- what came of it
  const TestDocument& document() const { return document_; }
  RehearsedConnector* connector(std::string_view name);
  const std::vector<std::unique_ptr<RehearsedConnector>>& connectors() const { return connectors_; }
  store::Store& store() { return *store_; }
  const rules::RuleSet& rules() const { return *rules_; }
  const directory::Schema& metaverseSchema() const { return metaverse_schema_; }
  const std::vector<RehearsedExport>& exports() const { return exports_; }
  // The object of a source, or one that was given in a target.
  std::optional<ConnectorObjectId> objectNamed(const std::string& name);
  std::optional<store::Link> linkOf(const std::string& name);
  // The target's object at the same metaverse object, or where it was before it was deleted.
  std::string anchorIn(const RehearsedConnector& target, const std::string& name);
  std::set<std::string> namesOf(const RehearsedConnector& target, const std::string& anchor);
  bool canWrite(const RehearsedConnector& target,
                directory::ObjectTypeId type,
                AttributeId attribute) const;
  bool hasJoined(ConnectorObjectId object) const { return joined_.count(object.raw()) > 0; }
  std::string errorsOf(ConnectorObjectId object) const;
  // Why no rule makes or takes it, in words; "" when one does.
  std::string whyNotLinked(const GivenObject& given);
  std::string whyNotProvisioned(const RehearsedConnector& target, const store::MetaverseRow& row);
  std::string ruleName(directory::RuleId rule) const;
  // What a second cycle would export although nothing has changed.
  std::vector<std::string> exportedAgain();

  // StepRecorder
  void count(std::string_view counter, ConnectorObjectId object, std::string_view dn) override;
  void countOnly(std::string_view, std::int64_t) override {}
  void problem(const sync::ObjectProblem& problem) override { object_problems_.push_back(problem); }
  void progress(std::int64_t, std::int64_t) override {}
  bool isCancelled() const override { return false; }

 private:
  void openConnectors();
  void openEngine();
  std::map<ConnectorId, Parameters> parameters() const;
  void fail(Place at, std::string message);
  bool checked(const Result<void>& result);
  RehearsedConnector* connectorAt(const GivenObject& given);
  void give(const GivenObject& given);
  void giveToTenant(RehearsedConnector& target, const GivenObject& given);
  void changeInTenant(RehearsedConnector& target, const GivenObject& change);
  const directory::AttributeDefinition* definitionOf(const RehearsedConnector& connector,
                                                     const WrittenAttribute& written);
  std::string dnOf(const RehearsedConnector& connector, const GivenObject& given) const;
  std::string anchorOf(const RehearsedConnector& connector, const GivenObject& given) const;
  connectors::ImportItem itemOf(const RehearsedConnector& connector, const GivenObject& given);
  void addAttribute(const RehearsedConnector& connector,
                    const WrittenAttribute& written,
                    directory::RecordBuilder& image,
                    connectors::ImportItem& item);
  std::string targetOf(const RehearsedConnector& connector,
                       const WrittenAttribute& written,
                       const std::string& value);
  bool import(RehearsedConnector& connector);
  bool cycle();
  bool exportTo(RehearsedConnector& target);
  void rememberTargets();

  const policy::PolicyDocument& policy_;
  const TestDocument& document_;
  Problems problems_;
  std::unique_ptr<store::Store> store_;
  directory::Schema metaverse_schema_;
  std::unique_ptr<rules::RuleSet> rules_;
  std::unique_ptr<rules::Evaluation> evaluation_;
  sync::Engine engine_;
  std::vector<std::unique_ptr<RehearsedConnector>> connectors_;
  std::map<std::string, std::pair<ConnectorId, std::string>> anchors_;  // by name
  // (target, name) → anchor, kept when the object is gone.
  std::map<std::pair<std::int64_t, std::string>, std::string> targets_;
  std::vector<RehearsedExport> exports_;
  std::set<std::int64_t> joined_;
  std::vector<sync::ObjectProblem> object_problems_;
};

}  // namespace tandem::rule_test
