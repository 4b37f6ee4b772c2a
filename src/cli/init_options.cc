// SPDX-License-Identifier: Apache-2.0
#include "cli/init_options.h"

#include <filesystem>
#include <system_error>

#include "directory/dn.h"

namespace tandem::cli {

std::string InitOptions::contradictionOfImport() const {
  if (active) {
    return "--active does not go with --import: the server whose settings these are may be writing "
           "to "
           "the tenant now, and two that write undo each other's work. The new one starts in "
           "staging";
  }
  if (demo || !ad_host.empty() || !openldap_host.empty()) {
    return "--import brings the sources: leave out --demo, --ad and --openldap";
  }
  if (!tenant.empty() || !source_anchor.empty() || !partition.empty() || !organisation.empty() ||
      start_tls || wide_profile) {
    return "--import brings tenant, source anchor, partitions, organisation and the kind of "
           "encryption: to change one of them, edit the file";
  }
  if (!password_file.empty() || !client_secret_file.empty()) {
    return "with --import all secrets come from one --secrets-file, from the environment "
           "(TANDEM_SECRET_...) or from the terminal";
  }
  return {};
}

std::string InitOptions::contradiction() const {
  if (!import_file.empty()) return contradictionOfImport();
  if (!secrets_file.empty()) return "--secrets-file goes with --import";
  const bool has_ldap = !ad_host.empty() || !openldap_host.empty();
  if (demo && (has_ldap || !ldif_folder.empty())) {
    return "--demo brings its own source: leave out --ad, --openldap and --ldif";
  }
  if (has_ldap && account.empty()) return "--account is missing: who reads the directory?";
  if (!keytab.empty() && !password_file.empty()) {
    return "give either --keytab or --password-file";
  }
  if (!tenant.empty() && client_id.empty()) {
    return "--client-id is missing: the app registration that writes to the tenant";
  }
  if (!partition.empty() && !directory::Dn::parse(partition).ok()) {
    return "--partition is no DN: " + partition;
  }
  return {};
}

std::string absolutePath(const std::string& path) {
  if (path.empty()) return path;
  std::error_code error;
  return std::filesystem::absolute(path, error).lexically_normal().string();
}

}  // namespace tandem::cli
