// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "access/principal.h"
#include "platform/clock.h"

namespace tandem::access {

// Links that sign somebody in, once and within ten minutes. In memory; the SHA-256 of a token is
// kept. For several threads.
class OneTimeLinks {
 public:
  static constexpr std::chrono::minutes kAgeMax{10};
  static constexpr std::size_t kLinksMax = 100;

  // The token, 256 random bits in base64url. When there are too many, the oldest goes.
  std::string make(Principal principal, platform::BootTime now);
  std::optional<Principal> redeem(std::string_view token, platform::BootTime now);

 private:
  struct Link {
    Principal principal;
    platform::BootTime made{};
  };
  std::mutex mutex_;
  std::map<std::string, Link, std::less<>> links_;  // by the SHA-256 of the token
};

}  // namespace tandem::access
