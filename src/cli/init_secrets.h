// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/session.h"
#include "platform/secret_text.h"
#include "policy/requirements.h"

namespace tandem::cli {

using SecretValues = std::map<std::string, platform::SecretText>;

struct GivenSecrets {
  SecretValues values;                 // by name; what was not given is missing
  std::vector<std::string> not_asked;  // names of the file that the policy does not have
};

// The secrets that a policy needs: from a file, else from the environment, else from the person at
// the terminal, who may leave one out.
Result<GivenSecrets> gatherSecrets(const Session& session,
                                   const std::vector<policy::RequiredSecret>& needed,
                                   const std::string& file);

// NAME=VALUE lines, or one JSON object. Refuses a file that others may read.
Result<SecretValues> readSecretsFile(const std::string& path);

// "directory.password" -> "TANDEM_SECRET_DIRECTORY_PASSWORD"
std::string variableFor(std::string_view secret_name);

}  // namespace tandem::cli
