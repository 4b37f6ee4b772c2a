// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/session.h"
#include "policy/policy_reader.h"

namespace tandem::cli {

// A policy file that somebody brings: read and checked as a run would, all problems with their
// lines.
Result<policy::ReadPolicy> readPolicyFile(const std::string& file);
// Tells what is wrong with it. Nothing has been changed by then.
void reportBadPolicy(Session& session, const std::string& file, const policy::ReadPolicy& read);
// The same for a file or folder of another format.
void reportBadConfiguration(Session& session, const std::string& path, const Problems& problems);
nlohmann::ordered_json problemsJson(const Problems& problems);

// "exported by ada on sync01 at … (Tandem 0.1, server …)"; "" when it does not say.
std::string originOf(const policy::PolicyDocument& document);
nlohmann::ordered_json originJson(const policy::PolicyDocument& document);
// Without what is for reading only: what a server keeps.
policy::PolicyDocument settingsAlone(policy::PolicyDocument document);
// What deserves a second thought before one policy takes the place of another; a line each.
std::string replacementWarnings(const policy::PolicyDocument& before,
                                const policy::PolicyDocument& after);
// One line each; what this release has otherwise than the exporting one.
std::string standardRulesNote(const policy::PolicyDocument& document);

}  // namespace tandem::cli
