// SPDX-License-Identifier: Apache-2.0
//
// The policy and the rules in force as a flat list of what they mean, so that two servers can be
// compared item by item and field by field. Ids of connectors and rules, descriptions and tags are
// left out: they differ between servers that do the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "policy/policy_document.h"

namespace tandem::compare {

struct SettingField {
  std::string name;  // "precedence", "flow of displayName", "deletions.count"
  std::string text;
};

struct SettingItem {
  std::uint64_t key = 0;
  std::string type;  // "rule", "connector", "setting"
  std::string name;  // "In from AD - User Common", "corp.example.com", "thresholds"
  std::vector<SettingField> fields;

  Hash128 hash() const;
};

std::vector<SettingItem> settingItems(const policy::PolicyDocument& policy);

}  // namespace tandem::compare
