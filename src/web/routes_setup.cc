// SPDX-License-Identifier: Apache-2.0
//
// The wizard's first page to its last: what a settings file holds, whether what was typed works, and
// making the home folder, which is 'tandem init'.
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "cli/policy_file.h"
#include "platform/files.h"
#include "platform/signing.h"
#include "policy/policy_check.h"
#include "policy/policy_writer.h"
#include "policy/requirements.h"
#include "web/answer.h"
#include "web/call.h"
#include "web/command_call.h"
#include "web/route.h"
#include "web/site.h"
#include "web/work.h"

namespace tandem::web {
namespace {

using access::Role;
using Json = nlohmann::ordered_json;
using platform::ServerResponse;

constexpr unsigned kPrivate = 0600;

// The papers that init reads; they last as long as it runs.
struct Papers {
  std::vector<std::shared_ptr<ScratchPaper>> all;
};

class InitArguments {
 public:
  InitArguments(const Call& call, std::string folder)
      : call_(&call), folder_(std::move(folder)), papers_(std::make_shared<Papers>()) {}

  Result<std::vector<std::string>> make() {
    for (const Parameter& parameter : call_->route().parameters) {
      if (!parameter.option.starts_with("--") || !call_->has(parameter.name)) continue;
      const std::string value = call_->text(parameter.name);
      if (parameter.type == ValueType::kFlag) {
        if (value == "true") arguments_.emplace_back(parameter.option);
      } else if (!value.empty()) {
        arguments_.push_back(fmt::format("{}={}", parameter.option, value));
      }
    }
    TRY(addPaper("--password-file", call_->text("password")));
    TRY(addPaper("--client-secret-file", call_->text("clientSecret")));
    if (call_->has("import")) {
      TRY(addPaper("--import", call_->json("import").dump(2)));
      TRY(addPaper("--secrets-file", call_->has("secrets") ? call_->json("secrets").dump() : "{}"));
    }
    TRY(addAuthority("--ca-file", "ca", "directory-ca.pem"));
    TRY(addAuthority("--entra-ca-file", "entraCa", "tenant-ca.pem"));
    return arguments_;
  }
  std::shared_ptr<Papers> papers() const { return papers_; }

 private:
  Result<void> addPaper(std::string_view option, const std::string& content) {
    if (content.empty()) return {};
    papers_->all.push_back(TRY(ScratchPaper::write(call_->site().folder(), content)));
    arguments_.push_back(fmt::format("{}={}", option, papers_->all.back()->path()));
    return {};
  }
  // Stays: the policy names it from now on.
  Result<void> addAuthority(std::string_view option, std::string_view name, std::string_view file) {
    if (call_->text(name).empty()) return {};
    const std::string path = fmt::format("{}/{}", folder_, file);
    TRY(platform::writeFileDurably(path, call_->text(name), kPrivate));
    arguments_.push_back(fmt::format("{}={}", option, path));
    return {};
  }

  const Call* call_;
  std::string folder_;
  std::vector<std::string> arguments_{"init"};
  std::shared_ptr<Papers> papers_;
};

Result<ServerResponse> showSetup(Call& call) {
  const Site& site = call.site();
  return jsonAnswer({{"needed", !site.isHome()},
                     {"folder", site.folder()},
                     {"host", site.session().host_name},
                     {"version", TANDEM_VERSION}});
}

Result<ServerResponse> setUp(Call& call) {
  if (call.site().isHome()) {
    return Error(ErrorCode::kConflict,
                 "this server is set up already: change it under Connectors, Rules and Settings");
  }
  InitArguments init(call, call.site().folder());
  std::vector<std::string> arguments = TRY(init.make());
  return startWork(call, std::move(arguments), init.papers(), "init");
}

// A home that is made to try what was typed, and removed again.
struct TrialHome {
  std::string folder;
  std::shared_ptr<Papers> papers;
  ~TrialHome() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
};

Result<std::string> makeTrialFolder(const std::string& beside) {
  const std::string folder = fmt::format("{}/trial-{}", beside, toHex(platform::randomBytes(8)));
  TRY(platform::makeFolder(folder, 0700));
  return folder;
}

CommandOutcome tryOut(const cli::Session& given,
                      const std::string& folder,
                      const std::vector<std::string>& init) {
  cli::Session session = given;
  session.home_folder = folder;
  CommandOutcome made = runCommand(session, init);
  if (!made.isDone()) return made;
  return runCommand(session, {"connector", "test"});
}

Result<ServerResponse> testSetup(Call& call) {
  const auto trial = std::make_shared<TrialHome>();
  trial->folder = TRY(makeTrialFolder(call.site().folder()));
  InitArguments init(call, trial->folder);
  const std::vector<std::string> arguments = TRY(init.make());
  trial->papers = init.papers();
  OperationPlan plan;
  plan.act = "connector test";
  plan.title = "Test what was entered";
  plan.started_by = call.principal->name;
  plan.needs_home = false;
  plan.work = [session = call.session(), trial, arguments](OperationLog& log) {
    cli::Session here = session;
    here.cancel = log.cancel();
    return tryOut(here, trial->folder, arguments);
  };
  const std::string id = TRY(call.site().operations().start(std::move(plan)));
  return jsonAnswer({{"operation", TRY(call.site().operations().find(id))}}, 202);
}

// What a settings file holds, whatever format it has: read as init reads it.
Result<ServerResponse> inspectSettings(Call& call) {
  const auto paper = TRY(ScratchPaper::write(call.site().folder(), call.json("import").dump(2)));
  const auto converted = call.site().folder() + "/" + "converted-" +
                         std::filesystem::path(paper->path()).filename().string();
  const CommandOutcome outcome =
      runCommand(call.session(), {"policy", "convert", "--", paper->path(), converted});
  const Result<policy::ReadPolicy> read = cli::readPolicyFile(
      platform::fileExists(converted) ? converted : paper->path());
  std::error_code ignored;
  std::filesystem::remove(converted, ignored);
  if (!read.ok()) return read.error();
  Json answer{{"valid", read.value().document.has_value()},
              {"problems", cli::problemsJson(read.value().problems)}};
  const Json report = Json::parse(outcome.document, nullptr, /*allow_exceptions=*/false);
  answer["report"] = report.is_discarded() ? Json(nullptr) : report;
  if (!read.value().document) return jsonAnswer(answer);
  const policy::PolicyDocument& document = *read.value().document;
  Json secrets = Json::array();
  for (const policy::RequiredSecret& secret : policy::requiredSecrets(document)) {
    secrets.push_back({{"name", secret.name}, {"purpose", secret.purpose}});
  }
  answer["policy"] = Json::parse(policy::writePolicy(document));
  answer["exported"] = cli::originJson(document);
  answer["secrets"] = secrets;
  return jsonAnswer(answer);
}

std::vector<Parameter> answersOfWizard() {
  const auto text = [](std::string_view name, std::string_view option, std::string_view doc) {
    return Parameter{.name = name, .place = Place::kBody, .doc = doc, .option = option};
  };
  const auto flag = [](std::string_view name, std::string_view option, std::string_view doc) {
    return Parameter{.name = name,
                     .place = Place::kBody,
                     .type = ValueType::kFlag,
                     .doc = doc,
                     .option = option};
  };
  return {
      text("organisation", "--organisation", "Its name, for people"),
      flag("active", "--active", "Start as the active server; the default is staging"),
      flag("staging", "--staging", "Start in staging"),
      flag("demo", "--demo", "An invented organisation as the source"),
      {.name = "people", .place = Place::kBody, .type = ValueType::kNumber, .option = "--people"},
      text("activeDirectory", "--ad", "A domain controller"),
      text("openLdap", "--openldap", "The host of an OpenLDAP server"),
      text("connectAddress", "--connect-address", "Where to connect, if not the host"),
      text("account", "--account", "Account that reads the directory"),
      text("password", "=", "Its password"),
      text("ca", "=", "Authority of the directory's certificate, PEM"),
      flag("startTls", "--start-tls", "StartTLS on 389 instead of LDAPS on 636"),
      text("partition", "--partition", "DN of what to read; default: all there is"),
      text("sourceAnchor", "--source-anchor", "Attribute; default: automatic"),
      text("tenant", "--tenant", "GUID or verified domain"),
      text("clientId", "--client-id", "Id of the app registration"),
      text("clientSecret", "=", "Its secret"),
      text("loginUrl", "--login-url", "Token service, if not Microsoft's"),
      text("graphUrl", "--graph-url", "Graph, if not Microsoft's"),
      text("entraCa", "=", "Authority of their certificate, PEM"),
      flag("syncProfile", "--sync-profile", "Write all that tandem-tenant grants"),
      {.name = "import",
       .place = Place::kBody,
       .type = ValueType::kObject,
       .doc = "Another server's settings"},
      {.name = "secrets",
       .place = Place::kBody,
       .type = ValueType::kObject,
       .doc = "With import: values by name"},
  };
}

}  // namespace

std::vector<Route> setupRoutes() {
  return {
      {.method = Method::kGet,
       .path = "/setup",
       .summary = "Whether this server is set up",
       .resource = showSetup,
       .answers = {"needed", "version"}},
      {.method = Method::kPost,
       .path = "/setup",
       .role = Role::kAdministrator,
       .summary = "Set this server up",
       .parameters = answersOfWizard(),
       .resource = setUp,
       .is_operation = true},
      {.method = Method::kPost,
       .path = "/setup/test",
       .role = Role::kAdministrator,
       .summary = "Whether directory and tenant answer as entered; nothing is kept",
       .parameters = answersOfWizard(),
       .resource = testSetup,
       .is_operation = true},
      {.method = Method::kPost,
       .path = "/setup/inspect",
       .role = Role::kAdministrator,
       .summary = "What a settings file holds, and which secrets it needs",
       .parameters = {{.name = "import",
                       .place = Place::kBody,
                       .type = ValueType::kObject,
                       .is_required = true}},
       .resource = inspectSettings,
       .answers = {"valid", "problems"}},
  };
}

}  // namespace tandem::web
