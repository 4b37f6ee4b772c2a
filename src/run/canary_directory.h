// SPDX-License-Identifier: Apache-2.0
//
// Where a canary writes: a connected directory of people. Connectors of sources only read, and so
// they stay: this is a small door of its own, opened by one command, with an account that the
// policy does not have.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "home/home.h"
#include "platform/secret_text.h"
#include "policy/policy_document.h"

namespace tandem::run {

// The test user. Its account is disabled and has no password: nobody can sign in with it.
struct CanaryUser {
  std::string dn;
  std::string account;    // sAMAccountName or uid; also the common name
  std::string principal;  // userPrincipalName and mail
  bool is_inet_org_person = false;
};

class CanaryDirectory {
 public:
  virtual ~CanaryDirectory() = default;
  virtual Result<void> add(const CanaryUser& user) = 0;
  // kNotFound: there is no such entry; for a clean-up that is as good as removed.
  virtual Result<void> remove(const std::string& dn) = 0;
  virtual Result<std::vector<std::string>> values(const std::string& dn,
                                                  const std::string& attribute) = 0;
  // No values: the attribute is removed.
  virtual Result<void> replace(const std::string& dn,
                               const std::string& attribute,
                               const std::vector<std::string>& values) = 0;
};

// Who may write. Not needed for a folder of LDIF.
struct CanaryAccount {
  std::string name;  // DN or UPN; empty: none was given
  platform::SecretText password;
};

// kInvalidArgument when the connector needs an account and none is given.
Result<std::unique_ptr<CanaryDirectory>> openCanaryDirectory(
    const home::Home& home, const policy::ConnectorPolicy& connector, const CanaryAccount& account);

}  // namespace tandem::run
