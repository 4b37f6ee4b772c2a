// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "home/home.h"
#include "platform/clock.h"
#include "service/liveness.h"

namespace tandem::cli {

// The line that "systemctl status" shows of the service: its role, and the next cycle.
class ServiceStatus {
 public:
  // Both must outlive it.
  ServiceStatus(service::Liveness& liveness, const home::Home& home, const platform::Clock& clock);

  // Now and then, from any thread: the role may have changed.
  void refresh();
  // Often: nothing happens while it stays the same. None: no cycles.
  void isDue(std::optional<platform::MonotonicTime> due);

 private:
  std::string text() const;  // with mutex_

  service::Liveness* liveness_;
  home::Home home_;
  const platform::Clock* clock_;
  std::mutex mutex_;
  std::string role_;  // as last read
  std::optional<platform::MonotonicTime> due_;
  bool knows_due_ = false;
};

}  // namespace tandem::cli
