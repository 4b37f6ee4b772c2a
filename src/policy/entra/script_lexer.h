// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"
#include "policy/json_document.h"

namespace tandem::policy::entra {

enum class ScriptTokenKind : std::uint8_t {
  kWord,       // New-ADSyncRule, 50
  kParameter,  // -Name, without the dash
  kText,       // in quotes or a here-string; what it says
  kVariable,   // $syncRule, without the dollar
  kSymbol,     // @( ( ) [ ] , = | .
  kEndOfLine,  // or a semicolon; a backtick before the end of a line joins two
};

struct ScriptToken {
  ScriptTokenKind kind = ScriptTokenKind::kEndOfLine;
  std::string text;
  Position at;
  bool expands = false;  // in double quotes: a variable in it would be filled in
};

// The tokens of a PowerShell script as the rule editor writes it; nullopt where something else
// begins, with the place.
std::optional<std::vector<ScriptToken>> cutScript(std::string_view text,
                                                  std::string_view file,
                                                  Problems& problems);

}  // namespace tandem::policy::entra
