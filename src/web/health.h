// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "platform/http_message.h"

namespace tandem::web {

class Site;

// "/healthz", "/readyz" and "/metrics": for machines, outside the API.
bool isHealthPath(std::string_view path);
platform::ServerResponse healthAnswer(Site& site,
                                      const platform::ServerRequest& request,
                                      std::string_view path);

}  // namespace tandem::web
