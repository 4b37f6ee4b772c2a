// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace tandem::cli {

// What init is told on the command line; enough for one directory and one tenant. The rest is
// edited in policy.json, or comes from another server's with --import.
struct InitOptions {
  bool demo = false;
  std::uint64_t people = 1000;
  bool active = false;
  bool staging = false;
  std::string organisation;
  std::string tenant;
  std::string source_anchor;
  std::string ad_host, openldap_host, ldif_folder;
  std::string connect_address, account, keytab, ca_file, partition;
  bool start_tls = false;
  std::string password_file;
  std::string client_id, login_url, graph_url, entra_ca_file, client_secret_file;
  bool wide_profile = false;
  std::string import_file, secrets_file;

  // What contradicts itself or is missing, with what to do; "" when all is well.
  std::string contradiction() const;
  std::string contradictionOfImport() const;
};

// The home folder may be used from anywhere, so paths of the command line must not stay relative.
std::string absolutePath(const std::string& path);

}  // namespace tandem::cli
