// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "connectors/ldap/session.h"
#include "directory/sid.h"

namespace tandem::connectors::ldap {

// Which object of Active Directory has a SID. It is asked in the middle of an import, when an entry
// names another one so; each SID once an import.
class SidNames {
 public:
  explicit SidNames(Session& session) : session_(&session) {}

  // An extended DN; empty when there is no such object, and after an error.
  std::string find(const directory::Sid& sid);
  // What went wrong: then the import cannot be trusted.
  Result<void> takeError();

 private:
  Result<std::string> ask(const directory::Sid& sid);

  Session* session_;
  std::map<std::string, std::string> known_;
  Result<void> outcome_;
};

}  // namespace tandem::connectors::ldap
