// SPDX-License-Identifier: Apache-2.0
//
// What somebody has filled in, in the set-up wizard.
#pragma once

#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "policy/policy_document.h"

namespace tandem::web {

// What 'tandem init --import' is given.
struct SetupFiles {
  std::string settings;  // a policy, or another server's settings in whatever format they came
  std::string secrets;   // JSON: values by name
  std::map<std::string, std::string> authorities;  // file name → PEM; they lie in the home folder
  bool is_active = false;
  bool starts_cycle = false;
};

// kInvalidArgument names what is missing or contradicts itself. Members, all optional but a source:
// import {content, name}; secrets {name: value}; organisation; signIn; sourceAnchor; directories
// [{name, kind, host, account, password, tls, connectAddress, folder, ca}]; tenant {tenant,
// clientId, clientSecret, loginUrl, graphUrl, ca, syncProfile}; include and exclude {connector:
// [DN]}; optionalFeatures {}; staging; startCycle.
Result<SetupFiles> readSetupRequest(const nlohmann::ordered_json& request);

}  // namespace tandem::web
