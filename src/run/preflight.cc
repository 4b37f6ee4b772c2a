// SPDX-License-Identifier: Apache-2.0
#include "run/preflight.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "run/connector_factory.h"
#include "run/preflight_machine.h"

namespace tandem::run {
namespace {

using connectors::TestFinding;
using connectors::TestVerdict;

// What one connector says, and how many objects it has.
struct ConnectorAnswer {
  std::vector<TestFinding> findings;
  std::optional<std::uint64_t> objects;
};

ConnectorAnswer askConnector(const policy::ConnectorPolicy& policy,
                             const home::Home& home,
                             bool has_secrets,
                             platform::Clock& clock) {
  directory::AttributeTable attributes;
  directory::NameTable object_types;
  const NameTables names{attributes, object_types};
  // Without its secret a connector still shows whether the network and the encryption are fine.
  auto connector = makeConnector(policy, home, names, clock, has_secrets);
  if (!connector.ok()) {
    return {{TestFinding::refused("settings", connector.error().message())}, std::nullopt};
  }
  ConnectorAnswer answer;
  answer.findings = connector.value()->testConnection();
  const bool works =
      std::none_of(answer.findings.begin(), answer.findings.end(), [](const TestFinding& finding) {
        return finding.verdict == TestVerdict::kRefused;
      });
  if (works) answer.objects = connector.value()->countObjects();
  return answer;
}

class Preflight {
 public:
  Preflight(const home::Home& home, const policy::PolicyDocument& policy, platform::Clock& clock)
      : home_(home), policy_(policy), clock_(clock) {}

  PreflightReport run() {
    add(kThisServer, checkVersions());
    add(kThisServer, checkFileModes(home_));
    const bool has_secrets = checkSecrets();
    add(kThisServer, checkFiles(home_, policy_));
    std::vector<PreflightFinding> mine = std::move(report_.findings);
    report_.findings.clear();
    std::optional<std::uint64_t> most;
    for (const policy::ConnectorPolicy& connector : policy_.connectors) {
      ConnectorAnswer answer = askConnector(connector, home_, has_secrets, clock_);
      add(connector.name, std::move(answer.findings));
      if (answer.objects) most = std::max(most.value_or(0), *answer.objects);
    }
    // Space comes with the server's own checks, but needs what the connectors say.
    std::swap(mine, report_.findings);
    add(kThisServer, checkSpace(home_, most));
    std::move(mine.begin(), mine.end(), std::back_inserter(report_.findings));
    return std::move(report_);
  }

 private:
  void add(std::string_view subject, std::vector<TestFinding> findings) {
    for (TestFinding& finding : findings)
      report_.findings.push_back({std::string(subject), std::move(finding)});
  }

  bool checkSecrets() {
    std::vector<TestFinding> findings = checkSecretsSet(home_, policy_);
    const bool good = std::all_of(
        findings.begin(), findings.end(), [](const TestFinding& one) { return one.isOk(); });
    add(kThisServer, std::move(findings));
    return good;
  }

  const home::Home& home_;
  const policy::PolicyDocument& policy_;
  platform::Clock& clock_;
  PreflightReport report_;
};

}  // namespace

std::size_t PreflightReport::count(TestVerdict verdict) const {
  const auto same = [&](const PreflightFinding& one) { return one.finding.verdict == verdict; };
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), same));
}

Result<PreflightReport> runPreflight(const home::Home& home, platform::Clock& clock) {
  const policy::PolicyDocument policy = TRY(home.usablePolicy());
  return Preflight(home, policy, clock).run();
}

}  // namespace tandem::run
