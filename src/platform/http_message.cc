// SPDX-License-Identifier: Apache-2.0
#include "platform/http_message.h"

#include "base/text.h"

namespace tandem::platform {

std::string_view findHeader(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equalsIgnoreCaseAscii(key, name)) return value;
  }
  return {};
}

}  // namespace tandem::platform
