// SPDX-License-Identifier: Apache-2.0
#include "run/clock_check.h"

#include <fmt/format.h>

#include "base/text.h"

namespace tandem::run {
namespace {

using connectors::TestFinding;
using connectors::TestVerdict;

std::string settingOf(directory::ConnectorId connector) {
  return fmt::format("clock_ahead:{}", connector.raw());
}

TestFinding compare(std::int64_t ahead, const std::string& name) {
  return connectors::compareClocks(ahead, /*ours=*/0, name);
}

}  // namespace

std::string noteClock(store::Store& store, const ServerConnector& connector) {
  const std::optional<std::int64_t> ahead = connector.connector->clockAhead();
  const TestFinding finding = compare(ahead.value_or(0), connector.policy->name);
  if (connector.connector->canExport()) {
    // A difference of some seconds is no news: a cycle in which nothing happens writes nothing.
    const std::string setting = settingOf(connector.id);
    const std::string kept = finding.isOk() ? "0" : std::to_string(ahead.value_or(0));
    if (store.setting(setting).value_or("0") != kept) store.setSetting(setting, kept);
  }
  return finding.isOk() ? std::string() : fmt::format("{}: {}", finding.detail, finding.next);
}

std::string whyClockForbidsExport(Server& server, const ServerConnector& connector) {
  const std::optional<std::string> kept = server.store().setting(settingOf(connector.id));
  const TestFinding finding =
      compare(kept ? parseInteger(*kept).value_or(0) : 0, connector.policy->name);
  if (finding.verdict != TestVerdict::kRefused) return {};
  return fmt::format(
      "nothing was exported: {}. Set this machine's clock, or that one, by NTP, then import "
      "again: tandem cycle delta",
      finding.detail);
}

std::string clockDifference(store::Store& store,
                            directory::ConnectorId connector,
                            const std::string& name) {
  const std::optional<std::string> kept = store.setting(settingOf(connector));
  const TestFinding finding = compare(kept ? parseInteger(*kept).value_or(0) : 0, name);
  return finding.isOk() ? std::string() : finding.detail;
}

}  // namespace tandem::run
