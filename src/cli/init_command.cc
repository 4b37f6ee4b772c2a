// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/demo_plan.h"
#include "cli/options.h"
#include "connectors/ldif/forest.h"
#include "directory/dn.h"
#include "platform/files.h"

namespace tandem::cli {
namespace {

using policy::ConnectorKind;

constexpr std::size_t kSecretLimit = 64 * 1024;
constexpr std::string_view kDemoFolder = "forest";
constexpr std::string_view kDemoConnector = "corp.example.com";

// What init asks for; enough for one directory and one tenant. The rest is edited in policy.json.
struct Wanted {
  bool demo = false;
  std::uint64_t people = 1000;
  bool active = false;
  std::string organisation;
  std::string tenant;
  std::string source_anchor;
  std::string ad_host, openldap_host, ldif_folder;
  std::string connect_address, account, keytab, ca_file, partition;
  bool start_tls = false;
  std::string password_file;
  std::string client_id, login_url, graph_url, entra_ca_file, client_secret_file;
  bool wide_profile = false;
};

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
           "  tandem init --home ./s --openldap ldap.example.org --start-tls \\\n"
           "      --account cn=reader,dc=example,dc=org --partition dc=example,dc=org";
  }

  void declare(CLI::App& app) override {
    app.add_flag("--demo", wanted_.demo, "Make an invented organisation (LDIF) as the source");
    app.add_option("--people", wanted_.people, "How many people the demo has")
        ->capture_default_str();
    app.add_flag("--active", wanted_.active, "Start as the active server; the default is staging");
    app.add_option("--organisation", wanted_.organisation, "Its name, for people");
    declareSource(app);
    declareTenant(app);
  }

  Result<ExitCode> run(Session& session) override {
    if (const std::string wrong = contradiction(); !wrong.empty()) {
      session.note("tandem: " + wrong);
      return ExitCode::kUsage;
    }
    home::NewHome fresh;
    const bool active = wanted_.active || wanted_.demo;
    fresh.settings.initial_role = active ? home::InitialRole::kActive : home::InitialRole::kStaging;
    fresh.policy = policyWanted();
    const home::Home home =
        TRY(home::Home::create(session.home_folder, fresh, session.environment));
    connectors::ldif::ForestCounts counts;
    if (const Result<void> filled = fill(home, counts); !filled.ok()) {
      // Without server.toml the folder is no home, so the same command can be given again.
      std::error_code ignored;
      std::filesystem::remove(home.settingsPath(), ignored);
      return Error(filled.error());
    }
    TRY(reportTo(session, home, counts));
    return ExitCode::kDone;
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

  std::string contradiction() const {
    const bool ldap = !wanted_.ad_host.empty() || !wanted_.openldap_host.empty();
    if (wanted_.demo && (ldap || !wanted_.ldif_folder.empty())) {
      return "--demo brings its own source: leave out --ad, --openldap and --ldif";
    }
    if (ldap && wanted_.account.empty()) return "--account is missing: who reads the directory?";
    if (!wanted_.keytab.empty() && !wanted_.password_file.empty()) {
      return "give either --keytab or --password-file";
    }
    if (!wanted_.tenant.empty() && wanted_.client_id.empty()) {
      return "--client-id is missing: the app registration that writes to the tenant";
    }
    if (!wanted_.partition.empty() && !directory::Dn::parse(wanted_.partition).ok()) {
      return "--partition is no DN: " + wanted_.partition;
    }
    return {};
  }

  policy::PolicyDocument policyWanted() const {
    policy::PolicyDocument document;
    document.identity.name =
        wanted_.demo && wanted_.organisation.empty() ? "Example Corporation" : wanted_.organisation;
    document.identity.tenant = wanted_.tenant;
    document.source_anchor.attribute =
        wanted_.source_anchor == "automatic" ? "" : wanted_.source_anchor;
    if (!wanted_.ad_host.empty() || !wanted_.openldap_host.empty()) {
      document.connectors.push_back(ldapConnector());
    } else if (wanted_.demo || !wanted_.ldif_folder.empty()) {
      document.connectors.push_back(ldifConnector());
    }
    if (!wanted_.tenant.empty()) document.connectors.push_back(entraConnector());
    return document;
  }

  policy::ConnectorPolicy ldapConnector() const {
    policy::ConnectorPolicy connector;
    const bool active_directory = !wanted_.ad_host.empty();
    connector.kind = active_directory ? ConnectorKind::kActiveDirectory : ConnectorKind::kOpenLdap;
    policy::LdapConnection& ldap = connector.ldap;
    ldap.host = active_directory ? wanted_.ad_host : wanted_.openldap_host;
    connector.name = domainOf(ldap.host);
    connector.id = home::newGuid();
    ldap.connect_address = wanted_.connect_address;
    ldap.account = wanted_.account;
    ldap.ca_file = absolutePath(wanted_.ca_file);
    ldap.tls = wanted_.start_tls ? policy::TlsMode::kStartTls : policy::TlsMode::kLdaps;
    if (wanted_.keytab.empty()) {
      ldap.password_secret = "directory.password";
    } else {
      ldap.bind = policy::BindMethod::kGssapi;
      ldap.keytab = absolutePath(wanted_.keytab);
      ldap.tls = policy::TlsMode::kNone;  // GSSAPI signs and seals by itself
    }
    if (!wanted_.partition.empty()) connector.partitions.push_back({wanted_.partition, {}, {}});
    return connector;
  }

  policy::ConnectorPolicy ldifConnector() const {
    policy::ConnectorPolicy connector;
    connector.kind = ConnectorKind::kLdif;
    connector.id = home::newGuid();
    connector.name = wanted_.demo ? std::string(kDemoConnector) : "ldif";
    connector.ldif.folder =
        wanted_.demo ? std::string(kDemoFolder) : absolutePath(wanted_.ldif_folder);
    const std::string base = wanted_.demo ? connectors::ldif::ForestPlan().base : wanted_.partition;
    if (!base.empty()) connector.partitions.push_back({base, {}, {}});
    return connector;
  }

  policy::ConnectorPolicy entraConnector() const {
    policy::ConnectorPolicy connector;
    connector.kind = ConnectorKind::kEntra;
    connector.name = "entra";
    connector.id = home::newGuid();
    policy::EntraConnection& entra = connector.entra;
    entra.tenant_id = wanted_.tenant;
    entra.client_id = wanted_.client_id;
    entra.client_secret = "entra.client-secret";
    if (!wanted_.login_url.empty()) entra.authority = wanted_.login_url;
    if (!wanted_.graph_url.empty()) entra.graph = wanted_.graph_url;
    entra.ca_file = absolutePath(wanted_.entra_ca_file);
    if (wanted_.wide_profile) entra.profile = policy::EntraProfile::kSync;
    return connector;
  }

  // dc1.corp.example.com → corp.example.com: a connector is named for its directory.
  static std::string domainOf(const std::string& host) {
    const std::size_t dot = host.find('.');
    const bool has_domain =
        dot != std::string::npos && host.find('.', dot + 1) != std::string::npos;
    return has_domain ? host.substr(dot + 1) : host;
  }

  // The home folder may be used from anywhere, so paths of the command line must not stay relative.
  static std::string absolutePath(const std::string& path) {
    if (path.empty()) return path;
    std::error_code error;
    return std::filesystem::absolute(path, error).lexically_normal().string();
  }

  Result<void> fill(const home::Home& home, connectors::ldif::ForestCounts& counts) const {
    TRY(storeSecrets(home));
    if (wanted_.demo) counts = TRY(makeForest(home));
    return {};
  }

  Result<void> storeSecrets(const home::Home& home) const {
    platform::SealedSecrets secrets = TRY(home.secrets());
    for (const auto& [file, name] :
         {std::pair(&wanted_.password_file, "directory.password"),
          std::pair(&wanted_.client_secret_file, "entra.client-secret")}) {
      if (file->empty()) continue;
      std::string text = TRY(platform::readFile(*file, kSecretLimit));
      const platform::SecretText secret(trimAscii(text));
      platform::wipe(text);
      TRY(secrets.set(name, secret));
    }
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
    const platform::SealedSecrets secrets = TRY(home.secrets());
    std::vector<std::string> missing;
    for (const std::string& name : document.secretNames()) {
      if (!secrets.has(name)) missing.push_back(name);
    }
    const bool active = home.settings().initial_role == home::InitialRole::kActive;
    if (session.json) {
      session.printJson({{"home", home.folder()},
                         {"serverId", home.settings().server_id},
                         {"role", active ? "active" : "staging"},
                         {"people", counts.people},
                         {"groups", counts.groups},
                         {"secretsToSet", missing}});
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
    session.print("Next:");
    for (const std::string& name : missing) {
      session.print(fmt::format("  tandem secret set {} --home {}", name, home.folder()));
    }
    session.print(fmt::format("  tandem policy check --home {}", home.folder()));
    session.print(fmt::format("  tandem cycle initial --home {}", home.folder()));
    return {};
  }

  Wanted wanted_;
};

}  // namespace

std::unique_ptr<Command> makeInitCommand() {
  return std::make_unique<InitCommand>();
}

}  // namespace tandem::cli
