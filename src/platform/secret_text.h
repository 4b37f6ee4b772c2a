// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tandem::platform {

// A secret in memory: not copyable by accident, wiped when it goes, and without a way to print it.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string_view bytes) : bytes_(bytes) {}
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&& other) noexcept;
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  ~SecretText();

  // For the one call that needs it. Never log it, never put it into a message.
  std::string_view reveal() const { return bytes_; }
  bool isEmpty() const { return bytes_.empty(); }
  SecretText clone() const { return SecretText(bytes_); }

 private:
  std::string bytes_;
};

// Overwrites the bytes in a way that the compiler does not drop, then empties the string.
void wipe(std::string& bytes);

}  // namespace tandem::platform
