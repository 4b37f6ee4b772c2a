// SPDX-License-Identifier: Apache-2.0
//
// Where two configurations differ in what they mean, whatever formats they came in. The text, the
// JSON and the HTML page are made from this; docs/reference/cli/policy-diff.md shows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/entra/entra_configuration.h"
#include "policy/entra/read_configuration.h"
#include "policy/policy_diff.h"

namespace tandem::policy::entra {

struct DiffSide {
  std::string name;    // the path that was given
  std::string format;  // "a server configuration folder"
  std::string host, exported_at, version;
  std::size_t rules = 0;
};

enum class Aspect : std::uint8_t {
  kState,  // enabled or disabled
  kPrecedence,
  kName,  // and description and tag
  kType,  // object types, link type
  kScope,
  kJoin,
  kFlow
};
inline constexpr std::array kAspects{Word{"state", Aspect::kState},
                                     Word{"precedence", Aspect::kPrecedence},
                                     Word{"name", Aspect::kName},
                                     Word{"type", Aspect::kType},
                                     Word{"scope", Aspect::kScope},
                                     Word{"join", Aspect::kJoin},
                                     Word{"flow", Aspect::kFlow}};

struct RuleChange {
  Aspect aspect = Aspect::kFlow;
  std::string text;           // in words: "no longer sets title"
  std::string before, after;  // where a value changed; else empty
};

enum class MatchedBy : std::uint8_t {
  kNothing,  // there on one side only
  kTag,
  kName,
  kContent
};
inline constexpr std::array kMatches{Word{"nothing", MatchedBy::kNothing},
                                     Word{"tag", MatchedBy::kTag},
                                     Word{"name", MatchedBy::kName},
                                     Word{"content", MatchedBy::kContent}};

struct RuleDifference {
  ChangeKind kind = ChangeKind::kChanged;
  std::string name;
  std::string connector;
  bool standard = false;
  MatchedBy matched_by = MatchedBy::kNothing;
  std::vector<RuleChange> changes;
};

// What the difference does to the data of a server. Who has a server's data fills it in; nobody
// else can know.
struct DiffEffect {
  std::string about;               // "on the data of sync01, as of its last import"
  std::vector<std::string> lines;  // in words, most important first
};

struct ConfigurationDiff {
  DiffSide before, after;
  std::vector<PolicyChange> settings;  // connectors and what they read included
  std::vector<RuleDifference> rules;
  // Differs from server to server, and means nothing: ids, accounts, times, versions.
  std::vector<std::string> folded;
  std::vector<std::string> not_compared;  // what one of the two formats does not hold
  std::optional<DiffEffect> effect;

  bool isEmpty() const { return settings.empty() && rules.empty(); }
};

// Each holds a policy or a configuration.
ConfigurationDiff compareConfigurations(const ReadConfiguration& before,
                                        const std::string& before_name,
                                        const ReadConfiguration& after,
                                        const std::string& after_name);

}  // namespace tandem::policy::entra
