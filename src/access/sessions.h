// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/principal.h"
#include "platform/clock.h"

namespace tandem::access {

struct NewSession {
  std::string cookie;  // 256 random bits, base64url
  std::string csrf;    // what a request that changes something must show beside it
};

struct SessionView {
  std::string id;  // names the session to people; says nothing about the cookie
  Principal principal;
  std::string csrf;             // empty in list()
  std::chrono::seconds age{};   // since it was made
  std::chrono::seconds idle{};  // since it was last found before
};

// Who is signed in, in memory: a restart signs everybody out. The SHA-256 of a cookie is kept, not
// the cookie. For several threads.
class Sessions {
 public:
  static constexpr std::chrono::minutes kIdleMax{30};
  static constexpr std::chrono::hours kAgeMax{12};
  static constexpr std::size_t kSessionsMax = 10'000;

  Sessions();

  // When there are too many, the one that was idle longest ends.
  NewSession create(Principal principal, platform::BootTime now);
  // None: there is no such session, or no more. One that is found is not idle.
  std::optional<SessionView> find(std::string_view cookie, platform::BootTime now);
  // In constant time. Of an ended session's cookie too: ask find() first.
  bool checkCsrf(std::string_view cookie, std::string_view csrf) const;
  void end(std::string_view cookie);
  bool endById(std::string_view id);
  std::size_t endAllOf(std::string_view account);
  std::vector<SessionView> list(platform::BootTime now);
  std::size_t count() const;

 private:
  struct Session {
    Principal principal;
    platform::BootTime created{};
    platform::BootTime last{};
  };
  static bool isOver(const Session& session, platform::BootTime now);
  void makeRoom(platform::BootTime now);
  std::string csrfOf(std::string_view cookie) const;

  const std::string csrf_key_;
  mutable std::mutex mutex_;
  std::map<std::string, Session, std::less<>> sessions_;  // by the SHA-256 of the cookie
};

}  // namespace tandem::access
