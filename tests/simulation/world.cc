// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <array>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

namespace tandem::simulation {

std::optional<Broken> parseBroken(const std::string& word) {
  constexpr std::array<std::pair<const char*, Broken>, 6> kWords{
      {{"lease", Broken::kLease},
       {"wait", Broken::kWait},
       {"generation", Broken::kGeneration},
       {"take-back", Broken::kTakeBack},
       {"release", Broken::kRelease},
       {"settle", Broken::kSettle}}};
  for (const auto& [text, value] : kWords) {
    if (word == text) return value;
  }
  return std::nullopt;
}

Faults drawFaults(Dice& dice) {
  Faults faults;
  const auto some = [&](double& probability, double most) {
    if (dice.chance(0.6)) probability = most * static_cast<double>(1 + dice.below(10)) / 10;
  };
  some(faults.kill, 0.03);
  some(faults.kill_at_commit, 0.03);
  some(faults.pause, 0.02);
  some(faults.meanwhile, 0.04);
  some(faults.cut, 0.08);
  some(faults.lost_answer, 0.10);
  some(faults.late, 0.10);
  some(faults.refused_import, 0.10);
  some(faults.lag, 0.5);
  some(faults.wall_jump, 0.02);
  return faults;
}

void World::at(milliseconds delay, std::function<void()> what) {
  events_.emplace(now + delay, std::move(what));
}

void World::advance(milliseconds by) {
  const milliseconds until = now + by;
  while (!events_.empty() && events_.begin()->first <= until) {
    auto event = events_.extract(events_.begin());
    now = std::max(now, event.key());
    event.mapped()();
  }
  now = std::max(now, until);
}

void World::say(const std::string& text) {
  std::string line = fmt::format("{:>10.3f} {}{}",
                                 static_cast<double>(now.count()) / 1000,
                                 std::string(std::size_t(depth) * 2, ' '),
                                 text);
  if (prints) {
    std::puts(line.c_str());
    std::fflush(stdout);
  }
  trace.push_back(std::move(line));
}

void World::violated(const std::string& what) {
  say("VIOLATED: " + what);
  if (!failure) failure = what;
}

bool World::point(Machine& machine, const std::string& what) {
  if (machine.isDead()) return false;
  advance(dice.between(1, 20));
  if (watch) watch(machine, what);
  if (is_calm || machine.isDead()) return !machine.isDead();
  if (dice.chance(faults.kill)) {
    say(fmt::format("{} is killed: {}", machine.name(), what));
    machine.kill();
    return false;
  }
  if (dice.chance(faults.wall_jump)) machine.jumpWall(dice.between(-7'200'000, 7'200'000));
  if (dice.chance(faults.pause)) stall(machine, what);
  if (dice.chance(faults.meanwhile)) meanwhile(machine);
  return !machine.isDead();
}

void World::stall(Machine& machine, const std::string& what) {
  const milliseconds length = dice.between(1'000, 150'000);
  const bool sleeps = dice.chance(0.5);
  say(fmt::format("{} {} for {} s: {}",
                  machine.name(),
                  sleeps ? "sleeps" : "stands still",
                  length.count() / 1000,
                  what));
  const milliseconds until = now + length;
  const milliseconds before = now;
  if (dice.chance(0.7)) meanwhile(machine);
  if (now < until) advance(until - now);
  if (sleeps) {
    machine.slept(now - before);
  } else {
    machine.stoodStill(now - before);
  }
}

void World::meanwhile(Machine&) {
  constexpr int kDepthMax = 2;
  if (depth >= kDepthMax || !act) return;
  ++depth;
  act();
  --depth;
}

milliseconds Machine::own() const {
  return world_->now - stood_ + skipped_;
}

platform::WallTime Machine::wallNow() const {
  return platform::WallTime(std::chrono::seconds(kEpochSeconds)) + own() + wall_offset_;
}

platform::MonotonicTime Machine::monotonicNow() const {
  const milliseconds time = world_->broken == Broken::kLease ? lived_ : own() - slept_;
  return platform::MonotonicTime(std::chrono::hours(1)) + time;
}

platform::BootTime Machine::bootNow() const {
  const milliseconds time = world_->broken == Broken::kLease ? lived_ : own();
  return platform::BootTime(std::chrono::hours(2)) + time;
}

void Machine::sleepFor(milliseconds duration) {
  lived_ += duration;
  // The wait of a claim comes in seconds, that of a release at once.
  const bool is_claim = duration <= milliseconds(1000);
  const bool is_left_out = world_->broken == (is_claim ? Broken::kWait : Broken::kRelease);
  if (is_dead_ || is_left_out) {
    skipped_ += duration;
    return;
  }
  world_->advance(duration);
  world_->point(*this, "waiting");
}

bool Machine::mayCommit() {
  if (is_dead_) return false;
  if (!world_->is_calm && world_->dice.chance(world_->faults.kill_at_commit)) {
    world_->say(name_ + " is killed: at a commit");
    is_dead_ = true;
  }
  return !is_dead_;
}

void Machine::stoodStill(milliseconds length) {
  stood_ += length;
  is_unaware = true;
}

Machine::Work::~Work() {
  if (--machine_->works_ > 0) return;
  if (machine_->is_dead_) machine_->world_->say(machine_->name_ + " is up again");
  machine_->is_dead_ = false;
}

}  // namespace tandem::simulation
