// SPDX-License-Identifier: Apache-2.0
#include "service/change_watch.h"

#include <utility>

#include "base/log.h"
#include "directory/attribute_table.h"
#include "run/connector_factory.h"

namespace tandem::service {

void ChangeWatch::onTick() {
  const std::optional<Marks> marks = probe_();
  if (!marks) return seen_.clear();
  bool changed = false;
  for (const auto& [connector, mark] : *marks)
    changed = look(connector, mark) || changed;
  if (changed) on_change_();
}

// The first mark says nothing: what was before it is for the cycle that starts with the service.
bool ChangeWatch::look(const std::string& connector, const Result<std::string>& mark) {
  Seen& seen = seen_[connector];
  if (!mark.ok()) {
    if (seen.failure != mark.error().message()) {
      logWarning(connector + " cannot be watched for changes: " + mark.error().message());
    }
    seen.failure = mark.error().message();
    return false;
  }
  seen.failure.clear();
  const std::string before = std::exchange(seen.mark, mark.value());
  return !before.empty() && before != seen.mark;
}

ChangeWatch::Probe directoryProbe(const home::Home& home, platform::Clock& clock) {
  return [home, &clock]() -> std::optional<ChangeWatch::Marks> {
    const Result<policy::PolicyDocument> policy = home.usablePolicy();
    if (!policy.ok() || !policy.value().scheduler.on_change) return std::nullopt;
    ChangeWatch::Marks marks;
    for (const policy::ConnectorPolicy& connector : policy.value().connectors) {
      if (!connector.isSource()) continue;
      const auto ask = [&]() -> Result<std::optional<std::string>> {
        directory::AttributeTable attributes;
        directory::NameTable types;
        const auto opened = TRY(
            run::makeConnector(connector, home, run::NameTables{attributes, types}, clock, true));
        return opened->changeMark();
      };
      Result<std::optional<std::string>> mark = ask();
      if (!mark.ok()) {
        marks.emplace(connector.name, mark.error());
      } else if (mark.value()) {
        marks.emplace(connector.name, *mark.value());
      }
    }
    return marks;
  };
}

}  // namespace tandem::service
