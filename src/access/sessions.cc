// SPDX-License-Identifier: Apache-2.0
#include "access/sessions.h"

#include <algorithm>

#include "base/bytes.h"
#include "platform/signing.h"

namespace tandem::access {
namespace {

using platform::BootTime;

constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kShownId = 16;
constexpr std::size_t kCookieMax = 256;  // what is longer is none of ours

std::chrono::seconds since(BootTime then, BootTime now) {
  return std::chrono::duration_cast<std::chrono::seconds>(now - then);
}

std::string idOf(const std::string& hash) {
  return toHex(hash).substr(0, kShownId);
}

}  // namespace

Sessions::Sessions() : csrf_key_(platform::randomBytes(kRandomBytes)) {}

bool Sessions::isOver(const Session& session, BootTime now) {
  return now - session.last >= kIdleMax || now - session.created >= kAgeMax;
}

std::string Sessions::csrfOf(std::string_view cookie) const {
  return toBase64Url(platform::hmacSha256(csrf_key_, cookie));
}

void Sessions::makeRoom(BootTime now) {
  if (sessions_.size() < kSessionsMax) return;
  std::erase_if(sessions_, [now](const auto& entry) { return isOver(entry.second, now); });
  if (sessions_.size() < kSessionsMax) return;
  sessions_.erase(
      std::min_element(sessions_.begin(), sessions_.end(), [](const auto& a, const auto& b) {
        return a.second.last < b.second.last;
      }));
}

NewSession Sessions::create(Principal principal, BootTime now) {
  const std::string cookie = toBase64Url(platform::randomBytes(kRandomBytes));
  const std::lock_guard lock(mutex_);
  makeRoom(now);
  sessions_[platform::sha256(cookie)] = {std::move(principal), now, now};
  return {cookie, csrfOf(cookie)};
}

std::optional<SessionView> Sessions::find(std::string_view cookie, BootTime now) {
  if (cookie.empty() || cookie.size() > kCookieMax) return std::nullopt;
  const std::string hash = platform::sha256(cookie);
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(hash);
  if (found == sessions_.end()) return std::nullopt;
  if (isOver(found->second, now)) {
    sessions_.erase(found);
    return std::nullopt;
  }
  Session& session = found->second;
  SessionView view{idOf(hash),
                   session.principal,
                   csrfOf(cookie),
                   since(session.created, now),
                   since(session.last, now)};
  session.last = now;
  return view;
}

bool Sessions::checkCsrf(std::string_view cookie, std::string_view csrf) const {
  return !cookie.empty() && platform::equalsConstantTime(csrfOf(cookie), csrf);
}

void Sessions::end(std::string_view cookie) {
  const std::string hash = platform::sha256(cookie);
  const std::lock_guard lock(mutex_);
  sessions_.erase(hash);
}

bool Sessions::endById(std::string_view id) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(sessions_, [id](const auto& entry) { return idOf(entry.first) == id; }) > 0;
}

std::size_t Sessions::endAllOf(std::string_view account) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(
      sessions_, [account](const auto& entry) { return entry.second.principal.name == account; });
}

std::vector<SessionView> Sessions::list(BootTime now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [now](const auto& entry) { return isOver(entry.second, now); });
  std::vector<SessionView> views;
  views.reserve(sessions_.size());
  for (const auto& [hash, session] : sessions_) {
    views.push_back(
        {idOf(hash), session.principal, {}, since(session.created, now), since(session.last, now)});
  }
  return views;
}

std::size_t Sessions::count() const {
  const std::lock_guard lock(mutex_);
  return sessions_.size();
}

}  // namespace tandem::access
