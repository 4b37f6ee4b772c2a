// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/store_view.h"
#include "run/server.h"

namespace tandem::cli {

// Why an object is, or is not, where people look for it: the cause in one sentence, then the chain
// from its directory to the cloud, one step a line.
struct Explanation {
  struct Step {
    std::string stage;  // "Import", "Inbound rules", "Metaverse", "entra", …
    bool ok = true;     // false: the chain ends or is held up here
    std::string text;
    std::vector<std::string> details;  // "In from AD - User Join: not in scope, because …"
  };
  std::string cause;
  std::vector<Step> steps;
};

class Explainer {
 public:
  Explainer(const StoreView& view, run::Server& server, const rules::RuleSet& rules);
  ~Explainer();

  Explanation object(const store::ObjectRow& row);
  // Where one attribute's value comes from, and where it goes.
  Explanation attribute(const store::ObjectRow& row, directory::AttributeId attribute);

 private:
  class Draft;
  bool explainImport(const store::ObjectRow& row, Draft& draft);
  void explainUnlinked(const store::ObjectRow& row, Draft& draft);
  void explainTarget(const store::MetaverseRow& mv,
                     const run::ServerConnector& target,
                     Draft& draft);
  void explainLinkedTarget(const store::ObjectRow& object, Draft& draft);
  Explanation::Step ruleStep(directory::ConnectorId connector,
                             rules::Direction direction,
                             const rules::SourceObject& object,
                             std::string stage);
  std::vector<std::uint32_t> inScope(directory::ConnectorId connector,
                                     rules::Direction direction,
                                     const rules::SourceObject& object);
  bool hasOutboundRules(directory::ConnectorId connector) const;

  const StoreView& view_;
  run::Server& server_;
  const rules::RuleSet& rules_;
  std::unique_ptr<rules::Evaluation> evaluation_;
};

// What 'tandem why' says of an object, or of one attribute of it when that is not empty.
Result<Explanation> explain(const StoreView& view,
                            directory::ConnectorObjectId id,
                            const std::string& attribute);

}  // namespace tandem::cli
