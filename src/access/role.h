// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tandem::access {

// What a person or a script may do over the service's doors. Each role includes those above it.
enum class Role : std::uint8_t {
  kViewer,        // reads
  kOperator,      // runs cycles, checks, canaries and previews
  kAdministrator  // changes policy, secrets, accounts and who writes
};

std::string_view toWord(Role role);  // "viewer", "operator", "administrator"
std::optional<Role> roleFromWord(std::string_view word);

constexpr bool includes(Role have, Role need) {
  return have >= need;
}

static_assert(!includes(Role::kViewer, Role::kOperator));
static_assert(!includes(Role::kOperator, Role::kAdministrator));
static_assert(includes(Role::kAdministrator, Role::kViewer));

}  // namespace tandem::access
