// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "channel/identity.h"
#include "channel/partner.h"

namespace tandem::channel {

struct JoinRequest {
  Identity identity;                // of this server
  std::string own_url;              // how the inviter may reach this server; may be empty
  std::string code_key;             // keyOfPairingCode()
  std::string inviter_url;          // as typed
  std::string inviter_certificate;  // PEM: what the TLS connection shows
};

// Sends to a path of the inviter, over a connection on which only inviter_certificate is accepted.
using JoinExchange =
    std::function<Result<std::string>(std::string_view path, std::string_view body)>;

// The joining side of a pairing. The partner that it returns has proved that it knows the code and
// that nobody stands in between; it is still to be written. kUnauthenticated otherwise.
Result<Partner> join(const JoinRequest& request, std::int64_t now, const JoinExchange& exchange);

}  // namespace tandem::channel
