// SPDX-License-Identifier: Apache-2.0
#include "access/password.h"

#include <algorithm>
#include <array>

#include <argon2.h>
#include <fmt/core.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/text.h"
#include "platform/signing.h"

namespace tandem::access {
namespace {

constexpr std::size_t kAtOnce = 2;
constexpr std::size_t kWaitingMax = 16;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kEncodedMax = 256;
constexpr PasswordCost kDearest{256 * 1024, 16, 8};

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;  // not a byte that continues one
  }));
}

// "m=19456,t=2,p=1"
std::optional<PasswordCost> parseCost(std::string_view text) {
  const std::vector<std::string> parts = split(text, ',');
  constexpr std::array<std::string_view, 3> kNames{"m=", "t=", "p="};
  if (parts.size() != kNames.size()) return std::nullopt;
  std::array<std::uint32_t, 3> numbers{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].starts_with(kNames[i])) return std::nullopt;
    const auto number = parseInteger(std::string_view(parts[i]).substr(2));
    if (!number || *number < 1 || *number > kDearest.memory_kib) return std::nullopt;
    numbers[i] = static_cast<std::uint32_t>(*number);
  }
  return PasswordCost{numbers[0], numbers[1], numbers[2]};
}

std::string encode(const PasswordCost& cost, std::string_view password) {
  const std::string salt = platform::randomBytes(kSaltBytes);
  std::string encoded(
      argon2_encodedlen(
          cost.passes, cost.memory_kib, cost.lanes, kSaltBytes, kHashBytes, Argon2_id),
      '\0');
  const int code = argon2id_hash_encoded(cost.passes,
                                         cost.memory_kib,
                                         cost.lanes,
                                         password.data(),
                                         password.size(),
                                         salt.data(),
                                         salt.size(),
                                         kHashBytes,
                                         encoded.data(),
                                         encoded.size());
  if (code != ARGON2_OK) return {};
  encoded.resize(std::char_traits<char>::length(encoded.c_str()));
  return encoded;
}

}  // namespace

Result<void> checkNewPassword(std::string_view password) {
  if (!isValidUtf8(password)) {
    return Error(ErrorCode::kInvalidArgument, "the password is no valid text (UTF-8)");
  }
  if (characters(password) < kPasswordCharactersMin) {
    return Error(ErrorCode::kInvalidArgument,
                 fmt::format("the password is too short: it needs {} characters or more, of any "
                             "kind; some words in a row are easy to remember",
                             kPasswordCharactersMin));
  }
  if (password.size() > kPasswordBytesMax) {
    return Error(
        ErrorCode::kInvalidArgument,
        fmt::format("the password is too long: it may have {} bytes at most", kPasswordBytesMax));
  }
  return {};
}

std::optional<PasswordCost> costOf(std::string_view encoded) {
  // "", "argon2id", "v=19", cost, salt, hash
  if (encoded.size() > kEncodedMax) return std::nullopt;
  const std::vector<std::string> parts = split(encoded, '$');
  if (parts.size() != 6 || !parts[0].empty() || parts[1] != "argon2id" || parts[2] != "v=19") {
    return std::nullopt;
  }
  const auto cost = parseCost(parts[3]);
  const auto salt = fromBase64(parts[4]);
  const auto hash = fromBase64(parts[5]);
  if (!cost || !salt || salt->size() < 8 || !hash || hash->size() < 16) return std::nullopt;
  if (cost->passes > kDearest.passes || cost->lanes > kDearest.lanes ||
      cost->memory_kib < 8 * cost->lanes) {
    return std::nullopt;
  }
  return cost;
}

// The right to work on one password.
class PasswordHasher::Turn {
 public:
  explicit Turn(PasswordHasher& hasher) : hasher_(hasher) {
    std::unique_lock lock(hasher_.mutex_);
    if (hasher_.working_ >= kAtOnce && hasher_.waiting_ >= kWaitingMax) return;
    ++hasher_.waiting_;
    hasher_.free_.wait(lock, [this] { return hasher_.working_ < kAtOnce; });
    --hasher_.waiting_;
    ++hasher_.working_;
    has_it_ = true;
  }
  ~Turn() {
    if (!has_it_) return;
    const std::lock_guard lock(hasher_.mutex_);
    --hasher_.working_;
    hasher_.free_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  Result<void> check() const {
    if (has_it_) return {};
    return Error(ErrorCode::kThrottled,
                 "too many people are signing in at this moment; try again in some seconds");
  }

 private:
  PasswordHasher& hasher_;
  bool has_it_ = false;
};

PasswordHasher::PasswordHasher(PasswordCost cost)
    : cost_(cost), nobody_(encode(cost, platform::randomBytes(kHashBytes))) {
  TANDEM_CHECK(costOf(nobody_) == cost_);
}

Result<std::string> PasswordHasher::hash(const platform::SecretText& password) {
  const Turn turn(*this);
  TRY(turn.check());
  std::string encoded = encode(cost_, password.reveal());
  if (encoded.empty()) {
    return Error(ErrorCode::kInternal, "hashing the password failed; is there enough memory?");
  }
  return encoded;
}

Result<bool> PasswordHasher::matches(std::string_view encoded,
                                     const platform::SecretText& password) {
  if (password.reveal().size() > kPasswordBytesMax) return matchesNothing({});
  if (!costOf(encoded)) return Error(ErrorCode::kCorruption, "the stored hash is no argon2id hash");
  const Turn turn(*this);
  TRY(turn.check());
  const std::string text(encoded);
  const int code =
      argon2id_verify(text.c_str(), password.reveal().data(), password.reveal().size());
  if (code == ARGON2_OK || code == ARGON2_VERIFY_MISMATCH) return code == ARGON2_OK;
  return Error(ErrorCode::kInternal,
               fmt::format("verifying a password failed: {}", argon2_error_message(code)));
}

Result<bool> PasswordHasher::matchesNothing(const platform::SecretText& password) {
  const bool is_too_long = password.reveal().size() > kPasswordBytesMax;
  const platform::SecretText tried(is_too_long ? std::string_view() : password.reveal());
  TRY(matches(nobody_, tried));
  return false;
}

bool PasswordHasher::isOutdated(std::string_view encoded) const {
  return costOf(encoded) != cost_;
}

}  // namespace tandem::access
