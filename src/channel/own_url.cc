// SPDX-License-Identifier: Apache-2.0
#include "channel/own_url.h"

#include <fmt/core.h>

#include "channel/fields.h"
#include "channel/listener.h"
#include "platform/machine.h"

namespace tandem::channel {

Result<std::string> ownUrl(const home::ChannelSettings& settings,
                           std::string_view given,
                           std::string_view listening) {
  if (!given.empty()) return normalizeUrl(given);
  if (!settings.url.empty()) {
    return TRY_DOING(normalizeUrl(settings.url), "url of [channel] in server.toml");
  }
  if (listening.empty()) return std::string();
  const ListenAddress at = TRY(parseListenAddress(listening));
  std::string host = at.address;
  if (host == "0.0.0.0" || host == "::") {
    host = platform::hostName();
  } else if (host.find(':') != std::string::npos) {
    host = "[" + host + "]";
  }
  return fmt::format("https://{}:{}", host, at.port);
}

}  // namespace tandem::channel
