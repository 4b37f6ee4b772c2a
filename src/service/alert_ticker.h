// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "home/home.h"
#include "platform/clock.h"
#include "service/alert_book.h"
#include "service/ticker.h"

namespace tandem::service {

// Looks twice a minute what is wrong, keeps the book of it in the home (state/alerts.json, so that
// a restart tells nobody anything twice), and tells people.
class AlertTicker final : public Ticker {
 public:
  static constexpr std::chrono::seconds kInterval{30};

  struct World {
    std::function<std::vector<AlertFinding>()> find;
    std::function<std::vector<std::string>()> ways;
    std::function<Result<void>(const AlertMessage&)> send;
  };
  // The clock must outlive it.
  AlertTicker(home::Home home, World world, const platform::WallClock& clock)
      : home_(std::move(home)), world_(std::move(world)), clock_(&clock) {}

  std::chrono::milliseconds interval() const override { return kInterval; }
  void onTick() override;

 private:
  std::int64_t now() const;
  void deliver(AlertBook& book);

  home::Home home_;
  World world_;
  const platform::WallClock* clock_;
  std::string said_;  // a failure that comes back each time is said once
};

// An empty book when there is none yet.
AlertBook readAlertBook(const home::Home& home);
Result<void> writeAlertBook(const home::Home& home, const AlertBook& book);

}  // namespace tandem::service
