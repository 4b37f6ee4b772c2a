// SPDX-License-Identifier: Apache-2.0
#include "connectors/test_finding.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace tandem::connectors {
namespace {

constexpr std::int64_t kWarnSeconds = 60;
constexpr std::int64_t kRefuseSeconds = 300;  // where Kerberos and token services stop, by default

}  // namespace

std::string_view toString(TestVerdict verdict) {
  switch (verdict) {
    case TestVerdict::kOk:
      return "ok";
    case TestVerdict::kWarning:
      return "warning";
    case TestVerdict::kRefused:
      return "refused";
  }
  return "";
}

TestFinding TestFinding::ok(std::string check, std::string detail) {
  return {std::move(check), TestVerdict::kOk, std::move(detail), ""};
}

TestFinding TestFinding::warning(std::string check, std::string detail, std::string next) {
  return {std::move(check), TestVerdict::kWarning, std::move(detail), std::move(next)};
}

TestFinding TestFinding::refused(std::string check, std::string detail, std::string next) {
  return {std::move(check), TestVerdict::kRefused, std::move(detail), std::move(next)};
}

TestFinding compareClocks(std::optional<std::int64_t> theirs,
                          std::int64_t ours,
                          std::string_view whom) {
  if (!theirs) return TestFinding::ok("clock", fmt::format("{} does not tell its time", whom));
  const std::int64_t ahead = *theirs - ours;
  const std::int64_t apart = std::abs(ahead);
  if (apart < kWarnSeconds) {
    return TestFinding::ok("clock", fmt::format("{} s apart from {}", apart, whom));
  }
  const bool refused = apart >= kRefuseSeconds;
  return {"clock",
          refused ? TestVerdict::kRefused : TestVerdict::kWarning,
          fmt::format("the clocks of this machine and of {} are {} s apart ({} is {})",
                      whom,
                      apart,
                      whom,
                      ahead > 0 ? "ahead" : "behind"),
          fmt::format("set both by NTP; Kerberos, certificates and tokens fail from {} s on",
                      kRefuseSeconds)};
}

}  // namespace tandem::connectors
