// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/checklist.h"
#include "cli/commands.h"
#include "cli/conversion_report.h"
#include "cli/demo_plan.h"
#include "cli/init_policy.h"
#include "cli/init_tenant.h"
#include "cli/options.h"
#include "cli/policy_file.h"
#include "connectors/ldif/forest.h"
#include "platform/files.h"
#include "policy/entra/conversion.h"
#include "policy/entra/read_configuration.h"
#include "policy/policy_check.h"
#include "policy/policy_writer.h"

namespace tandem::cli {
namespace {

constexpr std::size_t kSecretLimit = 64 * 1024;

class InitCommand : public Command {
 public:
  std::string_view summary() const override { return "Make a server's home folder"; }
  std::string_view examples() const override {
    return "  tandem init --demo --home ./server\n"
           "      an invented organisation of 1,000 people, to try things on\n"
           "  tandem init --home /var/lib/tandem --ad dc1.corp.example.com \\\n"
           "      --account tandem@corp.example.com --tenant example.onmicrosoft.com \\\n"
           "      --client-id 5f0c0c54-8f4e-4a2b-9b1c-0d1e2f3a4b5c\n"
           "      an Active Directory; then set the two secrets that it names\n"
           "  tandem init --import settings.json --home /var/lib/tandem\n"
           "      a second server, in staging, from what 'tandem policy export' wrote on the "
           "first\n"
           "  tandem init --import ./contoso --home /var/lib/tandem\n"
           "      from the server configuration folder of an Entra Connect server\n"
           "  tandem init --home ./s --openldap ldap.example.org --start-tls \\\n"
           "      --account cn=reader,dc=example,dc=org --partition dc=example,dc=org";
  }

  void declare(CLI::App& app) override {
    app.add_flag("--demo", wanted_.demo, "Make an invented organisation (LDIF) as the source");
    app.add_option("--people", wanted_.people, "How many people the demo has")
        ->capture_default_str();
    auto* const active = app.add_flag(
        "--active", wanted_.active, "Start as the active server; the default is staging");
    app.add_flag("--staging", wanted_.staging, "Start in staging; a demo starts active otherwise")
        ->excludes(active);
    app.add_option("--organisation", wanted_.organisation, "Its name, for people");
    declareSource(app);
    declareTenant(app);
    declareImport(app);
  }

  Result<ExitCode> run(Session& session) override {
    if (const std::string wrong = wanted_.contradiction(); !wrong.empty()) {
      session.note("tandem: " + wrong);
      return ExitCode::kUsage;
    }
    PlannedServer planned;
    if (wanted_.import_file.empty()) {
      planned.home.policy = policyWanted(wanted_);
      TRY(readSecretFiles(planned.secrets));
    } else if (const ExitCode code = TRY(planImport(session, planned)); code != ExitCode::kDone) {
      return code;
    }
    const bool active = wanted_.active || (wanted_.demo && !wanted_.staging);
    planned.home.settings.initial_role =
        active ? home::InitialRole::kActive : home::InitialRole::kStaging;
    TRY(consultTenant(session, planned));
    return make(session, planned);
  }

 private:
  void declareSource(CLI::App& app) {
    auto* const ad =
        app.add_option("--ad", wanted_.ad_host, "Active Directory: a domain controller");
    auto* const openldap =
        app.add_option("--openldap", wanted_.openldap_host, "OpenLDAP: its host");
    auto* const ldif = app.add_option("--ldif", wanted_.ldif_folder, "A folder of LDIF files");
    ad->excludes(openldap)->excludes(ldif);
    openldap->excludes(ldif);
    app.add_option(
        "--connect-address", wanted_.connect_address, "Where to connect, if not the host");
    app.add_option("--account", wanted_.account, "Account that reads the directory");
    app.add_option("--password-file", wanted_.password_file, "File with the account's password");
    app.add_option("--keytab", wanted_.keytab, "Use Kerberos with this keytab, not a password");
    app.add_option("--ca-file", wanted_.ca_file, "Authority of the directory's certificate (PEM)");
    app.add_flag("--start-tls", wanted_.start_tls, "StartTLS on 389 instead of LDAPS on 636");
    app.add_option("--partition", wanted_.partition, "DN of what to read; default: all there is");
    app.add_option("--source-anchor", wanted_.source_anchor, "Attribute; default: automatic");
  }

  void declareImport(CLI::App& app) {
    app.add_option("--import",
                   wanted_.import_file,
                   "Another server's settings, or an export of Entra Connect");
    app.add_option(
        "--secrets-file", wanted_.secrets_file, "With --import: NAME=VALUE lines, or JSON");
  }

  void declareTenant(CLI::App& app) {
    app.add_option("--tenant", wanted_.tenant, "The tenant: GUID or verified domain");
    app.add_option("--client-id", wanted_.client_id, "Id of the app registration");
    app.add_option("--client-secret-file", wanted_.client_secret_file, "File with its secret");
    app.add_option("--login-url", wanted_.login_url, "Token service, if not Microsoft's");
    app.add_option("--graph-url", wanted_.graph_url, "Graph, if not Microsoft's");
    app.add_option(
        "--entra-ca-file", wanted_.entra_ca_file, "Authority of their certificate (PEM)");
    app.add_flag("--sync-profile", wanted_.wide_profile, "Write all that tandem-tenant grants");
  }

  // What another server has exported, with what is different here. Not kDone: said already.
  Result<ExitCode> planImport(Session& session, PlannedServer& planned) {
    // Said before anybody types secrets.
    if (const Result<home::Home> there = session.openHome(); there.ok()) {
      return Error(
          ErrorCode::kConflict,
          fmt::format("{} is a home folder already; nothing was changed. Name another folder "
                      "with --home, or change this one's settings with 'tandem policy import "
                      "{}'",
                      there.value().folder(),
                      wanted_.import_file));
    }
    policy::ReadPolicy read = TRY(readImport(session));
    if (!read.document) {
      reportBadPolicy(session, wanted_.import_file, read);
      return ExitCode::kUsage;
    }
    if (const Result<void> fits = applyOverrides(wanted_, *read.document); !fits.ok()) {
      session.note("tandem: " + fits.error().message());
      return ExitCode::kUsage;
    }
    if (const std::string origin = originOf(*read.document); !origin.empty()) {
      session.note(fmt::format("{} was {}.", wanted_.import_file, origin));
    }
    if (!read.problems.empty()) session.note(home::listProblems(read.problems));
    if (const std::string other = standardRulesNote(*read.document); !other.empty()) {
      session.note(other);
    }
    origin_ = originJson(*read.document);
    planned.secrets = TRY(secretsOfImport(session, *read.document));
    planned.home.policy = settingsAlone(std::move(*read.document));
    planned.is_import = true;
    return ExitCode::kDone;
  }

  // A policy as it is; any other format converted, with the report of what became of it.
  Result<policy::ReadPolicy> readImport(const Session& session) const {
    policy::entra::ReadConfiguration read =
        TRY(policy::entra::readConfiguration(wanted_.import_file));
    if (!read.configuration) {
      return policy::ReadPolicy{std::move(read.policy), std::move(read.problems)};
    }
    const policy::entra::Conversion made = convert(*read.configuration, {});
    session.note(describeConfiguration(wanted_.import_file, *read.configuration) +
                 reportText(made.report));
    return policy::checkPolicy(policy::writePolicy(made.document),
                               wanted_.import_file + " as a policy");
  }

  Result<SecretValues> secretsOfImport(const Session& session,
                                       const policy::PolicyDocument& document) const {
    GivenSecrets given =
        TRY(gatherSecrets(session, policy::requiredSecrets(document), wanted_.secrets_file));
    for (const std::string& name : given.not_asked) {
      session.note(
          fmt::format("Note: the policy does not name the secret \"{}\" of {}; it is left "
                      "out.",
                      name,
                      wanted_.secrets_file));
    }
    return std::move(given.values);
  }

  Result<void> readSecretFiles(SecretValues& secrets) const {
    for (const auto& [file, name] :
         {std::pair(&wanted_.password_file, "directory.password"),
          std::pair(&wanted_.client_secret_file, "entra.client-secret")}) {
      if (file->empty()) continue;
      std::string text = TRY(platform::readFile(*file, kSecretLimit));
      secrets.insert_or_assign(name, platform::SecretText(trimAscii(text)));
      platform::wipe(text);
    }
    return {};
  }

  Result<ExitCode> make(Session& session, const PlannedServer& planned) {
    const home::Home home =
        TRY(home::Home::create(session.home_folder, planned.home, session.environment));
    connectors::ldif::ForestCounts counts;
    if (const Result<void> filled = fill(home, planned.secrets, counts); !filled.ok()) {
      // Without server.toml the folder is no home, so the same command can be given again.
      std::error_code ignored;
      std::filesystem::remove(home.settingsPath(), ignored);
      return Error(filled.error());
    }
    TRY(reportTo(session, home, counts));
    return ExitCode::kDone;
  }

  Result<void> fill(const home::Home& home,
                    const SecretValues& given,
                    connectors::ldif::ForestCounts& counts) const {
    platform::SealedSecrets secrets = TRY(home.secrets());
    for (const auto& [name, value] : given)
      TRY(secrets.set(name, value));
    if (wanted_.demo) counts = TRY(makeForest(home));
    return {};
  }

  Result<connectors::ldif::ForestCounts> makeForest(const home::Home& home) const {
    DemoPlan plan;
    plan.forest.people = wanted_.people;
    TRY(plan.save(home));
    return connectors::ldif::Forest(plan.forest)
        .writeFolder(home.resolve(std::string(kDemoFolder)));
  }

  Result<void> reportTo(Session& session,
                        const home::Home& home,
                        const connectors::ldif::ForestCounts& counts) const {
    const policy::PolicyDocument document = TRY(home.usablePolicy());
    const Checklist missing = TRY(missingHere(home, document));
    const bool active = home.settings().initial_role == home::InitialRole::kActive;
    if (session.json) {
      nlohmann::ordered_json json{{"home", home.folder()},
                                  {"serverId", home.settings().server_id},
                                  {"role", active ? "active" : "staging"},
                                  {"people", counts.people},
                                  {"groups", counts.groups},
                                  {"secretsToSet", missing.secretNames()},
                                  {"filesToCopy", toJson(missing)["files"]}};
      if (isImport()) json["exported"] = origin_;
      session.printJson(json);
      return {};
    }
    session.print(fmt::format("{} is ready; this server is {}.",
                              home.folder(),
                              active ? "active" : "in staging: it will write nothing outside"));
    if (wanted_.demo) {
      session.print(fmt::format("{}: {} people, {} groups, {} contacts",
                                home.resolve(std::string(kDemoFolder)),
                                counts.people,
                                counts.groups,
                                counts.contacts));
    }
    printNext(session, home, missing);
    return {};
  }

  void printNext(Session& session, const home::Home& home, const Checklist& missing) const {
    if (!missing.files.empty()) {
      session.print("Copy these files here; relative paths start at " + home.folder() + ":\n" +
                    listFiles(missing.files));
    }
    session.print("Next:");
    for (const std::string& name : missing.secretNames()) {
      session.print(fmt::format("  tandem secret set {} --home {}", name, home.folder()));
    }
    session.print(fmt::format(
        "  tandem {} --home {}", isImport() ? "check preflight" : "policy check", home.folder()));
    session.print(fmt::format("  tandem cycle initial --home {}", home.folder()));
  }

  bool isImport() const { return !wanted_.import_file.empty(); }

  InitOptions wanted_;
  nlohmann::ordered_json origin_;  // of what is imported
};

}  // namespace

std::unique_ptr<Command> makeInitCommand() {
  return std::make_unique<InitCommand>();
}

}  // namespace tandem::cli
