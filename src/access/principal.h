// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "access/role.h"

namespace tandem::access {

// By what somebody came in.
enum class Door : std::uint8_t {
  kSocket,    // api.sock: the service's own user or root
  kPassword,  // an account's
  kLink,      // a one-time link
  kToken,     // an API token of an account
  kOidc,      // an OpenID provider
  kCommandLine
};

std::string_view toWord(Door door);  // as the audit log says it: "password", "command line"

// Who asks, once it is known.
struct Principal {
  std::string name;
  Role role = Role::kViewer;
  Door door = Door::kSocket;
  std::string from;  // the address
  // Of the account when it was asked; see Accounts::isCurrent(). 0: there is no account.
  std::uint32_t revision = 0;
};

}  // namespace tandem::access
