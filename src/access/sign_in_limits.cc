// SPDX-License-Identifier: Apache-2.0
#include "access/sign_in_limits.h"

#include <algorithm>

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>

#include "access/account.h"
#include "base/bytes.h"
#include "base/text.h"
#include "platform/signing.h"

namespace tandem::access {
namespace {

using platform::BootTime;
using std::chrono::seconds;

constexpr seconds kMinute{60};
constexpr seconds kForgotten{24 * 3600};  // failures older than this are none

Error notNow(seconds wait) {
  return {ErrorCode::kThrottled,
          fmt::format("too many attempts to sign in; try again in {} seconds", wait.count())};
}

seconds until(BootTime then, BootTime now) {
  return std::chrono::ceil<seconds>(then - now);
}

// A name that no account can have takes no more room than one that it can.
std::string keyOf(std::string_view name) {
  return name.size() <= kNameMax ? toLowerAscii(name) : platform::sha256(name);
}

}  // namespace

std::string addressGroup(std::string_view address) {
  const std::string text(address.substr(0, address.find('%')));  // without a zone
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, text.c_str(), &bytes) != 1) return text.substr(0, kNameMax);
  const auto* const octets = reinterpret_cast<const char*>(&bytes);
  if (IN6_IS_ADDR_V4MAPPED(&bytes)) {
    char shown[INET_ADDRSTRLEN] = {};
    ::inet_ntop(AF_INET, octets + 12, shown, sizeof shown);
    return shown;
  }
  return toHex({octets, 8}) + "/64";
}

SignInLimits::Failures& SignInLimits::failuresOf(const std::string& name) {
  if (by_name_.size() >= kNamesMax && by_name_.find(name) == by_name_.end()) {
    by_name_.erase(std::min_element(by_name_.begin(), by_name_.end(), [](auto& a, auto& b) {
      return a.second.last < b.second.last;
    }));
  }
  return by_name_[name];
}

std::deque<BootTime>& SignInLimits::triesOf(const std::string& address, BootTime now) {
  if (by_address_.size() >= kAddressesMax && by_address_.find(address) == by_address_.end()) {
    std::erase_if(by_address_, [now](const auto& entry) {
      return entry.second.empty() || now - entry.second.back() >= kMinute;
    });
    // An attack from more addresses than we keep: those that find no room share one place.
    if (by_address_.size() >= kAddressesMax) return by_address_["others"];
  }
  return by_address_[address];
}

Result<void> SignInLimits::countAddress(std::string_view from, BootTime now) {
  std::deque<BootTime>& tries = triesOf(addressGroup(from), now);
  while (!tries.empty() && now - tries.front() >= kMinute)
    tries.pop_front();
  if (tries.size() >= kTriesOfAddress) return notNow(until(tries.front() + kMinute, now));
  tries.push_back(now);
  return {};
}

Result<void> SignInLimits::begin(std::string_view name, std::string_view from, BootTime now) {
  TRY(countAddress(from, now));
  Failures& failures = failuresOf(keyOf(name));
  if (now < failures.locked_until) return notNow(until(failures.locked_until, now));
  if (now - failures.last >= kForgotten) failures = {};
  failures.last = now;
  if (++failures.count >= kFailuresMax) {
    // Behind a lock one try is free; when it fails too, the next lock is twice as long.
    failures.locked_until = now + failures.next_lock;
    failures.next_lock = std::min(failures.next_lock * 2, kLongestLock);
  }
  return {};
}

std::optional<BootTime> SignInLimits::lockedUntil(std::string_view name, BootTime now) const {
  const auto found = by_name_.find(keyOf(name));
  if (found == by_name_.end() || found->second.locked_until <= now) return std::nullopt;
  return found->second.locked_until;
}

void SignInLimits::forgive(std::string_view name) {
  by_name_.erase(keyOf(name));
}

}  // namespace tandem::access
