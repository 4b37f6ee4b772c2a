// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "home/home.h"
#include "platform/clock.h"
#include "service/ticker.h"

namespace tandem::service {

// Asks the directories every few seconds whether something in them has changed, so that a cycle
// need not wait for its turn: scheduler.onChange in the policy. It is a poll, not a subscription:
// it costs one small request, works with every directory, and survives every reconnection.
class ChangeWatch final : public Ticker {
 public:
  static constexpr std::chrono::seconds kInterval{10};

  // Of each watched connector by name: its mark, or why there is none. nullopt: not to be watched
  // now; marks of before are forgotten then.
  using Marks = std::map<std::string, Result<std::string>>;
  using Probe = std::function<std::optional<Marks>()>;

  ChangeWatch(Probe probe, std::function<void()> on_change)
      : probe_(std::move(probe)), on_change_(std::move(on_change)) {}

  std::chrono::milliseconds interval() const override { return kInterval; }
  void onTick() override;

 private:
  struct Seen {
    std::string mark;
    std::string failure;  // said once
  };
  bool look(const std::string& connector, const Result<std::string>& mark);

  Probe probe_;
  std::function<void()> on_change_;
  std::map<std::string, Seen> seen_;
};

// The marks of the sources of the home's policy; nullopt while it does not want to be told of
// changes. The clock must outlive it.
ChangeWatch::Probe directoryProbe(const home::Home& home, platform::Clock& clock);

}  // namespace tandem::service
