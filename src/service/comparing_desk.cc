// SPDX-License-Identifier: Apache-2.0
#include "service/comparing_desk.h"

#include "run/compared_server.h"

namespace tandem::service {

Result<std::string> ComparingDesk::answer(std::string_view request) {
  const std::lock_guard lock(mutex_);
  if (answerer_ == nullptr) {
    answerer_ = std::make_unique<compare::Answerer>(run::accessForCompare(home_));
  }
  Result<std::string> answer = answerer_->answer(request);
  last_asked_ = clock_->monotonicNow();
  return answer;
}

void ComparingDesk::dropIdle() {
  const std::unique_lock lock(mutex_, std::try_to_lock);  // busy is not idle
  if (lock && clock_->monotonicNow() - last_asked_ > kIdleMax) answerer_.reset();
}

}  // namespace tandem::service
