// SPDX-License-Identifier: Apache-2.0
#include "connectors/entry/container_scope.h"

#include <algorithm>

#include <fmt/format.h>

#include "directory/dn.h"

namespace tandem::connectors::entry {
namespace {

constexpr char kLevel = '\x1f';  // as in directory::Dn::key()

// The key one level up; empty at the top.
std::string_view parentKey(std::string_view key) {
  const std::size_t end = key.rfind(kLevel);
  return end == std::string_view::npos ? std::string_view{} : key.substr(0, end);
}

}  // namespace

bool isUnderKey(std::string_view key, std::string_view top) {
  if (top.empty()) return true;
  return key.starts_with(top) && (key.size() == top.size() || key[top.size()] == kLevel);
}

Result<ContainerScope> ContainerScope::fromFilter(const ContainerFilter& filter) {
  ContainerScope scope;
  for (const bool included : {true, false}) {
    for (const std::string& text : included ? filter.included : filter.excluded) {
      const std::string doing =
          fmt::format("reading the {} container \"{}\"", included ? "included" : "excluded", text);
      const directory::Dn dn = TRY_DOING(directory::Dn::parse(text), doing);
      const auto [at, is_new] = scope.rules_.emplace(dn.key(), included);
      if (!is_new && at->second != included) {
        return Error(ErrorCode::kInvalidArgument,
                     fmt::format("container \"{}\" is both included and excluded: keep one", text));
      }
      scope.texts_[at->first] = text;
    }
  }
  for (const auto& [key, included] : scope.rules_) {
    bool topmost = true;
    for (std::string_view up = parentKey(key); !up.empty(); up = parentKey(up))
      topmost = topmost && !scope.rules_.contains(std::string(up));
    if (topmost && included) scope.uncovered_ = false;
  }
  return scope;
}

bool ContainerScope::covers(std::string_view dn_key) const {
  if (rules_.empty()) return true;
  for (std::string_view at = dn_key; !at.empty(); at = parentKey(at)) {
    const auto rule = rules_.find(std::string(at));
    if (rule != rules_.end()) return rule->second;
  }
  return uncovered_;
}

bool ContainerScope::isAboveIncluded(std::string_view dn_key) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const auto& rule) {
    return rule.second && rule.first.size() > dn_key.size() && isUnderKey(rule.first, dn_key);
  });
}

bool ContainerScope::hasEntryBelow(std::string_view dn_key) const {
  return std::any_of(rules_.begin(), rules_.end(), [&](const auto& rule) {
    return rule.first.size() > dn_key.size() && isUnderKey(rule.first, dn_key);
  });
}

std::vector<std::string> ContainerScope::searchBases() const {
  std::vector<std::string> bases;
  if (uncovered_) return bases;
  for (const auto& [key, included] : rules_) {
    bool covered = false;  // by another base
    for (std::string_view up = parentKey(key); !up.empty(); up = parentKey(up)) {
      const auto above = rules_.find(std::string(up));
      covered = covered || (above != rules_.end() && above->second);
    }
    if (included && !covered) bases.push_back(texts_.at(key));
  }
  std::sort(bases.begin(), bases.end());
  return bases;
}

std::string ContainerScope::fingerprint() const {
  std::vector<std::string> lines;
  for (const auto& [key, included] : rules_)
    lines.push_back((included ? "+" : "-") + key);
  std::sort(lines.begin(), lines.end());
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace tandem::connectors::entry
