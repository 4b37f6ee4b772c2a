// SPDX-License-Identifier: Apache-2.0
//
// The wizard from its first page to its last: what a settings file holds, whether what was typed
// works, and making the home folder, which is 'tandem init'.
#include <filesystem>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "cli/policy_file.h"
#include "platform/files.h"
#include "platform/signing.h"
#include "policy/entra/conversion.h"
#include "policy/entra/read_configuration.h"
#include "policy/policy_check.h"
#include "policy/policy_writer.h"
#include "policy/requirements.h"
#include "web/answer.h"
#include "web/call.h"
#include "web/command_call.h"
#include "web/route.h"
#include "web/setup_request.h"
#include "web/site.h"
#include "web/work.h"

namespace tandem::web {
namespace {

using access::Role;
using Json = nlohmann::ordered_json;
using platform::ServerResponse;

constexpr unsigned kPrivate = 0600;
constexpr unsigned kPrivateFolder = 0700;

Json requestOf(const Call& call) {
  Json request = Json::object();
  for (const Parameter& parameter : call.route().parameters) {
    if (!call.has(parameter.name)) continue;
    const std::string name(parameter.name);
    if (parameter.type == ValueType::kFlag) {
      request[name] = call.flag(name);
    } else if (parameter.type == ValueType::kText) {
      request[name] = call.text(name);
    } else {
      request[name] = call.json(name);
    }
  }
  return request;
}

// What init reads besides its options; gone when the work is done.
struct SetupPapers {
  std::shared_ptr<ScratchPaper> settings, secrets;
  std::vector<std::string> arguments;
};

// folder: the home to be; papers: where the files may lie meanwhile.
Result<std::shared_ptr<SetupPapers>> writePapers(const Call& call,
                                                 const SetupFiles& files,
                                                 const std::string& folder) {
  const auto papers = std::make_shared<SetupPapers>();
  const std::string& desk = call.site().folder();
  papers->settings = TRY(ScratchPaper::write(desk, files.settings));
  papers->secrets = TRY(ScratchPaper::write(desk, files.secrets));
  for (const auto& [name, pem] : files.authorities)
    TRY(platform::writeFileDurably(fmt::format("{}/{}", folder, name), pem, kPrivate));
  papers->arguments = {
      "init", "--import=" + papers->settings->path(), "--secrets-file=" + papers->secrets->path()};
  if (files.is_active) papers->arguments.emplace_back("--active");
  return papers;
}

Result<std::shared_ptr<SetupPapers>> demoPapers(const Call& call) {
  const auto papers = std::make_shared<SetupPapers>();
  papers->arguments = {"init", "--demo"};
  if (call.has("people")) papers->arguments.push_back("--people=" + call.text("people"));
  if (call.has("staging") && call.flag("staging")) papers->arguments.emplace_back("--staging");
  return papers;
}

Result<ServerResponse> begin(Call& call, OperationPlan plan) {
  plan.started_by = call.principal->name;
  const std::string id = TRY(call.site().operations().start(std::move(plan)));
  return jsonAnswer({{"operation", TRY(call.site().operations().find(id))}}, 202);
}

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
  bool starts_cycle = false;
  std::shared_ptr<SetupPapers> papers;
  if (call.flag("demo")) {
    papers = TRY(demoPapers(call));
  } else {
    const SetupFiles files = TRY(readSetupRequest(requestOf(call)));
    starts_cycle = files.starts_cycle;
    papers = TRY(writePapers(call, files, call.site().folder()));
  }
  OperationPlan plan;
  plan.act = "init";
  plan.title = "Set-up of this server";
  plan.work = [session = call.session(), papers, starts_cycle](OperationLog& log) {
    // The files that init reads are none that anybody knows.
    cli::Session wizard = session;
    wizard.recorded_as = cli::Session::Act{"init", "by the set-up wizard"};
    CommandOutcome made = Listening(wizard, log).run(papers->arguments);
    if (!made.isDone() || !starts_cycle) return made;
    return Listening(session, log).run({"cycle", "initial"});
  };
  return begin(call, std::move(plan));
}

// A home that is made to try what was typed, and removed again.
struct TrialHome {
  std::string folder;
  std::shared_ptr<SetupPapers> papers;
  ~TrialHome() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
};

Result<std::shared_ptr<TrialHome>> makeTrial(const Call& call, const SetupFiles& files) {
  auto trial = std::make_shared<TrialHome>();
  trial->folder = fmt::format("{}/trial-{}", call.site().folder(), toHex(platform::randomBytes(8)));
  TRY(platform::makeFolder(trial->folder, kPrivateFolder));
  trial->papers = TRY(writePapers(call, files, trial->folder));
  return trial;
}

Result<ServerResponse> testSetup(Call& call) {
  const SetupFiles files = TRY(readSetupRequest(requestOf(call)));
  const auto trial = TRY(makeTrial(call, files));
  OperationPlan plan;
  plan.act = "connector test";
  plan.title = "Connection test of what was entered";
  plan.needs_home = false;
  plan.work = [session = call.session(), trial](OperationLog& log) {
    cli::Session here = session;
    here.home_folder = trial->folder;
    const Listening listening(here, log);
    CommandOutcome made = listening.run(trial->papers->arguments);
    if (!made.isDone()) return made;
    return listening.run({"connector", "test"});
  };
  return begin(call, std::move(plan));
}

// Straight from the directory: nothing is set up yet.
Result<ServerResponse> listSetupContainers(Call& call) {
  const SetupFiles files =
      TRY(readSetupRequest({{"directories", Json::array({call.json("directory")})}}));
  const auto trial = TRY(makeTrial(call, files));
  cli::Session here = call.session();
  here.home_folder = trial->folder;
  CommandOutcome made = runCommand(here, trial->papers->arguments);
  if (!made.isDone()) return commandAnswer(std::move(made));
  const Json policy = Json::parse(files.settings);
  std::vector<std::string> arguments = {"connector", "containers"};
  if (!call.text("parent").empty()) arguments.push_back("--parent=" + call.text("parent"));
  arguments.insert(arguments.end(), {"--", policy["connectors"][0]["name"].get<std::string>()});
  return commandAnswer(runCommand(here, arguments));
}

Json requirementsOf(const policy::PolicyDocument& document) {
  Json secrets = Json::array();
  for (const policy::RequiredSecret& secret : policy::requiredSecrets(document))
    secrets.push_back({{"name", secret.name}, {"purpose", secret.purpose}});
  Json files = Json::array();
  for (const policy::RequiredFile& file : policy::requiredFiles(document))
    files.push_back({{"path", file.path}, {"purpose", file.purpose}});
  return {{"secrets", secrets}, {"files", files}};
}

Json describe(const policy::PolicyDocument& document) {
  Json connectors = Json::array();
  for (const policy::ConnectorPolicy& connector : document.connectors) {
    connectors.push_back(
        {{"name", connector.name},
         {"kind", wordFor(policy::kConnectorKinds, connector.kind)},
         {"directory",
          connector.ldap.host.empty() ? connector.entra.tenant_id : connector.ldap.host}});
  }
  Json json{{"name", document.identity.name},
            {"exported", cli::originJson(document)},
            {"connectors", connectors},
            {"rules", document.rules.size()},
            {"standardRules", policy::standardRulesInForce(document).size()},
            {"signIn", wordFor(policy::kSignInMethods, document.sign_in)}};
  json.update(requirementsOf(document));
  return json;
}

// What a settings file holds, whatever format it has: read as init reads it.
Result<ServerResponse> inspectSettings(Call& call) {
  const Json import = call.json("import");
  const std::string content = import.value("content", "");
  const auto paper = TRY(ScratchPaper::write(call.site().folder(), content));
  const policy::entra::ReadConfiguration read =
      TRY(policy::entra::readConfiguration(paper->path()));
  Json answer{{"format", read.configuration ? "entraConnect" : "tandem"}};
  const CommandOutcome converted =
      runCommand(call.session(), {"policy", "convert", "--", paper->path()});
  const Json report = Json::parse(converted.document, nullptr, /*allow_exceptions=*/false);
  answer["report"] = report.is_object() ? report.value("report", Json::array()) : Json::array();
  const std::optional<policy::PolicyDocument> document =
      read.configuration ? std::optional(policy::entra::convert(*read.configuration, {}).document)
                         : read.policy;
  answer["valid"] = document.has_value();
  answer["problems"] = cli::problemsJson(read.problems);
  if (document) answer.update(describe(*document));
  return jsonAnswer(answer);
}

std::vector<Parameter> wizardParameters() {
  const auto body = [](std::string_view name, ValueType type, std::string_view doc) {
    return Parameter{.name = name, .place = Place::kBody, .type = type, .doc = doc};
  };
  return {
      body("import", ValueType::kObject, "{content, name}: another server's settings"),
      body("secrets", ValueType::kObject, "With import: values by name"),
      body("organisation", ValueType::kText, "Its name, for people"),
      body("signIn", ValueType::kText, "passwordHashSync, …"),
      body("sourceAnchor", ValueType::kText, "Attribute; default: automatic"),
      body("directories",
           ValueType::kObjects,
           "[{kind, host, account, password, tls, ca, name, connectAddress, folder}]"),
      body("tenant",
           ValueType::kObject,
           "{tenant, clientId, clientSecret, loginUrl, graphUrl, ca, syncProfile}"),
      body("partitions", ValueType::kObject, "{connector: [DN]}; default: all there are"),
      body("include", ValueType::kObject, "{connector: [DN]}"),
      body("exclude", ValueType::kObject, "{connector: [DN]}"),
      body("optionalFeatures", ValueType::kObject, "As in the policy"),
      body("staging", ValueType::kFlag, "false: it starts as the active server"),
      body("startCycle", ValueType::kFlag, "An initial cycle follows"),
      body("demo", ValueType::kFlag, "An invented organisation instead of all this"),
      body("people", ValueType::kNumber, "How many the demo has"),
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
       .parameters = wizardParameters(),
       .resource = setUp,
       .is_operation = true},
      {.method = Method::kPost,
       .path = "/setup/test",
       .role = Role::kAdministrator,
       .summary = "Whether directory and tenant answer as entered; nothing is kept",
       .parameters = wizardParameters(),
       .resource = testSetup,
       .is_operation = true},
      {.method = Method::kPost,
       .path = "/setup/containers",
       .role = Role::kAdministrator,
       .summary = "The containers of a directory that is to be read; nothing is kept",
       .parameters = {{.name = "directory",
                       .place = Place::kBody,
                       .type = ValueType::kObject,
                       .doc = "As in directories of /setup",
                       .is_required = true},
                      {.name = "parent", .place = Place::kBody, .doc = "DN; default: the topmost"}},
       .resource = listSetupContainers,
       .answers = {"containers"}},
      {.method = Method::kPost,
       .path = "/setup/inspect",
       .role = Role::kAdministrator,
       .summary = "What a settings file holds, and which secrets it needs",
       .parameters = {{.name = "import",
                       .place = Place::kBody,
                       .type = ValueType::kObject,
                       .doc = "{content, name}",
                       .is_required = true}},
       .resource = inspectSettings,
       .answers = {"format", "valid", "problems"}},
  };
}

}  // namespace tandem::web
