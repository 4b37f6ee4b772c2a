// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "home/server_settings.h"

namespace tandem::channel {

// How the partner is told to reach this server: as given, else as server.toml says, else made of
// the address that is listened on, with this host's name in the place of "any address". Empty when
// nothing is listened on. kInvalidArgument for what is no URL.
Result<std::string> ownUrl(const home::ChannelSettings& settings,
                           std::string_view given,
                           std::string_view listening);

}  // namespace tandem::channel
