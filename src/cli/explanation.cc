// SPDX-License-Identifier: Apache-2.0
#include "cli/explanation.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/explainer.h"
#include "cli/format.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidthElsewhere = 100;  // not on a terminal

Json flowJson(const Explanation::Flow& flow) {
  return {{"stage", flow.stage},
          {"target", flow.target},
          {"result", flow.result},
          {"rule", flow.rule},
          {"from", flow.source},
          {"expression", flow.written},
          {"inputs", flow.inputs},
          {"value", flow.value}};
}

Json writeJson(const Explanation::Write& write) {
  Json changes = Json::array();
  for (const Explanation::Write::Change& change : write.changes) {
    changes.push_back(
        {{"attribute", change.attribute}, {"before", change.before}, {"after", change.after}});
  }
  return {{"connector", write.connector},
          {"operation", write.operation},
          {"object", write.object},
          {"name", write.name},
          {"changes", std::move(changes)}};
}

}  // namespace

void ExplanationDraft::fine(std::string stage, std::string text, std::vector<std::string> details) {
  explanation.steps.push_back({std::move(stage), true, std::move(text), std::move(details)});
}

void ExplanationDraft::stop(std::string stage,
                            std::string text,
                            const std::string& cause,
                            std::vector<std::string> details) {
  explanation.steps.push_back({std::move(stage), false, std::move(text), std::move(details)});
  conclude(cause);
}

void ExplanationDraft::conclude(const std::string& cause) {
  if (explanation.cause.empty()) explanation.cause = subject_ + " " + cause;
}

Result<Explanation> explain(const StoreView& view,
                            run::PreviewServer& server,
                            directory::ConnectorObjectId id,
                            const Question& question) {
  const rules::RuleSet* const rules = TRY(server.server().rules());
  run::PreviewServer::Asked asked =
      TRY(server.ask(id, question.is_preview && question.as_if_deleted));
  const store::Names& names = server.server().store().names();
  std::optional<directory::AttributeId> attribute;
  if (!question.attribute.empty()) {
    attribute = names.attributes().find(question.attribute);
    if (!attribute) {
      return Error(ErrorCode::kNotFound,
                   fmt::format("no object has an attribute \"{}\"; 'tandem show' lists those that "
                               "one has",
                               question.attribute));
    }
  }
  Explainer explainer(view, server, *rules, std::move(asked), question);
  Explanation explanation = attribute ? explainer.attribute(*attribute) : explainer.object();
  TRY(server.server().store().database().takeError());
  return explanation;
}

Result<Explanation> explain(const StoreView& view,
                            directory::ConnectorObjectId id,
                            const std::string& attribute) {
  const std::unique_ptr<run::PreviewServer> server = TRY(run::PreviewServer::open(view.home()));
  Question question;
  question.attribute = attribute;
  return explain(view, *server, id, question);
}

void printExplanation(const Session& session, const Explanation& explanation) {
  const std::size_t width = session.width == 0 ? kWidthElsewhere : session.width;
  session.print(wrap(explanation.cause + ".", width, "") + "\n\n");
  for (const Explanation::Step& step : explanation.steps) {
    session.print(wrapHanging(
        step.ok ? "ok   " : "-->  ", fmt::format("{}: {}", step.stage, step.text), width, "     "));
    for (const std::string& detail : step.details) {
      session.print(wrapHanging("     - ", detail, width, "       "));
    }
  }
}

Json toJson(const Explanation& explanation) {
  Json steps = Json::array();
  for (const Explanation::Step& step : explanation.steps) {
    steps.push_back(
        {{"stage", step.stage}, {"ok", step.ok}, {"text", step.text}, {"details", step.details}});
  }
  Json flows = Json::array();
  for (const Explanation::Flow& flow : explanation.flows)
    flows.push_back(flowJson(flow));
  Json writes = Json::array();
  for (const Explanation::Write& write : explanation.writes)
    writes.push_back(writeJson(write));
  Json json{{"object", explanation.object == 0 ? Json(nullptr) : Json(explanation.object)},
            {"dn", explanation.dn},
            {"cause", explanation.cause},
            {"steps", std::move(steps)},
            {"flows", std::move(flows)},
            {"writes", std::move(writes)}};
  return json;
}

}  // namespace tandem::cli
