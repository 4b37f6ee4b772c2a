// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "cli/session.h"
#include "home/home.h"
#include "policy/policy_document.h"

namespace tandem::cli {

// Who edits it, for its history. what: the command.
home::PolicyEdit editOf(const Session& session, std::string_view what);

// Reads the policy, changes it, writes it: under the lock for edits.
Result<policy::PolicyDocument> editPolicy(
    const Session& session,
    const home::Home& home,
    std::string_view what,
    const std::function<Result<void>(policy::PolicyDocument&)>& change);

}  // namespace tandem::cli
