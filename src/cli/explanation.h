// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/store_view.h"
#include "run/preview_server.h"

namespace tandem::cli {

// Why an object is, or is not, where people look for it, or what would become of it: the cause in
// one sentence, then the chain from its directory to the cloud, one step a line.
struct Explanation {
  struct Step {
    std::string stage;  // "Import", "Inbound rules", "Metaverse", "entra", …
    bool ok = true;     // false: the chain ends or is held up here
    std::string text;
    std::vector<std::string> details;  // "In from AD - User Join: not in scope, because …"
  };
  struct Flow {         // one mapping of one rule
    std::string stage;  // "Flow in", "Flow out to entra"
    std::string target;
    std::string result;  // "won", "outranked", …
    std::string rule;
    std::string source;  // which object; "metaverse"
    std::string written;
    std::vector<std::string> inputs;  // "department = Sales"
    std::string value;
  };
  struct Write {  // what the next export would do to one object
    std::string connector, operation, object, name;
    struct Change {
      std::string attribute, before, after;
    };
    std::vector<Change> changes;
  };
  std::int64_t object = 0;  // 0: it is gone
  std::string dn;
  std::string cause;
  std::vector<Step> steps;
  std::vector<Flow> flows;
  std::vector<Write> writes;
};

// Collects steps; the first that is not fine gives the cause.
class ExplanationDraft {
 public:
  explicit ExplanationDraft(std::string subject) : subject_(std::move(subject)) {}

  void fine(std::string stage, std::string text, std::vector<std::string> details = {});
  void stop(std::string stage,
            std::string text,
            const std::string& cause,
            std::vector<std::string> details = {});
  void add(Explanation::Step step) { explanation.steps.push_back(std::move(step)); }
  void conclude(const std::string& cause);

  Explanation explanation;

 private:
  std::string subject_;
};

struct Question {
  bool is_preview = false;  // "what would be", not "why is it so"
  bool as_if_deleted = false;
  bool every_flow = false;  // also those that change nothing
  std::string attribute;    // only this one
};

// view: the one that the object was found in; server: over a private copy of the same store.
Result<Explanation> explain(const StoreView& view,
                            run::PreviewServer& server,
                            directory::ConnectorObjectId id,
                            const Question& question);
// What 'tandem why' says of an object, or of one attribute of it when that is not empty.
Result<Explanation> explain(const StoreView& view,
                            directory::ConnectorObjectId id,
                            const std::string& attribute);
// Of an object that is gone, from what is remembered of it; nothing when nothing is.
std::optional<Explanation> explainDeparted(const StoreView& view, const std::string& text);

void printExplanation(const Session& session, const Explanation& explanation);
nlohmann::ordered_json toJson(const Explanation& explanation);

}  // namespace tandem::cli
