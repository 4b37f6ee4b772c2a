// SPDX-License-Identifier: Apache-2.0
//
// Writes single entries of a directory, with an account that may. Connectors never use it: imports
// read, and nothing that the rules want is written to a source. It is for test users.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "connectors/directory_settings.h"

namespace tandem::connectors::ldap {

class Session;

class LdapEditor {
 public:
  // Connects, secures and signs in.
  static Result<std::unique_ptr<LdapEditor>> open(LdapSettings settings);
  ~LdapEditor();

  Result<void> add(const std::string& dn,
                   const std::vector<std::pair<std::string, std::vector<std::string>>>& attributes);
  // kNotFound: there is no such entry.
  Result<void> remove(const std::string& dn);
  // Empty: the entry has no such attribute, or it may not be read.
  Result<std::vector<std::string>> values(const std::string& dn, const std::string& attribute);
  // No values: the attribute is removed, if it is there.
  Result<void> replace(const std::string& dn,
                       const std::string& attribute,
                       const std::vector<std::string>& values);

 private:
  explicit LdapEditor(std::unique_ptr<Session> session);
  Result<void> answered(int code, const std::string& doing) const;

  std::unique_ptr<Session> session_;
};

}  // namespace tandem::connectors::ldap
