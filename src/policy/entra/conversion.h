// SPDX-License-Identifier: Apache-2.0
//
// From an export of Entra Connect to a policy, and back. docs/internals/entra.md says what becomes
// of what; the report says it for one export.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/entra/entra_configuration.h"
#include "policy/policy_document.h"

namespace tandem::policy::entra {

enum class Outcome : std::uint8_t {
  kCarried,     // means the same here
  kAdapted,     // is there in another form; the text says how
  kNotCarried,  // is not there; the question says what to decide
};
inline constexpr std::array kOutcomes{Word{"carried", Outcome::kCarried},
                                      Word{"adapted", Outcome::kAdapted},
                                      Word{"notCarried", Outcome::kNotCarried}};

struct ReportLine {
  Outcome outcome = Outcome::kCarried;
  std::string subject;   // "rule \"In from AD - User Lync\""
  std::string text;      // what became of it
  std::string question;  // for a person to decide; every line that is not carried has one
  std::string fallback;  // what is in the policy as long as nobody decides otherwise
  std::string where;     // "SynchronizationRule_{…}.xml:3:1"; may be empty
};

using Report = std::vector<ReportLine>;

enum class StandardRuleChoice : std::uint8_t {
  kOurs,   // our rule for each tag, as an importing release of theirs would use its own
  kTheirs  // theirs in full, and none of ours
};

struct ConvertOptions {
  StandardRuleChoice standard_rules = StandardRuleChoice::kOurs;
  // The policy that rules alone are put into: a script names connectors and does not describe them.
  const PolicyDocument* into = nullptr;
};

struct Conversion {
  PolicyDocument document;
  Report report;
};

Conversion convert(const EntraConfiguration& configuration, const ConvertOptions& options);

// The policy as a server of theirs would export it: the rules in force in full.
EntraConfiguration fromPolicy(const PolicyDocument& document);

}  // namespace tandem::policy::entra
