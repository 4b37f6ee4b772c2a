// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "access/role.h"

namespace tandem::access {

// Whom an OpenID provider vouches for.
struct OidcIdentity {
  std::string issuer;
  std::string subject;
  std::string email;  // empty: the provider says none, or has not verified it
  std::string name;
  std::optional<Role> role;  // by role_claim: the highest of those that its values map to
};

}  // namespace tandem::access
