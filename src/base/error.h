// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tandem {

// What a caller may do about a failure. A code exists only if some caller
// branches on it; everything a person needs to read goes in the message.
enum class ErrorCode : std::uint8_t {
  kInvalidArgument,
  kNotFound,
  kConflict,
  kUnauthenticated,   // wrong credentials
  kPermissionDenied,  // known to the other side, but not allowed
  kThrottled,
  kUnavailable,
  kStorageFull,
  kCorruption,
  kCancelled,
  kFullImportRequired,  // a delta cannot be had; reading everything can repair it
  kStoppedByGuard,      // a safety limit said no: exit code 3
  kInternal,
};

std::string_view toString(ErrorCode code);

// A failure that was expected to be possible. Not for programming errors: those
// are CHECKs.
class Error {
 public:
  Error(ErrorCode code, std::string message);

  ErrorCode code() const { return code_; }

  const std::string& message() const { return message_; }

  // True when the same call may succeed later without anyone changing anything.
  bool isTransient() const;

  // Adds what the caller was doing, outermost first: "importing ou=x: bind: ...".
  [[nodiscard]] Error withContext(std::string_view doing) &&;

 private:
  ErrorCode code_;
  std::string message_;
};

}  // namespace tandem
