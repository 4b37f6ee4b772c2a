// SPDX-License-Identifier: Apache-2.0
#include "run/home_secrets.h"

namespace tandem::run {

Result<std::string> HomeSecrets::get(const std::string& name) {
  if (name.empty() || !needed_) return std::string();
  if (!secrets_) secrets_.emplace(TRY(home_->secrets()));
  const platform::SecretText text = TRY(secrets_->get(name));
  return std::string(text.reveal());
}

std::string pathIn(const home::Home& home, const std::string& path) {
  return path.empty() ? path : home.resolve(path);
}

}  // namespace tandem::run
