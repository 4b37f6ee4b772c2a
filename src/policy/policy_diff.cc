// SPDX-License-Identifier: Apache-2.0
//
// The two are compared as the JSON that people read, so that a change has the name which it has in
// the file, and a new key needs no line here.
#include "policy/policy_diff.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "policy/policy_check.h"
#include "policy/policy_writer.h"
#include "rules/rule_json.h"

namespace tandem::policy {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kValueMax = 160;

std::string shortText(const Json& value) {
  std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (text.size() <= kValueMax) return text;
  std::size_t end = kValueMax;
  // Not in the middle of a UTF-8 character.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return text.substr(0, end) + "…";
}

std::string textAt(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// By what an element of a list is known, whatever its place in the list.
std::string identityOf(const Json& element) {
  if (!element.is_object()) return element.dump();
  for (const char* key : {"id", "dn", "destination"}) {
    if (const std::string id = textAt(element, key); !id.empty()) return id;
  }
  const std::string name = textAt(element, "name");
  return name.empty() ? element.dump() : name + "\n" + textAt(element, "connector");
}

std::string nameOf(const Json& element) {
  if (!element.is_object()) return shortText(element);
  for (const char* key : {"name", "dn", "destination"}) {
    if (const std::string name = textAt(element, key); !name.empty()) return name;
  }
  return shortText(element);
}

class Comparison {
 public:
  std::vector<PolicyChange> take() { return std::move(changes_); }

  void compare(const Json& before, const Json& after, const std::string& path) {
    if (before == after) return;
    if (before.is_object() && after.is_object()) return compareObjects(before, after, path);
    if (before.is_array() && after.is_array()) return compareLists(before, after, path);
    changes_.push_back({ChangeKind::kChanged, path, shortText(before), shortText(after)});
  }

 private:
  void compareObjects(const Json& before, const Json& after, const std::string& path) {
    const auto under = [&](const std::string& key) {
      return path.empty() ? key : path + "." + key;
    };
    for (const auto& [key, value] : before.items()) {
      if (after.contains(key)) {
        compare(value, after[key], under(key));
      } else {
        changes_.push_back({ChangeKind::kRemoved, under(key), shortText(value), ""});
      }
    }
    for (const auto& [key, value] : after.items()) {
      if (before.contains(key)) continue;
      changes_.push_back({ChangeKind::kAdded, under(key), "", shortText(value)});
    }
  }

  static const Json* find(const Json& list, const Json& element) {
    const std::string identity = identityOf(element);
    const auto found = std::find_if(
        list.begin(), list.end(), [&](const Json& other) { return identityOf(other) == identity; });
    return found == list.end() ? nullptr : &*found;
  }

  void compareLists(const Json& before, const Json& after, const std::string& path) {
    const std::size_t known = changes_.size();
    for (const Json& element : before) {
      const std::string what = fmt::format("{}[{}]", path, nameOf(element));
      if (const Json* const other = find(after, element)) {
        compare(element, *other, what);
      } else {
        changes_.push_back({ChangeKind::kRemoved, what, "", ""});
      }
    }
    for (const Json& element : after) {
      if (find(before, element) != nullptr) continue;
      changes_.push_back(
          {ChangeKind::kAdded, fmt::format("{}[{}]", path, nameOf(element)), "", ""});
    }
    // The same elements in another order, or one of them twice.
    if (changes_.size() == known) {
      changes_.push_back({ChangeKind::kChanged, path, shortText(before), shortText(after)});
    }
  }

  std::vector<PolicyChange> changes_;
};

Json settingsOf(PolicyDocument document) {
  document.exported.reset();
  document.standard_rules.in_full.clear();
  return Json::parse(writePolicy(document));
}

}  // namespace

std::vector<PolicyChange> comparePolicies(const PolicyDocument& before,
                                          const PolicyDocument& after) {
  Comparison comparison;
  comparison.compare(settingsOf(before), settingsOf(after), "");
  return comparison.take();
}

std::vector<std::string> otherStandardRules(const PolicyDocument& document) {
  const std::vector<rules::SyncRule> ours = standardRulesInForce(document);
  std::vector<std::string> others;
  for (const rules::SyncRule& carried : document.standard_rules.in_full) {
    const Json text = rules::toJson(carried);
    const bool same = std::any_of(ours.begin(), ours.end(), [&](const rules::SyncRule& own) {
      return rules::toJson(own) == text;
    });
    if (!same) others.push_back(carried.name);
  }
  return others;
}

}  // namespace tandem::policy
