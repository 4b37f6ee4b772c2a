// SPDX-License-Identifier: Apache-2.0
//
// Before a server does its work: would it? Every check that needs no store, so that a new server
// can be looked at before its first run. Nothing is written anywhere, and no lock is taken.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "connectors/test_finding.h"
#include "home/home.h"
#include "platform/clock.h"

namespace tandem::run {

inline constexpr std::string_view kThisServer = "this server";

struct PreflightFinding {
  std::string subject;  // kThisServer, or the connector's name
  connectors::TestFinding finding;
};

struct PreflightReport {
  std::vector<PreflightFinding> findings;
  std::size_t count(connectors::TestVerdict verdict) const;
};

// An error only when the policy cannot be used: then there is nothing to check.
Result<PreflightReport> runPreflight(const home::Home& home, platform::Clock& clock);

}  // namespace tandem::run
