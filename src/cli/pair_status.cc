// SPDX-License-Identifier: Apache-2.0
#include "cli/pair_status.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/format.h"

namespace tandem::cli {
namespace {

using pair::Role;

constexpr std::int64_t kDay = 24 * 60 * 60;

std::string holderOf(const pair::WitnessRecord& record) {
  return record.holder.empty() ? "nobody" : record.holder_name;
}

void findStagingProblems(const PairStatus& status, std::vector<std::string>& problems) {
  if (status.days >= kStagingDaysMax) {
    problems.push_back(fmt::format(
        "this server has been in staging for {} days: let it take over with 'tandem swap', or "
        "retire it with 'tandem decommission'; a standby is right to stay",
        status.days));
  }
  if (status.seen && status.seen->record.holder.empty() && !status.swap) {
    problems.push_back(
        "no server was active when this one last asked: 'tandem staging off', on the server that "
        "is to write");
  }
  if (status.policy_differs) {
    problems.push_back(fmt::format(
        "the policy differs from that of the active server {}: run 'tandem policy export' there, "
        "and 'tandem policy diff' with its file here",
        holderOf(status.seen->record)));
  }
}

// Of the active server: a swap to one of these would change what is written.
std::vector<std::string> standbyProblems(const StoreView& view,
                                         const std::vector<pair::Standby>& standbys) {
  std::vector<std::string> problems;
  const auto policy = view.home().usablePolicy();
  if (!policy.ok()) return problems;
  const std::string digest = run::policyDigest(policy.value());
  for (const pair::Standby& one : standbys) {
    if (one.policy_digest.empty() || one.policy_digest == digest) continue;
    problems.push_back(fmt::format(
        "the policy differs from that of {}, which is in staging: run 'tandem policy export' here, "
        "and 'tandem policy import' with its file there, or the other way round",
        one.name));
  }
  return problems;
}

std::vector<std::string> problemsOf(const PairStatus& status) {
  std::vector<std::string> problems;
  if (status.state.is_retired) {
    problems.push_back(
        "this server is retired and can never write again: what is left is history, and the "
        "folder may be deleted");
    return problems;
  }
  if (status.swap) {
    problems.push_back(fmt::format(
        "a swap with {} is in progress since {} (step: {}): go on with 'tandem swap', or undo it "
        "with 'tandem swap --back'",
        status.swap->partner_name,
        formatTime(status.swap->started_at),
        pair::toString(status.swap->step)));
  }
  if (status.state.needs_full_import) {
    problems.push_back(
        "what this server knows may be old (it was restored from a backup), and it writes nothing "
        "until it has read everything: run 'tandem cycle initial'");
  }
  if (status.state.role == Role::kDeactivating && !status.swap) {
    problems.push_back(
        "this server was about to stop writing and did not finish: run 'tandem staging on' again");
  }
  if (status.state.role == Role::kStaging) findStagingProblems(status, problems);
  return problems;
}

std::string daysText(std::int64_t days) {
  if (days == 0) return "since today";
  return days == 1 ? "for 1 day" : fmt::format("for {} days", days);
}

}  // namespace

PairStatus pairStatusOf(const StoreView& view, std::int64_t now) {
  PairStatus status;
  status.state = pair::readPairState(view.store());
  if (status.state.since > 0)
    status.days = std::max<std::int64_t>(0, (now - status.state.since) / kDay);
  status.seen = run::observedWitness(view.store());
  status.swap = pair::readSwapMark(view.store());
  if (status.swap && !status.swap->isOpen()) status.swap.reset();
  if (status.state.role != Role::kActive && status.seen &&
      !status.seen->record.policy_digest.empty() &&
      status.seen->record.holder != view.home().settings().server_id) {
    const auto policy = view.home().usablePolicy();
    status.policy_differs =
        policy.ok() && run::policyDigest(policy.value()) != status.seen->record.policy_digest;
  }
  status.problems = problemsOf(status);
  if (status.state.role == Role::kActive) {
    status.standbys = run::observedStandbys(view.store());
    std::vector<std::string> drift = standbyProblems(view, status.standbys);
    status.policy_differs = !drift.empty();
    status.problems.insert(status.problems.end(), drift.begin(), drift.end());
  }
  return status;
}

std::vector<std::pair<std::string, std::string>> pairLines(const PairStatus& status) {
  const pair::PairState& state = status.state;
  std::string role(toString(state.role));
  if (state.is_retired) role += ", retired";
  if (state.role != Role::kActive) role += " (exports nothing)";
  std::vector<std::pair<std::string, std::string>> lines{{"Role", role}};
  if (state.since > 0) {
    std::string since = formatTime(state.since);
    if (state.role == Role::kStaging) since += ", " + daysText(status.days);
    lines.emplace_back("Since", since + (state.reason.empty() ? "" : ": " + state.reason));
  }
  if (state.role != Role::kActive && status.seen) {
    const pair::WitnessRecord& record = status.seen->record;
    lines.emplace_back(
        "Active server",
        fmt::format("{}{}, asked {}",
                    holderOf(record),
                    record.epoch == 0 ? "" : fmt::format(" (epoch {})", record.epoch),
                    formatTime(status.seen->at)));
  }
  for (const pair::Standby& one : status.standbys)
    lines.emplace_back("In staging", one.name);
  return lines;
}

void addPairJson(const PairStatus& status, nlohmann::ordered_json& json) {
  const pair::PairState& state = status.state;
  json["role"] = toString(state.role);
  json["epoch"] = state.epoch;
  json["reason"] = state.reason;
  json["since"] = state.since > 0 ? formatTime(state.since) : "";
  json["daysInRole"] = status.days;
  json["needsFullImport"] = state.needs_full_import;
  json["retired"] = state.is_retired;
  json["policyDiffers"] = status.policy_differs;
  json["activeServer"] = nullptr;
  json["standbys"] = nlohmann::ordered_json::array();
  for (const pair::Standby& one : status.standbys)
    json["standbys"].push_back({{"id", one.id}, {"name", one.name}});
  json["swap"] = nullptr;
  if (status.seen && state.role != Role::kActive) {
    const pair::WitnessRecord& record = status.seen->record;
    json["activeServer"] = {{"id", record.holder},
                            {"name", record.holder_name},
                            {"epoch", record.epoch},
                            {"askedAt", formatTime(status.seen->at)}};
  }
  if (status.swap) {
    json["swap"] = {{"partner", status.swap->partner_name},
                    {"step", pair::toString(status.swap->step)},
                    {"since", formatTime(status.swap->started_at)}};
  }
}

}  // namespace tandem::cli
