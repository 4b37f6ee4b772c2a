// SPDX-License-Identifier: Apache-2.0
//
// Time as a dependency. Code that needs to know or to wait takes one of these interfaces, so that
// tests decide what time it is and nothing in them really sleeps.
#pragma once

#include <chrono>

namespace tandem::platform {

using WallTime = std::chrono::system_clock::time_point;
using MonotonicTime = std::chrono::steady_clock::time_point;

// For dates shown to people and sent to others. May jump.
class WallClock {
 public:
  virtual ~WallClock() = default;
  virtual WallTime wallNow() const = 0;
};

// For durations and deadlines. Never goes back; stands still while the machine is suspended.
class MonotonicClock {
 public:
  virtual ~MonotonicClock() = default;
  virtual MonotonicTime monotonicNow() const = 0;
};

using BootTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

// For rights that run out. Goes on while the machine is suspended; never goes back.
class BootClock {
 public:
  virtual ~BootClock() = default;
  virtual BootTime bootNow() const = 0;
};

class Sleeper {
 public:
  virtual ~Sleeper() = default;
  virtual void sleepFor(std::chrono::milliseconds duration) = 0;
};

class Clock : public WallClock, public MonotonicClock, public BootClock, public Sleeper {};

// The machine's own. Stateless: make one in main() and hand it down.
class SystemClock final : public Clock {
 public:
  WallTime wallNow() const override;
  MonotonicTime monotonicNow() const override;
  BootTime bootNow() const override;
  void sleepFor(std::chrono::milliseconds duration) override;
};

// Moves only when told to or when somebody sleeps. For tests.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime start = WallTime{std::chrono::seconds{1'700'000'000}})
      : wall_(start) {}
  WallTime wallNow() const override { return wall_; }
  MonotonicTime monotonicNow() const override { return monotonic_; }
  BootTime bootNow() const override { return boot_; }
  void sleepFor(std::chrono::milliseconds duration) override { advance(duration); }

  void advance(std::chrono::nanoseconds duration) {
    monotonic_ += std::chrono::duration_cast<MonotonicTime::duration>(duration);
    suspend(duration);
  }
  // The machine sleeps.
  void suspend(std::chrono::nanoseconds duration) {
    wall_ += std::chrono::duration_cast<WallTime::duration>(duration);
    boot_ += duration;
  }
  // What an administrator or NTP does: the wall clock alone.
  void setWall(WallTime now) { wall_ = now; }

 private:
  WallTime wall_;
  MonotonicTime monotonic_{std::chrono::hours{1}};
  BootTime boot_{std::chrono::hours{2}};
};

}  // namespace tandem::platform
