// SPDX-License-Identifier: Apache-2.0
#include "platform/secret_text.h"

#include <openssl/crypto.h>

namespace tandem::platform {

void wipe(std::string& bytes) {
  // To the capacity: what was there before a shrink is secret too.
  bytes.resize(bytes.capacity());
  OPENSSL_cleanse(bytes.data(), bytes.size());
  bytes.clear();
}

// Moving a short string copies its bytes, so the source has to be wiped here as well.
SecretText::SecretText(SecretText&& other) noexcept : bytes_(other.bytes_) {
  wipe(other.bytes_);
}

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this != &other) {
    wipe(bytes_);
    bytes_ = other.bytes_;
    wipe(other.bytes_);
  }
  return *this;
}

SecretText::~SecretText() {
  wipe(bytes_);
}

}  // namespace tandem::platform
