// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/clock.h"

namespace tandem::access {

// How often somebody may try to sign in, by account and by address. Kept by the name that was
// given, whether there is such an account or not: a limit must not tell. In memory, bounded; the
// caller's lock protects it.
//
// A try counts as a failure from its beginning, so that many at once are no way round the limit.
class SignInLimits {
 public:
  static constexpr std::size_t kFailuresMax = 5;
  static constexpr std::chrono::seconds kFirstLock{60};
  static constexpr std::chrono::seconds kLongestLock{3600};
  static constexpr std::size_t kTriesOfAddress = 10;  // in a minute
  static constexpr std::size_t kNamesMax = 10'000;
  static constexpr std::size_t kAddressesMax = 10'000;

  // kThrottled: not now, and when.
  Result<void> begin(std::string_view name, std::string_view from, platform::BootTime now);
  // Absent: a try is possible now.
  std::optional<platform::BootTime> lockedUntil(std::string_view name,
                                                platform::BootTime now) const;
  // The try that began was right, or the account has a new password.
  void forgive(std::string_view name);

 private:
  struct Failures {
    std::size_t count = 0;
    std::chrono::seconds next_lock = kFirstLock;
    platform::BootTime locked_until{};
    platform::BootTime last{};
  };
  Result<void> countAddress(std::string_view from, platform::BootTime now);
  Failures& failuresOf(const std::string& name);
  std::deque<platform::BootTime>& triesOf(const std::string& address, platform::BootTime now);

  std::map<std::string, Failures, std::less<>> by_name_;
  std::map<std::string, std::deque<platform::BootTime>, std::less<>> by_address_;
};

// What counts as one address: an IPv4 address, or the /64 of an IPv6 address, which is what one
// person has.
std::string addressGroup(std::string_view address);

}  // namespace tandem::access
