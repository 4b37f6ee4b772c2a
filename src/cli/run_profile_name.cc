// SPDX-License-Identifier: Apache-2.0
#include "cli/run_profile_name.h"

#include "base/text.h"

namespace tandem::cli {

std::string lettersOfProfile(std::string_view text) {
  std::string letters;
  for (const char c : toLowerAscii(text)) {
    if (c != ' ' && c != '-' && c != '_') letters += c;
  }
  return letters;
}

std::optional<policy::RunStep> standardProfile(std::string_view name) {
  const std::string typed = lettersOfProfile(name);
  const bool abbreviated = typed == "fullsync" || typed == "deltasync";
  for (const policy::Word<policy::RunStep>& word : policy::kRunSteps) {
    const std::string letters = lettersOfProfile(word.text);
    if (letters == typed || (abbreviated && letters.starts_with(typed))) return word.value;
  }
  return std::nullopt;
}

}  // namespace tandem::cli
