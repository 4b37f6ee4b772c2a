// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "home/home.h"
#include "platform/sealed_secrets.h"

namespace tandem::run {

// Secrets of one home, opened when the first is needed.
class HomeSecrets {
 public:
  // The home must outlive it. needed: false leaves every secret empty, for who only reads the
  // store.
  HomeSecrets(const home::Home& home, bool needed) : home_(&home), needed_(needed) {}

  Result<std::string> get(const std::string& name);

 private:
  const home::Home* home_;
  bool needed_;
  std::optional<platform::SealedSecrets> secrets_;
};

// Empty stays empty; relative paths start at the home folder.
std::string pathIn(const home::Home& home, const std::string& path);

}  // namespace tandem::run
