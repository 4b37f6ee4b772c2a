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
  const std::string setting = settingOf(connector.id);
  const std::string value = ahead ? std::to_string(*ahead) : "0";
  // A difference of some seconds is no news: a cycle in which nothing happens writes nothing.
  const TestFinding finding = compare(ahead.value_or(0), connector.policy->name);
  const std::string kept = finding.isOk() ? "0" : value;
  if (store.setting(setting).value_or("0") != kept) store.setSetting(setting, kept);
  return finding.isOk() ? std::string() : fmt::format("{}: {}", finding.detail, finding.next);
}

std::string whyClocksForbidExport(Server& server) {
  for (const ServerConnector& connector : server.connectors()) {
    const std::optional<std::string> kept = server.store().setting(settingOf(connector.id));
    const TestFinding finding =
        compare(kept ? parseInteger(*kept).value_or(0) : 0, connector.policy->name);
    if (finding.verdict != TestVerdict::kRefused) continue;
    return fmt::format(
        "nothing was exported: {}. Set this machine's clock, or that one, by NTP, then import "
        "again: tandem cycle delta",
        finding.detail);
  }
  return {};
}

}  // namespace tandem::run
