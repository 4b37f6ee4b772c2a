// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/explanation.h"
#include "cli/format.h"
#include "cli/options.h"

namespace tandem::cli {
namespace {

using Json = nlohmann::ordered_json;

class WhyCommand : public Command {
 public:
  std::string_view summary() const override { return "Why an object is, or is not, in the cloud"; }
  std::string_view examples() const override {
    return "  tandem why \"CN=Ada Lovelace,OU=People,DC=corp,DC=example,DC=com\"\n"
           "  tandem why ada.lovelace@corp.example.com\n"
           "  tandem why ada.lovelace@corp.example.com department    one value, from end to end\n"
           "The cause comes first, then every step: imported or not, in scope of which rule and\n"
           "why not of the others, what was written, what the tenant answered.";
  }
  void declare(CLI::App& app) override {
    app.add_option("OBJECT", text_, "DN, GUID, #id, or a user principal name, mail or account name")
        ->required();
    app.add_option("ATTRIBUTE", attribute_, "Explain this value");
    app.add_option("--connector", connector_, "Look only in this connector space");
  }

  Result<ExitCode> run(Session& session) override {
    const StoreView view = TRY(StoreView::open(session));
    std::optional<directory::ConnectorId> connector;
    if (!connector_.empty()) connector = TRY(view.connector(connector_)).id;
    const directory::ConnectorObjectId id = TRY(findObject(view, text_, connector));
    const auto row = view.store().space().find(id);
    if (!row) return Error(ErrorCode::kNotFound, "the object has just been removed");
    const Explanation explanation = TRY(explain(view, id, attribute_));
    if (session.json) {
      printJson(session, *row, explanation);
    } else {
      printText(session, explanation);
    }
    return ExitCode::kDone;
  }

 private:
  static void printJson(Session& session,
                        const store::ObjectRow& row,
                        const Explanation& explanation) {
    Json steps = Json::array();
    for (const Explanation::Step& step : explanation.steps) {
      steps.push_back(
          {{"stage", step.stage}, {"ok", step.ok}, {"text", step.text}, {"details", step.details}});
    }
    session.printJson(
        {{"object", row.id.raw()}, {"dn", row.dn}, {"cause", explanation.cause}, {"steps", steps}});
  }

  static void printText(Session& session, const Explanation& explanation) {
    const std::size_t width = session.width == 0 ? 100 : session.width;
    session.print(wrap(explanation.cause + ".", width, "") + "\n\n");
    for (const Explanation::Step& step : explanation.steps) {
      session.print(wrapHanging(step.ok ? "ok   " : "-->  ",
                                fmt::format("{}: {}", step.stage, step.text),
                                width,
                                "     "));
      for (const std::string& detail : step.details) {
        session.print(wrapHanging("     - ", detail, width, "       "));
      }
    }
  }

  std::string text_, attribute_, connector_;
};

}  // namespace

std::unique_ptr<Command> makeWhyCommand() {
  return std::make_unique<WhyCommand>();
}

}  // namespace tandem::cli
