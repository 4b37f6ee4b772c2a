// SPDX-License-Identifier: Apache-2.0
#include "access/one_time_links.h"

#include <algorithm>

#include "base/bytes.h"
#include "platform/signing.h"

namespace tandem::access {
namespace {

constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kTokenMax = 256;

}  // namespace

std::string OneTimeLinks::make(Principal principal, platform::BootTime now) {
  std::string token = toBase64Url(platform::randomBytes(kRandomBytes));
  const std::lock_guard lock(mutex_);
  std::erase_if(links_, [now](const auto& entry) { return now - entry.second.made >= kAgeMax; });
  if (links_.size() >= kLinksMax) {
    links_.erase(std::min_element(links_.begin(), links_.end(), [](const auto& a, const auto& b) {
      return a.second.made < b.second.made;
    }));
  }
  links_[platform::sha256(token)] = {std::move(principal), now};
  return token;
}

std::optional<Principal> OneTimeLinks::redeem(std::string_view token, platform::BootTime now) {
  if (token.size() > kTokenMax) return std::nullopt;
  const std::string hash = platform::sha256(token);
  const std::lock_guard lock(mutex_);
  const auto found = links_.find(hash);
  if (found == links_.end()) return std::nullopt;
  Link link = std::move(found->second);
  links_.erase(found);
  if (now - link.made >= kAgeMax) return std::nullopt;
  return std::move(link.principal);
}

}  // namespace tandem::access
