// SPDX-License-Identifier: Apache-2.0
#include "pair/lease.h"

#include <algorithm>

namespace tandem::pair {

using std::chrono::milliseconds;

void Lease::extend(const Moment& asked, milliseconds length, std::optional<std::int64_t> told_at) {
  asked_ = asked;
  length_ = length;
  told_at_ = told_at;
}

void Lease::sawTime(std::int64_t unix_seconds) {
  // A service of many machines answers with many clocks; a few seconds back mean nothing.
  if (told_at_ && std::chrono::seconds(unix_seconds - *told_at_) > length_) end();
}

milliseconds Lease::left() const {
  const Moment at = now();
  const auto age =
      std::max<std::chrono::nanoseconds>(at.monotonic - asked_.monotonic, at.boot - asked_.boot);
  const auto left = std::chrono::floor<milliseconds>(length_ - age);
  return std::max(left, milliseconds(0));
}

}  // namespace tandem::pair
