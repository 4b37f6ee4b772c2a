// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "home/home.h"
#include "service/liveness.h"
#include "service/scheduler_files.h"

namespace tandem::cli {

// The line that "systemctl status" shows of the service: its role, and the next cycle.
class ServiceStatus {
 public:
  // The liveness must outlive it.
  ServiceStatus(service::Liveness& liveness, const home::Home& home);

  // Now and then, from any thread: the role may have changed.
  void refresh();
  void plans(const service::NextCycle& next);

 private:
  std::string text() const;  // with mutex_

  service::Liveness* liveness_;
  home::Home home_;
  std::mutex mutex_;
  std::string role_;                        // as last read
  std::optional<service::NextCycle> next_;  // none: not planned yet
};

}  // namespace tandem::cli
