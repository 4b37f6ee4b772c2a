// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/explanation.h"
#include "cli/options.h"
#include "cli/policy_file.h"

namespace tandem::cli {
namespace {

std::optional<directory::ConnectorObjectId> foundIn(
    const Result<directory::ConnectorObjectId>& id) {
  return id.ok() ? std::optional(id.value()) : std::nullopt;
}

void report(const Session& session, const Explanation& explanation) {
  if (session.json) {
    session.printJson(toJson(explanation));
  } else {
    printExplanation(session, explanation);
  }
}

class WhyCommand : public Command {
 public:
  std::string_view summary() const override { return "Why an object is, or is not, in the cloud"; }
  std::string_view examples() const override {
    return "  tandem why \"CN=Ada Lovelace,OU=People,DC=corp,DC=example,DC=com\"\n"
           "  tandem why ada.lovelace@corp.example.com\n"
           "  tandem why ada.lovelace@corp.example.com department    one value, from end to end\n"
           "  tandem why ada.lovelace@corp.example.com --connector entra   from the cloud back\n"
           "The cause comes first, then every step: imported or not, in scope of which rule and\n"
           "why not of the others, what was written, what the tenant answered. Of an object that\n"
           "is gone it says who deleted it.";
  }
  void declare(CLI::App& app) override {
    app.add_option("OBJECT",
                   text_,
                   "DN, GUID, #id, or a user principal name, mail, account or display name")
        ->required();
    app.add_option("ATTRIBUTE", attribute_, "Explain this value");
    app.add_option("--connector", connector_, "Look only in this connector space");
  }

  Result<ExitCode> run(Session& session) override {
    const StoreView view = TRY(StoreView::open(session));
    std::optional<directory::ConnectorId> connector;
    if (!connector_.empty()) connector = TRY(view.connector(connector_)).id;
    const Result<directory::ConnectorObjectId> id = findObject(view, text_, connector);
    if (!foundIn(id)) {
      if (id.error().code() != ErrorCode::kNotFound) return id.error();
      const std::optional<Explanation> gone = explainDeparted(view, text_);
      if (!gone) return id.error();
      report(session, *gone);
      return ExitCode::kDone;
    }
    report(session, TRY(explain(view, id.value(), attribute_)));
    return ExitCode::kDone;
  }

 private:
  std::string text_, attribute_, connector_;
};

class PreviewCommand : public Command {
 public:
  std::string_view summary() const override { return "What would become of an object"; }
  std::string_view examples() const override {
    return "  tandem preview ada.lovelace@corp.example.com\n"
           "  tandem preview ada.lovelace@corp.example.com title     one value, with its inputs\n"
           "  tandem preview ada.lovelace@corp.example.com --policy new.json\n"
           "      as if new.json were in force\n"
           "  tandem preview ada.lovelace@corp.example.com --deleted\n"
           "      as if she had been deleted in her directory\n"
           "Nothing is written. It works in staging, and while a cycle runs.";
  }
  void declare(CLI::App& app) override {
    app.add_option("OBJECT",
                   text_,
                   "DN, GUID, #id, or a user principal name, mail, account or display name")
        ->required();
    app.add_option("ATTRIBUTE", question_.attribute, "Only this value, with its inputs");
    app.add_option("--policy", policy_, "With this policy instead of the one in force")
        ->type_name("FILE");
    app.add_flag("--deleted", question_.as_if_deleted, "As if it had been deleted");
    app.add_flag("--all", question_.every_flow, "Also the flows that change nothing");
    app.add_option("--connector", connector_, "Look only in this connector space");
  }

  Result<ExitCode> run(Session& session) override {
    const StoreView view = TRY(StoreView::open(session));
    std::optional<directory::ConnectorId> connector;
    if (!connector_.empty()) connector = TRY(view.connector(connector_)).id;
    std::optional<policy::PolicyDocument> policy;
    if (!policy_.empty()) {
      policy::ReadPolicy read = TRY(readPolicyFile(policy_));
      if (!read.document) {
        reportBadPolicy(session, policy_, read);
        return ExitCode::kUsage;
      }
      policy = std::move(read.document);
    }
    const directory::ConnectorObjectId id = TRY(findObject(view, text_, connector));
    const std::unique_ptr<run::PreviewServer> server =
        TRY(run::PreviewServer::open(view.home(), std::move(policy)));
    question_.is_preview = true;
    report(session, TRY(explain(view, *server, id, question_)));
    return ExitCode::kDone;
  }

 private:
  std::string text_, connector_, policy_;
  Question question_;
};

}  // namespace

std::unique_ptr<Command> makeWhyCommand() {
  return std::make_unique<WhyCommand>();
}
std::unique_ptr<Command> makePreviewCommand() {
  return std::make_unique<PreviewCommand>();
}

}  // namespace tandem::cli
