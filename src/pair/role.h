// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tandem::pair {

// A server's role. Every role imports and synchronizes; only the active one exports. The words are
// kept in the store: do not change them.
enum class Role : std::uint8_t {
  kStaging,
  kActivating,
  kActive,
  kDeactivating
};

constexpr std::string_view toString(Role role) {
  switch (role) {
    case Role::kStaging:
      return "staging";
    case Role::kActivating:
      return "activating";
    case Role::kActive:
      return "active";
    case Role::kDeactivating:
      return "deactivating";
  }
  return "staging";
}

std::optional<Role> parseRole(std::string_view text);

// Activation and deactivation each have a state of their own, so that a crash in the middle is seen
// for what it is and no server becomes active by accident.
constexpr bool isAllowed(Role from, Role to) {
  switch (from) {
    case Role::kStaging:
      return to == Role::kActivating;
    case Role::kActivating:
      return to == Role::kActive || to == Role::kStaging;
    case Role::kActive:
      return to == Role::kDeactivating;
    case Role::kDeactivating:
      return to == Role::kStaging || to == Role::kActive;
  }
  return false;
}
static_assert(!isAllowed(Role::kStaging, Role::kActive));
static_assert(!isAllowed(Role::kActive, Role::kStaging));
static_assert(!isAllowed(Role::kActivating, Role::kDeactivating));

}  // namespace tandem::pair
