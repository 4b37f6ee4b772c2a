// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/engine.h"
#include "sync/export_queue.h"
#include "sync/stager.h"
#include "sync/synchronizer.h"

namespace tandem::sync {

// A directory "corp" with users and groups, a tenant "cloud", and rules between them, over a store
// in memory. The tenant answers every export with success unless told otherwise.
class EngineForTest : public StepRecorder {
 public:
  // A store in memory has one connection, and then everything is done on one thread.
  // change: what the rules shall be instead of the usual ones.
  using RuleChange = std::function<void(std::vector<rules::SyncRule>&)>;
  explicit EngineForTest(const std::string& store_path = ":memory:", const RuleChange& change = {});

  // -- what corp says
  connectors::ImportItem user(const std::string& name,
                              std::map<std::string, std::string> attributes = {});
  connectors::ImportItem group(const std::string& name, const std::vector<std::string>& members);
  void importFull(std::vector<connectors::ImportItem> items);
  void importDelta(std::vector<connectors::ImportItem> items);
  static connectors::ImportItem deletion(const std::string& name);
  connectors::ImportItem partial(const std::string& name,
                                 std::map<std::string, std::string> attributes);
  connectors::ImportedReference memberChange(const std::string& name,
                                             connectors::ReferenceChange change);

  void synchronize(ConnectorId connector);
  void synchronizeAll(ConnectorId connector);
  // Everything pending goes out and is answered; returns "add user anna", "update …", "delete …",
  // "member staff + anna" in order.
  std::vector<std::string> exportAll();
  // The adds go out and nobody is left to hear the answer. They reach the tenant, or do not.
  void exportAddsAndDie(bool arrive);
  // The tenant shows what it has (full import of the cloud).
  void confirmAll();
  // import corp (delta), synchronize both, export, confirm, synchronize cloud
  std::vector<std::string> cycle(std::vector<connectors::ImportItem> changes);

  std::string cloudValue(const std::string& name, const std::string& attribute);
  std::vector<std::string> cloudMembers(const std::string& group);
  std::string nameOf(const std::string& image);
  std::size_t cloudSize() const { return cloud_objects.size(); }
  std::int64_t counter(const std::string& name) const;

  // StepRecorder
  void count(std::string_view counter, ConnectorObjectId object, std::string_view dn) override;
  void countOnly(std::string_view counter, std::int64_t by) override;
  void problem(const ObjectProblem& problem) override { problems.push_back(problem); }
  void progress(std::int64_t, std::int64_t) override {}
  bool isCancelled() const override { return false; }

  struct CloudObject {
    ObjectTypeId type;
    std::string dn;
    std::string image;
    std::vector<std::string> members;   // anchors
    std::vector<std::string> managers;  // anchors; at most one
  };

  std::unique_ptr<store::Store> store;
  std::unique_ptr<rules::RuleSet> rules;
  Engine engine;
  ConnectorId corp;
  ConnectorId cloud;
  std::map<std::string, CloudObject> cloud_objects;  // by anchor
  std::map<std::string, std::int64_t> counters;
  std::vector<ObjectProblem> problems;
  std::vector<std::string> refuse;  // names whose export fails

 private:
  AttributeId attribute(const std::string& name) {
    return store->names().attributes().intern(name);
  }
  connectors::ImportItem item(const std::string& name,
                              const std::string& type,
                              const std::map<std::string, std::string>& attributes);
  void stage(ConnectorId connector, std::vector<connectors::ImportItem> items, bool full);
  void apply(const connectors::ExportItem& item, const std::string& anchor);
  std::string anchorFor(const connectors::ExportItem& item);

  directory::Schema corp_schema_;
  directory::Schema cloud_schema_;
  directory::Schema metaverse_schema_;
  int next_anchor_ = 0;
};

}  // namespace tandem::sync
