// SPDX-License-Identifier: Apache-2.0
#include "run/canary_directory.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "connectors/ldap/ldap_editor.h"
#include "connectors/ldif/forest.h"
#include "connectors/ldif/ldif_parser.h"
#include "directory/guid.h"
#include "run/connector_factory.h"
#include "run/home_secrets.h"

namespace tandem::run {
namespace {

using connectors::ldap::LdapEditor;

constexpr std::string_view kCanaryFile = "tandem-canary.ldif";
constexpr std::string_view kDescription = "Test user of 'tandem canary'; removed when it is done";

using Attributes = std::vector<std::pair<std::string, std::vector<std::string>>>;

Attributes attributesOf(const CanaryUser& user) {
  Attributes attributes;
  if (user.is_inet_org_person) {
    attributes.push_back(
        {"objectClass", {"top", "person", "organizationalPerson", "inetOrgPerson"}});
    attributes.push_back({"uid", {user.account}});
  } else {
    attributes.push_back({"objectClass", {"top", "person", "organizationalPerson", "user"}});
    attributes.push_back({"sAMAccountName", {user.account}});
    attributes.push_back({"userPrincipalName", {user.principal}});
    // Disabled, and so allowed to be without a password.
    attributes.push_back({"userAccountControl", {"514"}});
    // Without it the tenant makes one of the mail address, which would then be a difference.
    attributes.push_back({"proxyAddresses", {"SMTP:" + user.principal}});
  }
  attributes.push_back({"cn", {user.account}});
  attributes.push_back({"sn", {"Canary"}});
  attributes.push_back({"givenName", {"Tandem"}});
  attributes.push_back({"displayName", {"Tandem Canary"}});
  attributes.push_back({"mail", {user.principal}});
  attributes.push_back({"description", {std::string(kDescription)}});
  return attributes;
}

class LdifCanary final : public CanaryDirectory {
 public:
  explicit LdifCanary(std::string folder) : folder_(std::move(folder)) {}

  Result<void> add(const CanaryUser& user) override {
    std::string text;
    connectors::ldif::appendLdifLine(text, "dn", user.dn);
    for (const auto& [name, values] : attributesOf(user)) {
      for (const std::string& value : values)
        connectors::ldif::appendLdifLine(text, name, value);
    }
    // What a directory makes itself.
    const std::string guid = home::newGuid();
    if (user.is_inet_org_person) {
      connectors::ldif::appendLdifLine(text, "entryUUID", guid);
    } else if (const auto parsed = directory::Guid::parseActiveDirectory(guid)) {
      connectors::ldif::appendLdifLine(text, "objectGUID", parsed->bytes());
    }
    return connectors::ldif::addLdifEntry(folder_, std::string(kCanaryFile), text + "\n");
  }

  Result<void> remove(const std::string& dn) override {
    TRY(connectors::ldif::removeLdifEntry(folder_, dn));
    std::error_code ignored;
    const std::filesystem::path file = std::filesystem::path(folder_) / kCanaryFile;
    if (std::filesystem::file_size(file, ignored) == 0) std::filesystem::remove(file, ignored);
    return {};
  }

  Result<std::vector<std::string>> values(const std::string& dn,
                                          const std::string& attribute) override {
    return connectors::ldif::ldifAttribute(folder_, dn, attribute);
  }

  Result<void> replace(const std::string& dn,
                       const std::string& attribute,
                       const std::vector<std::string>& values) override {
    return connectors::ldif::setLdifAttribute(folder_, dn, attribute, values);
  }

 private:
  std::string folder_;
};

class LdapCanary final : public CanaryDirectory {
 public:
  explicit LdapCanary(std::unique_ptr<LdapEditor> editor) : editor_(std::move(editor)) {}

  Result<void> add(const CanaryUser& user) override {
    return editor_->add(user.dn, attributesOf(user));
  }
  Result<void> remove(const std::string& dn) override { return editor_->remove(dn); }
  Result<std::vector<std::string>> values(const std::string& dn,
                                          const std::string& attribute) override {
    return editor_->values(dn, attribute);
  }
  Result<void> replace(const std::string& dn,
                       const std::string& attribute,
                       const std::vector<std::string>& values) override {
    return editor_->replace(dn, attribute, values);
  }

 private:
  std::unique_ptr<LdapEditor> editor_;
};

}  // namespace

Result<std::unique_ptr<CanaryDirectory>> openCanaryDirectory(
    const home::Home& home,
    const policy::ConnectorPolicy& connector,
    const CanaryAccount& account) {
  using Opened = std::unique_ptr<CanaryDirectory>;
  if (connector.kind == policy::ConnectorKind::kLdif) {
    return Opened(std::make_unique<LdifCanary>(pathIn(home, connector.ldif.folder)));
  }
  if (account.name.empty()) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("{} is only read by this server, with an account that should not be "
                             "able to write: name one that may, with --account and "
                             "--password-file; or follow somebody who is there, with --user",
                             connector.name));
  }
  connectors::LdapSettings settings = ldapSettingsOf(connector, home);
  settings.bind = connectors::LdapBind::kSimple;
  settings.user = account.name;
  settings.password = account.password.reveal();
  // A password in the clear is for nobody: Kerberos seals by itself, a password needs TLS.
  if (connector.ldap.bind == policy::BindMethod::kGssapi &&
      settings.security == connectors::LdapSecurity::kPlain && !settings.allow_plain) {
    settings.security = connectors::LdapSecurity::kLdaps;
    settings.port = 0;
  }
  auto editor = TRY_DOING(LdapEditor::open(std::move(settings)),
                          fmt::format("signing in to {} as {}", connector.name, account.name));
  return Opened(std::make_unique<LdapCanary>(std::move(editor)));
}

}  // namespace tandem::run
