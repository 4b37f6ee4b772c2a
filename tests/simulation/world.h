// SPDX-License-Identifier: Apache-2.0
//
// Everything that the two servers do not decide: time, chance and disaster. One thread, one seed:
// the same seed is the same story. Things happen at *points*: each commit, message, question to the
// witness and request to the tenant is one. At a point the process may be killed, its machine may
// sleep or be paused, and the administrator may do something else meanwhile, on the same or the
// other server.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "platform/clock.h"

namespace tandem::simulation {

using std::chrono::milliseconds;

constexpr milliseconds kLeaseLength{60'000};
constexpr std::int64_t kEpochSeconds = 1'700'000'000;  // when the story begins

// The safety rules that can be left out, to see that this is noticed.
enum class Broken : std::uint8_t {
  kNothing,
  kLease,
  kWait,
  kGeneration,
  kTakeBack,
  kRelease,
  kSettle
};
std::optional<Broken> parseBroken(const std::string& word);

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  bool chance(double probability) {
    return static_cast<double>(random_() >> 11) < probability * 9007199254740992.0;
  }
  milliseconds between(std::int64_t least, std::int64_t most) {
    return milliseconds(
        least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least + 1))));
  }

 private:
  std::mt19937_64 random_;
};

// How likely what is, at each point of its kind. Each seed draws its own: some stories are all
// crashes, some all cuts.
struct Faults {
  double kill = 0, kill_at_commit = 0, pause = 0, meanwhile = 0;
  double cut = 0, lost_answer = 0, late = 0, refused_import = 0, lag = 0, wall_jump = 0;
};
Faults drawFaults(Dice& dice);

class Machine;

class World {
 public:
  World(std::uint64_t seed, Broken what) : dice(seed), broken(what) {}

  void advance(milliseconds by);
  void at(milliseconds delay, std::function<void()> what);
  bool isUnderWay() const { return !events_.empty(); }
  std::int64_t unixSeconds() const { return kEpochSeconds + now.count() / 1000; }

  // False: the process of this machine is dead, and what it does has no effect any more.
  bool point(Machine& machine, const std::string& what);
  // The administrator does something at another place; at most this deep.
  void meanwhile(Machine& machine);

  void say(const std::string& text);
  void violated(const std::string& what);

  Dice dice;
  Broken broken;
  Faults faults;
  milliseconds now{0};
  bool is_calm = true;  // no faults
  bool prints = false;
  int depth = 0;
  std::function<void()> act;
  // Told of each point; a directed story makes its disasters here.
  std::function<void(Machine&, const std::string& what)> watch;
  std::vector<std::string> trace;
  std::optional<std::string> failure;

 private:
  void stall(Machine& machine, const std::string& what);

  std::multimap<milliseconds, std::function<void()>> events_;
};

// A machine and the one process on it. Its clocks follow the world's time but for what it missed.
class Machine final : public platform::Clock {
 public:
  Machine(World& world, std::string name) : world_(&world), name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  platform::WallTime wallNow() const override;
  platform::MonotonicTime monotonicNow() const override;
  platform::BootTime bootNow() const override;
  void sleepFor(milliseconds duration) override;

  bool isDead() const { return is_dead_; }
  void kill() { is_dead_ = true; }
  bool mayCommit();
  void stoodStill(milliseconds length);
  void slept(milliseconds length) { slept_ += length; }
  void jumpWall(milliseconds by) { wall_offset_ += by; }

  // Between a pause with all clocks stopped and the first answer of the tenant a server cannot know
  // that its lease is over: the one hole that pair.md names.
  bool is_unaware = false;

  // One command or answered message; the machine is up again when the last of them has ended.
  class Work {
   public:
    explicit Work(Machine& machine) : machine_(&machine) { ++machine_->works_; }
    ~Work();
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

   private:
    Machine* machine_;
  };
  bool isIdle() const { return works_ == 0; }

 private:
  milliseconds own() const;  // time that its process has lived through

  World* world_;
  std::string name_;
  milliseconds stood_{0}, slept_{0}, skipped_{0}, wall_offset_{0}, lived_{0};
  bool is_dead_ = false;
  int works_ = 0;
};

}  // namespace tandem::simulation
