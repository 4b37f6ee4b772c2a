// SPDX-License-Identifier: Apache-2.0
#include "administrator.h"

#include <fmt/format.h>

namespace tandem::simulation {

using pair::ClaimKind;
using pair::Role;
using policy::RunStep;

namespace {

constexpr const char* kGroup = "g1";

bool says(const std::string& message, const char* what) {
  return message.find(what) != std::string::npos;
}

}  // namespace

void Administrator::told(const std::string& what, const Result<void>& result) {
  scene_->world.say(fmt::format("{}: {}", what, result.ok() ? "done" : result.error().message()));
}

bool Administrator::begin() {
  for (int n = 0; n < 6; ++n)
    changeDirectory();
  Result<void> done = scene_->setUp();
  for (std::size_t n = 0; n < 2 && done.ok(); ++n)
    done = cycle(scene_->station(n), run::CyclePolicy::kInitial);
  if (!done.ok()) scene_->world.violated("setting up: " + done.error().message());
  return done.ok();
}

void Administrator::addUser() {
  Thing user;
  user.type = "user";
  user.source = fmt::format("u{}", ++users_);
  user.anchor = fmt::format("anchor-{:09}", users_);
  user.values = {{"displayName", "User " + user.source},
                 {"employeeID", user.source},
                 {"title", fmt::format("t{}", ++titles_)},
                 {"mailNickname", fmt::format("{{u{}}}", users_)}};
  scene_->directory.put(user, scene_->world.now);
}

void Administrator::changeDirectory() {
  World& world = scene_->world;
  Place& place = scene_->directory;
  if (place.findBySource(kGroup) == nullptr) {
    place.put({"group",
               "anchor-group-001",
               kGroup,
               {{"displayName", "Group"}, {"employeeID", kGroup}},
               {}},
              world.now);
  }
  std::vector<std::string> users;
  for (const auto& [anchor, thing] : place.things()) {
    if (thing.type == "user") users.push_back(anchor);
  }
  const std::uint64_t kind = world.dice.below(10);
  if (users.size() < 3 || kind < 2) return addUser();
  const std::string chosen = users[world.dice.below(users.size())];
  if (kind < 3) return place.remove(chosen, world.now);
  Thing thing = *place.find(chosen);
  if (kind < 7) {
    thing.values["title"] = fmt::format("t{}", ++titles_);
    // Now and then something that the tenant shows in another way, or not at all.
    std::string& alias = thing.values["mailNickname"];
    if (titles_ % 3 == 0) alias = fmt::format("{{a{}}}", titles_);
    if (titles_ % 5 == 0) alias += "{}";
    return place.put(thing, world.now);
  }
  Thing group = *place.findBySource(kGroup);
  if (group.members.erase(chosen) == 0) group.members.insert(chosen);
  place.put(group, world.now);
}

Result<void> Administrator::cycle(Station& station, run::CyclePolicy policy) {
  const Machine::Work work(station.machine);
  const auto server = TRY(scene_->open(station));
  run::Runner runner(*server);
  const run::CycleSummary summary = TRY(runner.cycle(policy, {}));
  for (const run::RunSummary& run : summary.runs) {
    if (run.isSuccess()) continue;
    return Error(ErrorCode::kInternal,
                 fmt::format("{} {}: {}: {}", run.connector, run.profile, run.result, run.message));
  }
  return {};
}

Result<pair::SwapReport> Administrator::swap(Station& here, bool back) {
  const Machine::Work work(here.machine);
  Station& there = scene_->other(here);
  const auto near = scene_->reach(here, here);
  const auto far = scene_->reach(here, there);
  pair::Swap swap(*near, *far, here.machine);
  const pair::SwapPlan plan = TRY(swap.plan(back));
  return swap.run(plan, {here.machine.name(), there.machine.name(), nullptr});
}

Result<void> Administrator::stagingOn(Station& station) {
  const Machine::Work work(station.machine);
  const auto server = TRY(scene_->open(station));
  const Role role = server->pairState().role;
  if (role == Role::kStaging) return {};
  TRY(server->member().quiesce("staging was switched on"));
  run::Runner runner(*server);
  for (run::ServerConnector& connector : server->connectors()) {
    if (connector.isSource() || role != Role::kActive) continue;
    TRY(runner.run(connector, RunStep::kDeltaImport, {}));
  }
  return server->member().release("");
}

Result<void> Administrator::claim(Station& station, ClaimKind kind) {
  const Machine::Work work(station.machine);
  const auto server = TRY(scene_->open(station));
  pair::ClaimOptions options;
  options.kind = kind;
  options.reason = "the administrator wanted it";
  options.source_anchor = server->sourceAnchor();
  World& world = scene_->world;
  options.waiting = [&world, &station](milliseconds) {
    return !station.machine.isDead() && (world.is_calm || !world.dice.chance(0.002));
  };
  return server->member().claim(options);
}

Result<void> Administrator::decommission(Station& station) {
  const Machine::Work work(station.machine);
  const auto server = TRY(scene_->open(station));
  return server->member().retire();
}

void Administrator::restoreOrBackUp(Station& station) {
  if (!station.machine.isIdle()) return;
  const bool restores = station.has_backup && scene_->world.dice.chance(0.4);
  scene_->world.say(
      fmt::format("{} is {}", station.machine.name(), restores ? "restored" : "backed up"));
  restores ? scene_->restore(station) : scene_->backUp(station);
}

void Administrator::doSomething() {
  World& world = scene_->world;
  Station& station = scene_->station(world.dice.below(2));
  const std::string name = station.machine.name();
  const std::uint64_t kind = world.dice.below(100);
  for (std::uint64_t n = world.dice.below(3); n > 0; --n)
    changeDirectory();
  if (kind < 38) {
    const bool is_delta = world.dice.chance(0.85);
    world.say(fmt::format("{}: cycle {}", name, is_delta ? "delta" : "initial"));
    told(name + ": the cycle",
         cycle(station, is_delta ? run::CyclePolicy::kDelta : run::CyclePolicy::kInitial));
  } else if (kind < 66) {
    const bool back = world.dice.chance(0.2);
    world.say(fmt::format("{}: swap{}", name, back ? " --back" : ""));
    const Result<pair::SwapReport> report = swap(station, back);
    told(name + ": the swap", report.ok() ? Result<void>() : Result<void>(report.error()));
    if (report.ok() && report.value().writes_lost != 0) world.violated("writes were lost");
  } else if (kind < 72) {
    world.say(name + ": staging on");
    told(name + ": staging on", stagingOn(station));
  } else if (kind < 79) {
    world.say(name + ": staging off");
    told(name + ": staging off", claim(station, ClaimKind::kReleased));
  } else if (kind < 85) {
    world.say(name + ": failover");
    told(name + ": failover", claim(station, ClaimKind::kReplace));
  } else if (kind < 91) {
    restoreOrBackUp(station);
  } else {
    world.advance(world.dice.between(500, 120'000));
  }
}

bool Administrator::isSettled(Station& station) {
  const auto open = scene_->mark(station);
  const Role role = scene_->state(station).role;
  return !(open && open->isOpen()) && (role == Role::kActive || role == Role::kStaging);
}

// What a refusal says to do, on the server that refused.
Result<void> Administrator::help(Station& station, const std::string& advice) {
  scene_->world.say(fmt::format("advice of {}: {}", station.machine.name(), advice));
  if (says(advice, "tandem cycle initial")) return cycle(station, run::CyclePolicy::kInitial);
  if (says(advice, "tandem swap --back")) {
    const auto report = swap(station, true);
    return report.ok() ? Result<void>() : Result<void>(report.error());
  }
  if (says(advice, "tandem failover")) return claim(station, ClaimKind::kReplace);
  if (says(advice, "tandem cycle delta")) {
    TRY(cycle(station, run::CyclePolicy::kDelta));
    return cycle(scene_->other(station), run::CyclePolicy::kDelta);
  }
  if (says(advice, "tandem staging off")) return claim(station, ClaimKind::kReleased);
  return {};
}

bool Administrator::makeOneActive() {
  constexpr int kTriesMax = 12;
  for (int n = 0; n < kTriesMax; ++n) {
    Station& a = scene_->station(0);
    Station& b = scene_->station(1);
    const bool has_one =
        (scene_->state(a).role == Role::kActive) != (scene_->state(b).role == Role::kActive);
    if (isSettled(a) && isSettled(b) && has_one) return true;
    Station& here = n % 2 == 0 ? a : b;
    const auto open_a = scene_->mark(a), open_b = scene_->mark(b);
    const bool is_swapping = (open_a && open_a->isOpen()) || (open_b && open_b->isOpen());
    Result<void> done;
    if (is_swapping) {
      const auto report = swap(here, n >= 8);
      if (!report.ok()) done = report.error();
    } else if (scene_->state(a).role == Role::kActive && scene_->state(b).role == Role::kActive) {
      // One of the two was replaced and does not know it; its next cycle tells it.
      done = cycle(here, run::CyclePolicy::kDelta);
    } else if (has_one) {
      done = stagingOn(scene_->state(a).role == Role::kActive ? b : a);
    } else {
      done = claim(here, ClaimKind::kReleased);
    }
    told(fmt::format("{}: {}", here.machine.name(), is_swapping ? "swap" : "staging on or off"),
         done);
    if (!done.ok()) {
      const std::string advice = done.error().message();
      // A refusal may name the other server's part of the work: the one that it speaks of.
      const Result<void> helped = help(here, advice);
      if (!helped.ok()) told("that", helped);
    }
  }
  return false;
}

}  // namespace tandem::simulation
