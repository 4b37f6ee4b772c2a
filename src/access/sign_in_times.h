// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "home/home.h"

namespace tandem::access {

// When each person last signed in, for whoever asks which accounts nobody uses: a small file among
// what may be thrown away. What happened is in the audit log; this says it without reading all of
// that.
class SignInTimes {
 public:
  static constexpr std::size_t kNamesMax = 2000;  // the oldest go

  // A file that is not there, or cannot be read, knows nobody.
  static SignInTimes read(const home::Home& home);
  Result<void> write(const home::Home& home) const;

  void note(std::string_view name, std::int64_t at);  // seconds since 1970
  // 0: it is not known.
  std::int64_t of(std::string_view name) const;
  // "2026-11-26 03:00:24Z"; empty: it is not known.
  std::string textOf(std::string_view name) const;

 private:
  std::map<std::string, std::int64_t> times_;  // by name, in lower case as accounts are told apart
};

}  // namespace tandem::access
