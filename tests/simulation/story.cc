// SPDX-License-Identifier: Apache-2.0
#include "story.h"

#include <algorithm>

#include <fmt/format.h>

#include "administrator.h"
#include "scene.h"

namespace tandem::simulation {

using pair::Role;
using run::CyclePolicy;

namespace {

class Story {
 public:
  Story(std::uint64_t seed, Broken broken) : scene(seed, broken), admin(scene) {}

  void tell() {
    if (!admin.begin()) return;
    World& world = scene.world;
    world.faults = drawFaults(world.dice);
    world.is_calm = false;
    world.act = [this] { admin.doSomething(); };
    const std::uint64_t steps = 8 + world.dice.below(12);
    for (std::uint64_t n = 0; n < steps && !world.failure; ++n) {
      admin.doSomething();
      scene.checkRoles();
    }
    world.act = nullptr;
    world.is_calm = true;
    world.say("calm");
    if (!world.failure) end();
  }

  Scene scene;
  Administrator admin;

 private:
  void end() {
    scene.world.advance(kLeaseLength);  // what is under way arrives
    if (!admin.makeOneActive())
      return scene.world.violated("a dead end: no server could be made active");
    converge();
    if (!scene.world.failure) checkSwap();
    if (!scene.world.failure) checkDecommission();
  }

  Station& active() {
    return scene.station(scene.state(scene.station(0)).role == Role::kActive ? 0 : 1);
  }

  // The active server's cycles, until nothing is written any more; then the tenant is right.
  void converge() {
    constexpr int kCyclesMax = 8;
    for (int n = 0; n < kCyclesMax && !scene.world.failure; ++n) {
      const std::int64_t before = scene.tenant.writes();
      const Result<void> done = admin.cycle(active(), CyclePolicy::kDelta);
      scene.world.advance(std::chrono::seconds(60));
      if (!done.ok()) {
        scene.world.say("a cycle: " + done.error().message());
        // A server that finds out now that it was replaced or restored says what to do.
        if (!admin.makeOneActive())
          return scene.world.violated("a dead end behind a cycle: " + done.error().message());
        continue;
      }
      if (scene.tenant.writes() == before && n > 0) return compare();
    }
    scene.world.violated("it does not come to rest");
  }

  void compare() {
    const auto& wanted = scene.directory.things();
    std::size_t matched = 0;
    for (const auto& [anchor, thing] : wanted) {
      const Thing* is = scene.tenant.place().findBySource(thing.source);
      if (is == nullptr) return scene.world.violated(thing.source + " is not in the tenant");
      ++matched;
      for (const char* name : {"displayName", "title"}) {
        const auto want = thing.values.find(name);
        const auto have = is->values.find(name);
        const std::string a = want == thing.values.end() ? "" : want->second;
        const std::string b = have == is->values.end() ? "" : have->second;
        if (a != b)
          return scene.world.violated(
              fmt::format("{} has {} {}, not {}", thing.source, name, b, a));
      }
      const auto alias = thing.values.find("mailNickname");
      const auto shown = is->values.find("alias");
      if (alias != thing.values.end() &&
          (shown == is->values.end() || shown->second != withoutBraces(alias->second)))
        return scene.world.violated(thing.source + " has another alias");
      if (sourcesOf(thing, scene.directory) != sourcesOf(*is, scene.tenant.place())) {
        return scene.world.violated(thing.source + " has other members");
      }
    }
    if (matched + orphans() != scene.tenant.place().things().size())
      scene.world.violated("the tenant holds too much");
  }

  // What the other server made, and the directory lost before this one ever saw it there: this one
  // takes it for the tenant's own. pair.md names that limit; a full picture of the tenant shows it.
  std::size_t orphans() {
    const auto server = scene.open(active());
    if (!server.ok()) return 0;
    store::Store& store = server.value()->store();
    const auto tenant = server.value()->findConnector("entra");
    std::size_t count = 0;
    for (const auto& [anchor, thing] : scene.tenant.place().things()) {
      if (scene.directory.findBySource(thing.source) != nullptr) continue;
      const auto object = store.space().findByAnchor(tenant.value()->id, anchor);
      if (object && !store.metaverse().linkOf(*object)) ++count;
    }
    return count;
  }

  static std::set<std::string> sourcesOf(const Thing& group, Place& place) {
    std::set<std::string> sources;
    for (const std::string& anchor : group.members) {
      const Thing* member = place.find(anchor);
      sources.insert(member == nullptr ? "?" + anchor : member->source);
    }
    return sources;
  }

  // With no faults a swap goes through, and the new server finds nothing to write.
  void checkSwap() {
    Station& old_station = active();
    Station& station = scene.other(old_station);
    if (scene.state(station).needs_full_import) {
      const Result<void> done = admin.cycle(station, CyclePolicy::kInitial);
      if (!done.ok())
        return scene.world.violated("the standby's initial cycle: " + done.error().message());
    }
    const std::int64_t before = scene.tenant.writes();
    // What is an orphan to this server may be the other's own: that one deletes it, rightly.
    const auto orphans_before = static_cast<std::int64_t>(orphans());
    const auto report = admin.swap(scene.station(scene.world.dice.below(2)), false);
    if (!report.ok()) return scene.world.violated("a swap in calm: " + report.error().message());
    if (report.value().writes_lost != 0)
      return scene.world.violated("a swap with nothing to do loses something");
    if (scene.tenant.writes() - before > orphans_before)
      return scene.world.violated("a swap with nothing to do writes something");
    scene.checkRoles();
    if (scene.state(station).role != Role::kActive)
      return scene.world.violated("a swap in calm changes nothing");
    compare();
  }

  void checkDecommission() {
    Station& station = scene.other(active());
    const Result<void> done = admin.decommission(station);
    if (!done.ok()) return scene.world.violated("decommissioning: " + done.error().message());
    if (admin.claim(station, pair::ClaimKind::kReplaceAtOnce).ok()) {
      scene.world.violated("a decommissioned server is active");
    }
  }
};

}  // namespace

Ending endingOf(World& world) {
  Ending ending;
  ending.is_good = !world.failure;
  ending.failure = world.failure.value_or("");
  ending.trace = std::move(world.trace);
  return ending;
}

Ending tell(std::uint64_t seed, Broken broken, bool prints) {
  Story story(seed, broken);
  story.scene.world.prints = prints;
  story.tell();
  return endingOf(story.scene.world);
}

}  // namespace tandem::simulation
