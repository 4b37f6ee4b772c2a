// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "access/oidc.h"
#include "base/result.h"
#include "home/home.h"
#include "platform/clock.h"

namespace tandem::web {

// As [console.oidc] of server.toml says; null when it says nothing. The clock must outlive it.
Result<std::unique_ptr<access::OidcClient>> openOidc(const home::Home& home,
                                                     const platform::Clock& clock);

}  // namespace tandem::web
