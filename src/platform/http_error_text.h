// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "platform/http_client.h"

namespace tandem::platform {

// What libcurl left behind when a transfer failed; private to the HTTP client.
struct FailedTransfer {
  int code = 0;  // CURLcode
  std::string url;
  std::string reason;               // libcurl's own words, may be empty
  std::size_t too_large_limit = 0;  // bytes; 0: the size was not the reason
  bool was_sending = false;         // the connection stood and the request began to go out
  int os_error = 0;                 // errno of the failed connect
  long verify_result = 0;           // X509_V_ERR_*
};

HttpError describe(const FailedTransfer& failed);

}  // namespace tandem::platform
