// SPDX-License-Identifier: Apache-2.0
#include "cli/service_status.h"

#include <memory>
#include <utility>

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

ServiceStatus::ServiceStatus(service::Liveness& liveness, const home::Home& home)
    : liveness_(&liveness), home_(home), role_(readRole(home)) {}

void ServiceStatus::refresh() {
  std::string role = readRole(home_);
  const std::lock_guard<std::mutex> lock(mutex_);
  role_ = std::move(role);
  liveness_->says(text());
}

void ServiceStatus::plans(const service::NextCycle& next) {
  const std::lock_guard<std::mutex> lock(mutex_);
  next_ = next;
  liveness_->says(text());
}

std::string ServiceStatus::text() const {
  if (!next_) return role_;
  if (next_->in_progress) return role_ + "; a cycle is running";
  if (!next_->starts_at) return role_ + "; no cycles";
  return role_ + "; next cycle at " + formatTime(*next_->starts_at);
}

}  // namespace tandem::cli
