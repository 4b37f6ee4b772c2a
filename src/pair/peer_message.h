// SPDX-License-Identifier: Apache-2.0
//
// A peer's calls as messages, so that it may be at the other end of a channel. JSON:
//   request   {"version":1,"verb":"release","swap":"…","successor":"…"}
//   answer    {"version":1,"answer":{…}}  or  {"version":1,"error":{"code":"…","message":"…"}}
// Members may be added, never changed: partners of different releases talk to each other.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "pair/peer.h"

namespace tandem::pair {

inline constexpr int kPeerProtocol = 1;

using Transport = std::function<Result<std::string>(std::string_view request)>;

// Does what the request asks for. Whatever comes in, an answer goes out.
std::string answerPeerMessage(Peer& peer, std::string_view request);

// The peer that answers at the other end.
std::unique_ptr<Peer> makePeerClient(Transport transport);

}  // namespace tandem::pair
