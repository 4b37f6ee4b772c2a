// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "sync/engine.h"

namespace tandem::sync {

// What people call an object when they ask for it, also when it is gone.
inline constexpr std::array<std::string_view, 5> kKnownBy{
    "userPrincipalName", "mail", "sAMAccountName", "uid", "displayName"};

// Writes down that an object went and why; in the caller's transaction.
void recordDeparture(const Engine& engine,
                     const StepRecorder& recorder,
                     const store::ObjectRow& row,
                     store::DepartureKind kind,
                     ConnectorObjectId cause = {},
                     const std::string& detail = {});

}  // namespace tandem::sync
