// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "platform/secret_text.h"

namespace tandem::access {

constexpr std::size_t kPasswordCharactersMin = 12;
constexpr std::size_t kPasswordBytesMax = 1024;

// Long enough, no longer than is hashed, UTF-8. There are no rules on its composition.
Result<void> checkNewPassword(std::string_view password);

// What argon2id costs. The defaults are the least that OWASP's password storage cheat sheet gives.
struct PasswordCost {
  std::uint32_t memory_kib = 19 * 1024;
  std::uint32_t passes = 2;
  std::uint32_t lanes = 1;
  friend bool operator==(const PasswordCost&, const PasswordCost&) = default;
};

// The cost of an encoded hash, "$argon2id$v=19$m=19456,t=2,p=1$salt$hash"; none when it is no such
// hash or would cost more memory or time than a file may make us spend.
std::optional<PasswordCost> costOf(std::string_view encoded);

// Makes and verifies hashes of passwords. At most two are worked on at once, because each takes
// memory; a few more wait, and what comes then is turned away (kThrottled). For several threads.
class PasswordHasher {
 public:
  explicit PasswordHasher(PasswordCost cost = {});

  Result<std::string> hash(
      const platform::SecretText& password);  // encoded, with a salt of its own
  Result<bool> matches(std::string_view encoded, const platform::SecretText& password);
  // Takes as long as matches() and says no: for an account that does not exist.
  Result<bool> matchesNothing(const platform::SecretText& password);
  // Made with another cost: worth hashing anew when the password is at hand.
  bool isOutdated(std::string_view encoded) const;

 private:
  class Turn;

  PasswordCost cost_;
  std::string nobody_;  // a hash of random bytes
  std::mutex mutex_;
  std::condition_variable free_;
  std::size_t working_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace tandem::access
