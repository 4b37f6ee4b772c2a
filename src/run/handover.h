// SPDX-License-Identifier: Apache-2.0
//
// What the old server of a swap knows and the new one cannot find out by itself: what was sent to
// the tenant and has not been seen back yet, what was sent and never answered, and which values the
// tenant has taken and then decided itself. By anchors and names, since ids differ between stores.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "run/server.h"

namespace tandem::run {

// A JSON document; objects without an anchor yet are left out: their add is found by the tenant's
// own matching when it is tried again.
Result<std::string> writeHandover(Server& server);

// Into the export memory of this server, in one transaction with the document itself, which the
// count below needs. Taking the same twice changes nothing.
Result<void> takeHandover(Server& server, const std::string& document);

struct HandoverOutcome {
  std::int64_t repeated = 0;  // sent by this server since, although the old one had sent the same
  std::int64_t lost = 0;      // neither seen in the directory, nor pending, nor sent
};
Result<HandoverOutcome> judgeHandover(Server& server);

}  // namespace tandem::run
