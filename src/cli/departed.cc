// SPDX-License-Identifier: Apache-2.0
#include "cli/departed.h"

#include <set>

#include <fmt/core.h>

#include "cli/explanation.h"
#include "cli/format.h"
#include "cli/object_text.h"
#include "run/preview_server.h"

namespace tandem::cli {

using store::Departure;
using store::DepartureKind;

namespace {

constexpr std::size_t kShown = 10;
constexpr std::size_t kChainMax = 5;  // a cause has a cause; nobody reads more

std::string when(const Departure& one) {
  return fmt::format("run {}, {}", one.run, formatTime(one.at));
}

// What happened, as the second half of "X …".
std::string deed(store::Store& store, const Departure& one) {
  const std::string connector = store.names().connectorName(one.connector);
  switch (one.kind) {
    case DepartureKind::kReportedDeleted:
      return fmt::format("was deleted in {}: the directory reported it ({})", connector, when(one));
    case DepartureKind::kNotSeen:
      return fmt::format(
          "is not in {} any more: a full import did not see it ({}); it was deleted, or moved "
          "where the policy does not read",
          connector,
          when(one));
    case DepartureKind::kDeletedByOthers:
      return fmt::format(
          "was deleted in {} by somebody else, although it is wanted there: an import found it "
          "gone ({})",
          connector,
          when(one));
    case DepartureKind::kDeprovisioned:
      return fmt::format("was to be deleted from {} ({}): {}", connector, when(one), one.detail);
    case DepartureKind::kDeletionSeen:
      return fmt::format("was deleted from {} by this server; an import has confirmed it ({})",
                         connector,
                         when(one));
  }
  return {};
}

std::string line(store::Store& store, const Departure& one) {
  return fmt::format("#{} {} {}", one.object.raw(), one.dn, deed(store, one));
}

std::string firstName(const Departure& one) {
  return one.names.empty() ? one.dn : one.names.substr(0, one.names.find('\n'));
}

// The sentence that answers "who deleted her?".
std::string causeOf(store::Store& store, const std::vector<Departure>& chain) {
  const Departure& last = chain.front();
  for (const Departure& one : chain) {
    if (one.kind != DepartureKind::kDeprovisioned || one.object != last.object) continue;
    return fmt::format("{} was deleted from {} by this server ({}): {}",
                       firstName(last),
                       store.names().connectorName(last.connector),
                       when(last),
                       one.detail);
  }
  return firstName(last) + " " + deed(store, last);
}

// Of the object itself, and then of what led to it.
std::vector<Departure> chainOf(store::Store& store, directory::ConnectorObjectId first) {
  std::vector<Departure> chain;
  std::set<std::int64_t> seen;
  directory::ConnectorObjectId id = first;
  for (std::size_t i = 0; i < kChainMax && id.raw() != 0 && seen.insert(id.raw()).second; ++i) {
    directory::ConnectorObjectId next;
    for (Departure& one : store.departures().of(id, kShown)) {
      if (next.raw() == 0) next = one.cause;
      chain.push_back(std::move(one));
    }
    id = next;
  }
  return chain;
}

// A full import did not see it: does the policy still read where it was?
std::string whyNotSeen(const StoreView& view, const Departure& one) {
  const Result<policy::PolicyDocument> policy = view.home().usablePolicy();
  if (!policy.ok()) return {};
  const policy::ConnectorPolicy* const connector =
      policy.value().findConnector(view.store().names().connectorName(one.connector));
  return connector == nullptr ? std::string() : run::whyNotRead(*connector, one.dn);
}

// An object that went leaves what it led to in the target: the better answer.
directory::ConnectorObjectId whatWent(store::Store& store, const Departure& found) {
  const std::vector<Departure> led_to = store.departures().causedBy(found.object, 1);
  return led_to.empty() ? found.object : led_to.front().object;
}

}  // namespace

std::vector<std::string> departuresOf(store::Store& store, directory::ConnectorObjectId id) {
  std::vector<std::string> lines;
  for (const Departure& one : store.departures().of(id, kShown))
    lines.push_back(line(store, one));
  for (const Departure& one : store.departures().causedBy(id, kShown))
    lines.push_back(line(store, one));
  return lines;
}

std::optional<Explanation> explainDeparted(const StoreView& view, const std::string& text) {
  store::Store& store = view.store();
  const std::vector<Departure> found = store.departures().find(text, 1);
  if (found.empty()) return std::nullopt;
  const directory::ConnectorObjectId id = whatWent(store, found.front());
  const std::vector<Departure> chain = chainOf(store, id);
  if (chain.empty()) return std::nullopt;
  Explanation explanation;
  explanation.dn = found.front().dn;
  explanation.cause = causeOf(store, chain);
  for (const Departure& one : chain) {
    if (one.kind != DepartureKind::kNotSeen) continue;
    if (const std::string why = whyNotSeen(view, one); !why.empty())
      explanation.cause += "; " + why;
  }
  for (const Departure& one : chain) {
    Explanation::Step step;
    step.stage = store.names().connectorName(one.connector);
    step.ok = false;
    step.text = line(store, one);
    for (const store::JournalRow& entry : store.exports().journalOf(one.object, kShown)) {
      if (one.kind != DepartureKind::kDeprovisioned) continue;
      step.details.push_back(fmt::format("{} sent {} in run {}: {}",
                                         operationWord(entry.operation),
                                         formatTime(entry.sent_at),
                                         entry.run,
                                         entry.answered_at == 0 ? "no answer yet" : entry.outcome));
    }
    explanation.steps.push_back(std::move(step));
  }
  return explanation;
}

}  // namespace tandem::cli
