// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/policy_document.h"

namespace tandem::policy {

enum class ChangeKind : std::uint8_t {
  kAdded,
  kRemoved,
  kChanged
};
inline constexpr std::array kChangeKinds{Word{"added", ChangeKind::kAdded},
                                         Word{"removed", ChangeKind::kRemoved},
                                         Word{"changed", ChangeKind::kChanged}};

// One line of "what would change".
struct PolicyChange {
  ChangeKind kind = ChangeKind::kChanged;
  // Where: "scheduler.cycleInterval", "rules[In from corp - Department].precedence".
  std::string what;
  std::string before, after;  // short; empty for whole connectors, rules and run profiles
};

// From one policy to another, in the order of the document. Connectors and rules are told by their
// id, run profiles by their name. Who exported a document, and standard rules that it carries for
// reading, are no settings and are left out.
std::vector<PolicyChange> comparePolicies(const PolicyDocument& before,
                                          const PolicyDocument& after);

// Names of the standard rules that the document carries in full and that this release has
// otherwise, or not at all.
std::vector<std::string> otherStandardRules(const PolicyDocument& document);

}  // namespace tandem::policy
