// SPDX-License-Identifier: Apache-2.0
//
// What has to go with a policy to another server and is not in it: secrets, and files that it
// names.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/session.h"
#include "home/home.h"
#include "policy/requirements.h"

namespace tandem::cli {

struct Checklist {
  std::vector<policy::RequiredSecret> secrets;
  std::vector<policy::RequiredFile> files;

  bool isEmpty() const { return secrets.empty() && files.empty(); }
  std::vector<std::string> secretNames() const;
};

// Everything that the policy needs.
Checklist checklistOf(const policy::PolicyDocument& document);
// Of that, what this server does not have yet.
Result<Checklist> missingHere(const home::Home& home, const policy::PolicyDocument& document);

// Lines for people, without a title.
std::string listSecrets(const std::vector<policy::RequiredSecret>& secrets);
std::string listFiles(const std::vector<policy::RequiredFile>& files);
nlohmann::ordered_json toJson(const Checklist& checklist);

}  // namespace tandem::cli
