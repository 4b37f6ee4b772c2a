// SPDX-License-Identifier: Apache-2.0
#include "access/principal.h"

#include "base/check.h"

namespace tandem::access {

std::string_view toWord(Role role) {
  switch (role) {
    case Role::kViewer:
      return "viewer";
    case Role::kOperator:
      return "operator";
    case Role::kAdministrator:
      return "administrator";
  }
  TANDEM_CHECK(false);
}

std::optional<Role> roleFromWord(std::string_view word) {
  for (const Role role : {Role::kViewer, Role::kOperator, Role::kAdministrator}) {
    if (toWord(role) == word) return role;
  }
  return std::nullopt;
}

std::string_view toWord(Door door) {
  switch (door) {
    case Door::kSocket:
      return "socket";
    case Door::kPassword:
      return "password";
    case Door::kLink:
      return "link";
    case Door::kToken:
      return "token";
    case Door::kOidc:
      return "oidc";
    case Door::kCommandLine:
      return "command line";
  }
  TANDEM_CHECK(false);
}

}  // namespace tandem::access
