// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tandem::connectors::ldap {

// A container that has a new DN, by keys (directory::dnKey). The engine moves everything below
// along when it is told; a container that leaves the scope takes everything below with it.
struct ContainerMove {
  std::string old_key;
  std::string new_key;
  bool leaves_scope = false;
};

// An order in which the moves may be told one after the other without one of them catching objects
// that are not its own: OU=A → OU=B before OU=X → OU=A. nullopt: there is none (A and B changed
// names), so everything has to be read again.
std::optional<std::vector<std::size_t>> orderMoves(const std::vector<ContainerMove>& moves);

}  // namespace tandem::connectors::ldap
