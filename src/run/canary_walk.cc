// SPDX-License-Identifier: Apache-2.0
#include "run/canary_walk.h"

#include <fmt/format.h>

#include "connectors/entry/container_scope.h"
#include "directory/dn.h"
#include "run/canary_removal.h"

namespace tandem::run {
namespace {

using directory::ConnectorObjectId;
using policy::RunStep;
using store::PendingOperation;

std::string_view wordOf(PendingOperation operation) {
  switch (operation) {
    case PendingOperation::kAdd:
      return "an add";
    case PendingOperation::kUpdate:
      return "an update";
    case PendingOperation::kDelete:
      return "a deletion";
  }
  return "a change";
}

// Attributes with no value are those that are to be absent.
std::size_t attributesIn(std::string_view record) {
  std::size_t count = 0;
  directory::RecordReader reader(record);
  while (const auto attribute = reader.next())
    count += attribute->values.isEmpty() ? 0U : 1U;
  return count;
}

class Canary {
 public:
  Canary(Server& server, const CanaryPlan& plan, const CanaryParts& parts)
      : server_(server), store_(server.store()), plan_(plan), parts_(parts) {
    report_.user = plan.user.dn;
  }

  CanaryReport follow();

 private:
  bool make();
  bool import();
  bool synchronize();
  bool findWanted();
  bool findPending();
  bool exportIt();
  bool seeIt();

  bool find();
  bool showsChange(const store::ObjectRow& row) const;
  bool isConfirmed() const;
  std::string whyNotImported() const;
  bool ran(CanaryStage stage, ServerConnector& connector, RunStep step);
  bool passed(CanaryStage stage, std::string text);
  bool stop(CanaryStage stage, std::string text, CanaryCause cause, std::string next);
  bool stopWhy(CanaryStage stage, std::string text, std::string next);
  std::string askWhy() const;
  double seconds() const {
    return std::chrono::duration<double>(parts_.clock->monotonicNow() - began_).count();
  }
  bool isCancelled() const { return parts_.cancel != nullptr && parts_.cancel->load(); }
  const std::string& sourceName() const { return plan_.source->policy->name; }
  const std::string& targetName() const { return target_->policy->name; }

  Server& server_;
  store::Store& store_;
  const CanaryPlan& plan_;
  const CanaryParts& parts_;
  CanaryReport report_;
  ServerConnector* target_ = nullptr;
  ConnectorObjectId id_;         // in the source's space
  ConnectorObjectId target_id_;  // in the target's
  bool has_sent_ = false;
  platform::MonotonicTime began_;  // the step
};

bool Canary::passed(CanaryStage stage, std::string text) {
  report_.steps.push_back({stage, true, std::move(text), seconds()});
  if (parts_.on_step) parts_.on_step(report_.steps.back());
  began_ = parts_.clock->monotonicNow();
  return true;
}

bool Canary::stop(CanaryStage stage, std::string text, CanaryCause cause, std::string next) {
  report_.steps.push_back({stage, false, std::move(text), seconds()});
  report_.stopped_at = stage;
  report_.cause = std::move(cause);
  report_.next = std::move(next);
  if (parts_.on_step) parts_.on_step(report_.steps.back());
  return false;
}

bool Canary::stopWhy(CanaryStage stage, std::string text, std::string next) {
  CanaryCause cause;
  const bool is_change = plan_.kind == CanaryKind::kChange && stage != CanaryStage::kSynchronized;
  if (parts_.why) cause = parts_.why(id_, is_change ? plan_.attribute : std::string());
  if (cause.sentence.empty()) cause.sentence = text;
  return stop(stage, std::move(text), std::move(cause), std::move(next));
}

bool Canary::ran(CanaryStage stage, ServerConnector& connector, RunStep step) {
  const Result<RunSummary> run = parts_.run(connector, step);
  if (!run.ok()) {
    return stop(stage,
                fmt::format("{} could not be run", connector.policy->name),
                {run.error().message(), {}},
                "tandem check preflight");
  }
  const RunSummary& summary = run.value();
  if (summary.exitCode() == 0) return true;
  const bool guarded = summary.exitCode() == 3;
  return stop(stage,
              fmt::format("{} of {}: {}", summary.profile, summary.connector, summary.result),
              {summary.message, {}},
              guarded ? "tandem pending" : "tandem check preflight, then tandem canary again");
}

bool Canary::make() {
  if (plan_.kind == CanaryKind::kFollow) return true;
  const bool is_new = plan_.kind == CanaryKind::kMake;
  CanaryMark mark{sourceName(), plan_.user.dn, is_new ? "" : plan_.attribute, {}};
  const auto write = [&]() -> Result<void> {
    if (!is_new) mark.before = TRY(parts_.directory->values(plan_.user.dn, plan_.attribute));
    TRY(writeCanaryMark(server_.home(), mark));
    if (is_new) return parts_.directory->add(plan_.user);
    return parts_.directory->replace(plan_.user.dn, plan_.attribute, {plan_.value});
  };
  if (const Result<void> written = write(); !written.ok()) {
    // A clear refusal has left nothing; after a lost connection nobody knows.
    const bool refused = written.error().code() != ErrorCode::kUnavailable;
    if (refused) static_cast<void>(removeCanaryMark(server_.home()));
    return stop(CanaryStage::kMade,
                fmt::format("{} does not take it", sourceName()),
                {written.error().message(), {}},
                "name an account that may write there (--account), or follow a user who is there "
                "(--user)");
  }
  return passed(
      CanaryStage::kMade,
      is_new
          ? fmt::format("created in {}: {}", sourceName(), plan_.user.dn)
          : fmt::format("changed in {}: {} of {}", sourceName(), plan_.attribute, plan_.user.dn));
}

bool Canary::find() {
  if (!plan_.user.dn.empty()) {
    const auto id = store_.space().findByDn(plan_.source->id, plan_.user.dn);
    if (id) id_ = *id;
    return id.has_value();
  }
  const Result<ConnectorObjectId> found = parts_.find();
  if (found.ok()) id_ = found.value();
  return found.ok();
}

bool Canary::showsChange(const store::ObjectRow& row) const {
  if (plan_.kind != CanaryKind::kChange) return true;
  const auto attribute = store_.names().attributes().find(plan_.attribute);
  const auto values = attribute ? directory::findAttribute(row.image, *attribute) : std::nullopt;
  return values && values->count() == 1 && values->front() == plan_.value;
}

std::string Canary::whyNotImported() const {
  connectors::ContainerFilter filter;
  for (const policy::Partition& partition : plan_.source->policy->partitions) {
    filter.included.insert(
        filter.included.end(), partition.include.begin(), partition.include.end());
    filter.excluded.insert(
        filter.excluded.end(), partition.exclude.begin(), partition.exclude.end());
  }
  const auto scope = connectors::entry::ContainerScope::fromFilter(filter);
  if (scope.ok() && !plan_.user.dn.empty() &&
      !scope.value().covers(directory::dnKey(plan_.user.dn))) {
    return fmt::format("its container is not among those that {} is read from", sourceName());
  }
  return fmt::format(
      "an import of {} did not bring it: its partition, its type or a filter keeps it out, or the "
      "server that is read has not got it from the others yet",
      sourceName());
}

bool Canary::import() {
  if (!ran(CanaryStage::kImported, *plan_.source, RunStep::kDeltaImport)) return false;
  const auto row = find() ? store_.space().find(id_) : std::nullopt;
  if (!row || !row->has_image || row->isPlaceholder()) {
    return stop(CanaryStage::kImported,
                fmt::format("{} has not brought it", sourceName()),
                {whyNotImported(), {}},
                "tandem policy show: \"include\" and \"exclude\" of the connector's partitions");
  }
  report_.user = row->dn;
  if (!showsChange(*row)) {
    return stop(CanaryStage::kImported,
                fmt::format("{} has not brought the change", sourceName()),
                {fmt::format("{} is not read, because no rule uses it, or the server that is read "
                             "has not got the change yet",
                             plan_.attribute),
                 {}},
                "change an attribute that a rule uses: tandem rule list");
  }
  return passed(CanaryStage::kImported, fmt::format("imported from {}", sourceName()));
}

// By its number: a DN in a command is seldom copied whole from a screen.
std::string Canary::askWhy() const {
  return fmt::format("tandem why {}", id_.raw());
}

bool Canary::synchronize() {
  constexpr CanaryStage kStage = CanaryStage::kSynchronized;
  if (!ran(kStage, *plan_.source, RunStep::kDeltaSynchronization)) return false;
  const auto link = store_.metaverse().linkOf(id_);
  if (!link) return stopWhy(kStage, "not in the metaverse", askWhy());
  const std::string rule = store_.names().ruleName(link->in_rule);
  const bool is_joined =
      store_.metaverse().linksOf(link->mv).size() > 1 && plan_.kind == CanaryKind::kMake;
  return passed(kStage,
                fmt::format("in scope; {} as mv#{}{}",
                            is_joined ? "joined" : "in the metaverse",
                            link->mv.raw(),
                            rule.empty() ? "" : fmt::format(" by \"{}\"", rule)));
}

bool Canary::findWanted() {
  const auto link = store_.metaverse().linkOf(id_);
  for (const store::Link& other : store_.metaverse().linksOf(link->mv)) {
    if (other.connector != target_->id) continue;
    target_id_ = other.object;
    const auto wanted = store_.exports().wanted(target_id_);
    if (!wanted) break;
    const std::string rule = store_.names().ruleName(other.out_rule);
    return passed(CanaryStage::kWanted,
                  fmt::format("wanted in {}{}, with {} attributes",
                              targetName(),
                              rule.empty() ? "" : fmt::format(" by \"{}\"", rule),
                              attributesIn(wanted->image)));
  }
  return stopWhy(
      CanaryStage::kWanted, fmt::format("no rule wants it in {}", targetName()), askWhy());
}

bool Canary::findPending() {
  const auto pending = store_.exports().pending(target_id_);
  if (!pending && plan_.kind == CanaryKind::kChange && !store_.exports().unconfirmed(target_id_)) {
    return stopWhy(
        CanaryStage::kPending,
        fmt::format("the change of {} reaches nothing in {}", plan_.attribute, targetName()),
        "tandem rule list --verbose: which rule carries the attribute out");
  }
  has_sent_ = pending.has_value();
  return passed(
      CanaryStage::kPending,
      pending ? fmt::format("pending for {}: {}", targetName(), wordOf(*pending))
              : fmt::format("nothing is pending: {} has been sent what is wanted", targetName()));
}

bool Canary::exportIt() {
  constexpr CanaryStage kStage = CanaryStage::kExported;
  if (!mayExport(server_)) {
    report_.only_would = true;
    const auto pending = store_.exports().pending(target_id_);
    return passed(kStage,
                  pending ? fmt::format("this server is in staging and stops here: the active one "
                                        "would send {} to {}",
                                        wordOf(*pending),
                                        targetName())
                          : "this server is in staging and stops here: the active one would send "
                            "nothing");
  }
  if (!has_sent_) return true;
  if (!ran(kStage, *target_, RunStep::kExport)) return false;
  for (const store::ObjectError& error : store_.history().errorsOf(target_id_)) {
    if (error.phase != store::ErrorPhase::kExport) continue;
    return stopWhy(kStage,
                   fmt::format("{} refuses it: {}", targetName(), error.type),
                   "repair it; every export tries again: tandem run " + targetName() + " export");
  }
  if (store_.exports().pending(target_id_)) {
    return stopWhy(kStage, "it is pending still", "tandem pending --details");
  }
  return passed(kStage, fmt::format("exported to {}", targetName()));
}

bool Canary::isConfirmed() const {
  const auto row = store_.space().find(target_id_);
  return row && row->has_image && (row->state & store::ObjectState::kProvisioned) == 0 &&
         !store_.exports().unconfirmed(target_id_);
}

bool Canary::seeIt() {
  int tries = 0;
  for (const std::chrono::milliseconds wait : parts_.patience) {
    if (wait.count() > 0) parts_.clock->sleepFor(wait);
    if (isCancelled()) {
      return stop(CanaryStage::kSeen, "stopped on request", {"it was stopped on request", {}}, "");
    }
    if (!ran(CanaryStage::kSeen, *target_, RunStep::kDeltaImport)) return false;
    ++tries;
    if (isConfirmed()) break;
    if (store_.exports().pending(target_id_)) break;  // seen, but not as it was sent
  }
  const bool differs = store_.exports().pending(target_id_).has_value();
  if (!isConfirmed() && !differs) {
    return stopWhy(
        CanaryStage::kSeen,
        fmt::format("{} has taken it, but {} imports do not show it", targetName(), tries),
        "a tenant may take minutes to show what it has: tandem cycle delta, then tandem "
        "why \"" +
            report_.user + "\"");
  }
  passed(CanaryStage::kSeen,
         fmt::format(
             "seen in {}{}", targetName(), tries > 1 ? fmt::format(" ({} looks)", tries) : ""));
  if (differs) {
    return stopWhy(CanaryStage::kEqual,
                   fmt::format("{} shows other values than it was sent", targetName()),
                   "tandem pending --details shows which");
  }
  return passed(CanaryStage::kEqual, "the values there are the wanted ones");
}

CanaryReport Canary::follow() {
  const platform::MonotonicTime start = began_ = parts_.clock->monotonicNow();
  target_ = canaryTarget(server_);
  report_.passed = make() && import() && synchronize() && findWanted() && findPending() &&
                   exportIt() && (report_.only_would || seeIt());
  report_.seconds_to_cloud =
      std::chrono::duration<double>(parts_.clock->monotonicNow() - start).count();
  return std::move(report_);
}

}  // namespace

CanaryReport walkCanary(Server& server, const CanaryPlan& plan, const CanaryParts& parts) {
  return Canary(server, plan, parts).follow();
}

}  // namespace tandem::run
