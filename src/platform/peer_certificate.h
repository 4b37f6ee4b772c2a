// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <openssl/ssl.h>

#include "platform/http_message.h"

namespace tandem::platform {

// What the other end of a finished handshake showed; null when it showed nothing. Private to the
// HTTP server.
std::shared_ptr<const PeerCertificate> peerCertificate(const SSL* ssl);

}  // namespace tandem::platform
