// SPDX-License-Identifier: Apache-2.0
#include "cli/service_status.h"

#include <chrono>
#include <memory>

#include "cli/format.h"
#include "pair/pair_state.h"
#include "store/store.h"

namespace tandem::cli {
namespace {

// As last written: nobody is asked.
std::string readRole(const home::Home& home) {
  const auto store = store::Store::openReader(home.databasePath());
  if (store.ok()) return std::string(toString(pair::readPairState(*store.value()).role));
  return home.settings().initial_role == home::InitialRole::kActive ? "active" : "staging";
}

}  // namespace

ServiceStatus::ServiceStatus(service::Liveness& liveness,
                             const home::Home& home,
                             const platform::Clock& clock)
    : liveness_(&liveness), home_(home), clock_(&clock), role_(readRole(home)) {}

void ServiceStatus::refresh() {
  std::string role = readRole(home_);
  const std::lock_guard<std::mutex> lock(mutex_);
  role_ = std::move(role);
  liveness_->says(text());
}

void ServiceStatus::isDue(std::optional<platform::MonotonicTime> due) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const bool is_new = due != due_ || !knows_due_;
  due_ = due;
  knows_due_ = true;
  // What is due has not begun, and what has begun is over when the next one is planned.
  if (is_new || (due && *due <= clock_->monotonicNow())) liveness_->says(text());
}

std::string ServiceStatus::text() const {
  if (!knows_due_) return role_;
  if (!due_) return role_ + "; no cycles";
  const platform::MonotonicTime now = clock_->monotonicNow();
  if (*due_ <= now) return role_ + "; a cycle is running";
  const auto wall = (clock_->wallNow() + (*due_ - now)).time_since_epoch();
  const auto at = std::chrono::round<std::chrono::seconds>(wall).count();
  return role_ + "; next cycle at " + formatTime(at);
}

}  // namespace tandem::cli
