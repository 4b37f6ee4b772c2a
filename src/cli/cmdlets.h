// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tandem::cli {

// The cmdlets that administrators have in their fingers, as other spellings of our commands:
//   Start-ADSyncSyncCycle -PolicyType Delta        cycle delta
//   Get-ADSyncScheduler                            scheduler show
// Names are compared without letter case; a parameter may be shortened while it stays unambiguous,
// and written "-Name value", "-Name:value" or "-Name $true".
struct CmdletParameter {
  enum class Kind {
    kPositional,  // the value stands without an option name
    kOption,      // --option value
    kSwitch,      // --option, no value
    kIgnored      // accepted, means nothing here
  };
  std::string_view name;
  Kind kind = Kind::kOption;
  std::string_view option;
  bool lower_case = false;  // the value is a word: Delta → delta
  bool is_required = false;
};

struct Cmdlet {
  std::string_view name;
  std::string_view command;  // "scheduler show"; the words before the parameters
  std::vector<CmdletParameter> parameters;
};

std::span<const Cmdlet> allCmdlets();

// Arguments that begin with a cmdlet's name become those of our command; others come back as they
// are. --home, --json and --yes may stand among a cmdlet's parameters.
Result<std::vector<std::string>> translateCmdlet(std::vector<std::string> arguments);

}  // namespace tandem::cli
