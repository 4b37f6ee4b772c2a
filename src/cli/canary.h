// SPDX-License-Identifier: Apache-2.0
//
// A canary from a command: what was asked for becomes a plan, each step is printed as it ends, and
// the reasons come from what 'tandem why' says. 'tandem canary' is one user of it, a swap another.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "cli/session.h"
#include "run/canary.h"

namespace tandem::cli {

struct CanaryArguments {
  std::string connector;       // of the source; empty: the first, or that of the user
  std::string user;            // follow, or change, one who is there; empty: make a test user
  std::string change;          // attribute; with user
  bool wants_change = false;   // with an empty attribute: one that the rules use
  std::string container;       // DN under which the test user is made
  std::string account;         // that may write into an LDAP directory
  std::string password_file;   // of the account
  std::string account_secret;  // the name of a secret of this home, in place of the file
  bool keep = false;
  std::int64_t wait_seconds = 1800;  // for a cycle that runs in this home
};

// Opens the server, so the caller must not hold it. Prints unless session.json.
Result<run::CanaryReport> runCanary(Session& session, const CanaryArguments& arguments);
// The end of it: the cause of a stop, the time, what was removed; or the JSON.
ExitCode reportCanary(Session& session, const run::CanaryReport& report);

}  // namespace tandem::cli
